"""The training side of a dataset version, as arrays; the test rows are not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.datasets import load_rows
from headway.records import DatasetRow, DatasetVersion, Split
from headway.store import Store
from headway.tasks import text_classification
from headway.text import DEFAULT_STEPS


@dataclass(frozen=True)
class Rows:
    """Texts, positions of their labels (int64 [n]), clusters, and which are fitted on only (bool [n])."""

    texts: list[str]
    labels: NDArray[np.int64]
    clusters: list[str]
    #: augmented rows, and those that only rules have labelled: nothing is measured on them
    fit_only: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Sequence[int]) -> Rows:
        """Some of the rows, in the order given."""
        return Rows(
            [self.texts[place] for place in places],
            self.labels[list(places)],
            [self.clusters[place] for place in places],
            self.fit_only[list(places)],
        )

    def __add__(self, other: Rows) -> Rows:
        labels = np.concatenate([self.labels, other.labels])
        fit_only = np.concatenate([self.fit_only, other.fit_only])
        return Rows(self.texts + other.texts, labels, self.clusters + other.clusters, fit_only)


@dataclass(frozen=True)
class TrainingData:
    """What a recipe may see."""

    version: DatasetVersion
    train: Rows
    validation: Rows

    @property
    def names(self) -> tuple[str, ...]:
        """The labels, in the order of their positions."""
        return self.version.labels

    @property
    def preparation(self) -> tuple[str, ...]:
        """The steps every text goes through, in training and in the published model alike."""
        # Versions of before there was a choice name none.
        return self.version.preparation or DEFAULT_STEPS

    @classmethod
    def load(cls, store: Store, version: DatasetVersion) -> TrainingData:
        """Read the rows for training and validation.

        Raises `DataError` where the training rows have fewer than two labels.
        """
        rows = load_rows(store, version, [Split.TRAIN, Split.VALIDATION])
        train = [row for row in rows if row.split is Split.TRAIN]
        counts = dict.fromkeys(version.labels, 0)
        for row in train:
            counts[row.label] += 1
        text_classification.require_trainable(counts)
        validation = [row for row in rows if row.split is Split.VALIDATION]
        return cls(version, _rows(train, version.labels), _rows(validation, version.labels))


def _rows(rows: Sequence[DatasetRow], names: Sequence[str]) -> Rows:
    labels = text_classification.encode([row.label for row in rows], list(names))
    fit_only = np.array([bool(row.parent or row.labelled_by) for row in rows], dtype=bool)
    return Rows([row.text for row in rows], labels, [row.cluster for row in rows], fit_only)
