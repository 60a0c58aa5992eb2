"""Who said what of which item, as arrays: what agreement and consensus are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Answers:
    """One answer in each place: an item, an annotator and a label, as positions in the names.

    An annotator may have answered an item more than once, and need not have answered all of them.
    """

    items: Positions
    annotators: Positions
    labels: Positions
    item_names: tuple[str, ...]
    annotator_names: tuple[str, ...]
    label_names: tuple[str, ...]

    @classmethod
    def of(cls, triples: Iterable[tuple[str, str, str]], labels: Sequence[str] = ()) -> Answers:
        """From (item, annotator, label); `labels` names labels that may occur, also those nobody gave."""
        given = list(triples)
        items = tuple(dict.fromkeys(item for item, _, _ in given))
        annotators = tuple(sorted({annotator for _, annotator, _ in given}))
        names = tuple(labels) + tuple(sorted({label for _, _, label in given} - set(labels)))
        positions = [{name: at for at, name in enumerate(each)} for each in (items, annotators, names)]
        columns = [
            np.array([known[answer[part]] for answer in given], dtype=np.int64)
            for part, known in enumerate(positions)
        ]
        return cls(columns[0], columns[1], columns[2], items, annotators, names)

    def __len__(self) -> int:
        return len(self.items)

    def counts(self) -> Positions:
        """How often each item was given each label, [items, labels]."""
        n_labels = len(self.label_names)
        cells = np.bincount(self.items * n_labels + self.labels, minlength=len(self.item_names) * n_labels)
        return cells.reshape(len(self.item_names), n_labels)

    def compared(self) -> NDArray[np.bool_]:
        """Whether each item has more than one answer, so that these can be compared, [items]."""
        several: NDArray[np.bool_] = np.bincount(self.items, minlength=len(self.item_names)) > 1
        return several
