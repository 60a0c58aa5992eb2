"""Rules by which rows stay out of versions: duplicates, near-duplicates, contradictions, too short texts."""

from __future__ import annotations

import numpy as np

from headway.cleaning.near_duplicates import near_duplicate_clusters
from headway.cleaning.table import Indices, Mask, Table

#: a text with fewer visible characters than this is too short, where the user names no other number
LEAST_CHARACTERS = 2


def duplicates(table: Table) -> Mask:
    """Rows whose text and label an earlier row has, bool [rows].

    A row without a label repeats any earlier one with its text, and a labelled one wherever it stands.
    """
    pairs = table.text * (len(table.labels) + 1) + table.label + 1
    repeated = ~_first(pairs)
    labelled = np.zeros(len(table.texts), dtype=bool)
    labelled[table.text[table.label >= 0]] = True
    return np.asarray(repeated | ((table.label < 0) & labelled[table.text]))


def near_duplicates(table: Table) -> tuple[Mask, Indices]:
    """Rows whose cluster has an earlier, not quite equal text of their label; each text's cluster.

    bool [rows], int64 [texts]. Of a cluster one text of each label stays, for a difference of label may be
    what the difference of text means.
    """
    clusters = near_duplicate_clusters(table.texts)
    pairs = clusters[table.text] * (len(table.labels) + 1) + table.label + 1
    _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
    representative = table.text[first][inverse]
    return np.asarray(table.text != representative), clusters


def contradictions(table: Table) -> Mask:
    """Labelled rows whose text also has another label, bool [rows]."""
    return _several_labels(table, table.text)


def near_contradictions(table: Table, clusters: Indices) -> Mask:
    """Labelled rows of a cluster with several labels whose own text has but one, bool [rows]."""
    return np.asarray(_several_labels(table, clusters[table.text]) & ~contradictions(table))


def too_short(table: Table, least: int = LEAST_CHARACTERS) -> Mask:
    """Rows whose text has fewer visible characters than `least`, bool [rows]."""
    # A prepared text has no white space but single spaces, and no invisible character.
    short = (len(text) - text.count(" ") < least for text in table.texts)
    return table.rows_of(np.fromiter(short, dtype=bool, count=len(table.texts)))


def _first(keys: Indices) -> Mask:
    first = np.zeros(len(keys), dtype=bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return first


def _several_labels(table: Table, group: Indices) -> Mask:
    labelled = table.label >= 0
    pairs = np.unique(group[labelled] * len(table.labels) + table.label[labelled])
    several = np.bincount(pairs // max(len(table.labels), 1), minlength=len(table.texts)) > 1
    return np.asarray(labelled & several[group])
