"""A sample of training rows that has the labels in the same shares."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import numpy as np

from headway.workflow.data import Rows


def stratified_sample(rows: Rows, n: int, *, seed: int = 0) -> Rows:
    """At most n rows that can be measured on, in their order: each label in its share, but at least once.

    Within a label, rows are taken in the order of a seeded hash of their cluster, so that a larger sample
    holds every smaller one. With more labels than n, some labels have no row.
    """
    by_label: defaultdict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(~rows.fit_only).tolist():
        by_label[int(rows.labels[row])].append(row)
    ranked: list[tuple[float, bytes, int]] = []
    for members in by_label.values():
        drawn = sorted((_chance(f"{seed}:{rows.clusters[row]}"), row) for row in members)
        # The first row of every label has rank 0; the others lie evenly between 0 and 1.
        ranked += [(rank / len(drawn), chance, row) for rank, (chance, row) in enumerate(drawn)]
    return rows.take(sorted(row for *_, row in sorted(ranked)[:n]))


def _chance(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
