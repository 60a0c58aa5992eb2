"""The model that learns beside the annotators: logistic regression on embeddings, fitted anew in a moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.training.label_prior import nearer_than_chance
from headway.training.linear import LinearModel, fit_linear

# Inverse strength of the penalty, as of the recipe `probe`.
_C = 30.0
# Beginning where the last fit ended, few iterations are left to be made.
_ITERATIONS = 40

Vectors = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Learned:
    """What the learner knows after some labels."""

    model: LinearModel
    #: labels it has learned from
    n_labels: int

    def scores(self, vectors: Vectors) -> NDArray[np.float32]:
        """Probabilities [texts, labels]."""
        return self.model.scores(vectors)


class Learner:
    """Learns one task's labels; what it learned last is where the next fit begins."""

    def __init__(self, n_classes: int, label_vectors: Vectors | None = None) -> None:
        """`label_vectors` [classes, dimension] are those of the names, each of which counts as an example.

        They are left out again where the labels given say that the names mean nothing.
        """
        self._n_classes = n_classes
        self._label_vectors = label_vectors
        self._last: LinearModel | None = None

    def learn(self, vectors: Vectors, labels: Labels) -> Learned | None:
        """Learn from vectors [rows, dimension] and the positions of their labels.

        Without a single label the names alone are learned from; without those, too, None.
        """
        rows, targets = vectors, labels
        if self._label_vectors is not None and self._names_help(vectors, labels):
            rows = np.concatenate([vectors, self._label_vectors])
            targets = np.concatenate([labels, np.arange(self._n_classes)])
        if not len(targets):
            return None
        self._last = fit_linear(
            rows, targets, self._n_classes, c=_C, max_iterations=_ITERATIONS, start=self._last
        )
        return Learned(self._last, len(labels))

    def _names_help(self, vectors: Vectors, labels: Labels) -> bool:
        if self._label_vectors is None:
            return False
        return not len(labels) or nearer_than_chance(vectors, labels, self._label_vectors)
