"""The model that learns beside the annotators: logistic regression on embeddings, fitted anew in a moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.training.label_prior import HeadSettings, fit_with_texts, nearer_than_chance
from headway.training.linear import LinearModel

# The penalty is that of the recipe `probe`; beginning where the last fit ended, few iterations are left.
_HEAD = HeadSettings(c=30.0, max_iterations=40)

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
        names = self._label_vectors
        helpful = names is not None and (not len(labels) or nearer_than_chance(vectors, labels, names))
        if not len(labels) and not helpful:
            return None
        self._last = fit_with_texts(
            vectors, labels, names, self._n_classes, int(helpful), _HEAD, start=self._last
        )
        return Learned(self._last, len(labels))
