"""Rows as numbers: of equal texts and labels one copy is kept, and a rule looks at each text once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """Rows in the order in which the first of several equal ones is kept."""

    #: the different prepared texts, in the order they are first seen
    texts: list[str]
    #: which of them each row has, int64 [rows]
    text: Indices
    #: the different labels
    labels: list[str]
    #: which of them each row has, -1 where it has none, int64 [rows]
    label: Indices

    def part(self, rows: Mask) -> Table:
        """The table of some rows; of the texts, those that these rows have."""
        used, text = np.unique(self.text[rows], return_inverse=True)
        return Table([self.texts[n] for n in used.tolist()], text, self.labels, self.label[rows])

    def rows_of(self, texts: Mask) -> Mask:
        """The rows that have one of some texts, bool [rows]."""
        return np.asarray(texts[self.text], dtype=bool)

    def label_counts(self) -> dict[str, int]:
        """Label → rows, the most frequent first, then by name."""
        counts = np.bincount(self.label[self.label >= 0], minlength=len(self.labels)).tolist()
        order = sorted(range(len(counts)), key=lambda n: (-counts[n], self.labels[n]))
        return {self.labels[n]: counts[n] for n in order}


def numbered(items: Iterable[str | None]) -> tuple[Indices, list[str]]:
    """The number of each item among the different ones, -1 for None, and those in the order they are seen."""
    numbers: dict[str, int] = {}
    positions = (-1 if item is None else numbers.setdefault(item, len(numbers)) for item in items)
    return np.fromiter(positions, dtype=np.int64), list(numbers)
