"""All texts of a project and the labels of one task, read once and kept small: a million fit."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from headway.cleaning.policy import preparation_of, renamed
from headway.cleaning.table import Indices, Mask, Table, numbered
from headway.records import CleaningPolicy
from headway.store import Store
from headway.store.records import iter_labels, iter_texts
from headway.text.prepare import prepare


@dataclass(frozen=True)
class Corpus:
    """The rows of a project, the oldest first: their raw texts, and as numbers what is prepared of them."""

    #: record id of each row
    ids: list[str]
    #: the file each row came from
    sources: list[str]
    #: the split the user gave each row, or None
    splits: list[str | None]
    #: the different raw texts
    raws: list[str]
    #: which of them each row has, int64 [rows]
    raw: Indices
    #: prepared texts, and labels as the policy writes them
    table: Table
    #: label as it came → rows that have it
    given_labels: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, raws: Mask) -> Mask:
        """The rows that have one of some raw texts, bool [rows]."""
        return np.asarray(raws[self.raw], dtype=bool)


def read_corpus(store: Store, task: str, policy: CleaningPolicy) -> Corpus:
    """Read the newest revision of every record, and of several labels for it the newest."""
    ids: list[str] = []
    sources: list[str] = []
    splits: list[str | None] = []

    def texts() -> Iterator[str]:
        for record, text, split, source in iter_texts(store):
            ids.append(record)
            sources.append(source)
            splits.append(split)
            yield text

    raw, raws = numbered(texts())
    labels = _newest_labels(store, task, ids)
    steps = preparation_of(policy)
    text_of_raw, prepared = numbered(_prepared(text, steps) for text in raws)
    label, names = numbered(None if one is None else renamed(policy, one) for one in labels)
    table = Table(prepared, text_of_raw[raw], names, label)
    given = Counter(one for one in labels if one is not None)
    return Corpus(ids, sources, splits, raws, raw, table, dict(given))


def _prepared(raw: str, steps: tuple[str, ...]) -> str:
    """What is prepared of a raw text; the same object where it is equal, for most are."""
    text = prepare(raw, steps)
    return raw if text == raw else text


def _newest_labels(store: Store, task: str, ids: list[str]) -> list[str | None]:
    position = {record: n for n, record in enumerate(ids)}
    labels: list[str | None] = [None] * len(ids)
    for record, label in iter_labels(store, task):
        # A label may be one of an older revision.
        if (n := position.get(record)) is not None:
            labels[n] = sys.intern(label)
    return labels
