"""Label texts as the prior of a linear head: so many more examples of each label as held-out rows bear out.

A name such as `card_arrival` says what a label means before the first example does. How much it is worth is
decided by cross-validation: names that mean nothing (`0`, `B2`) count nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.training.folds import stratified_folds
from headway.training.linear import LinearModel, fit_linear

#: how many examples a label's text may count as
WEIGHTS = (0, 1, 4)
_FOLDS = 4
_FOLD_ITERATIONS = 50
# Temperatures among which the best is taken before two heads are compared: how sure a head is of itself is
# set right after training, what it knows is not.
_TEMPERATURES = 2.0 ** np.arange(-3, 4.1, 0.5)
_FLOOR = 1e-6

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class HeadSettings:
    """How the logistic regression is fitted."""

    c: float
    max_iterations: int


def fit_with_texts(
    vectors: Vectors,
    labels: NDArray[np.int64],
    label_vectors: Vectors | None,
    n_labels: int,
    weight: int,
    settings: HeadSettings,
    start: LinearModel | None = None,
) -> LinearModel:
    """Fit on rows [n, d] and, `weight` times, on the vectors of the labels' texts [labels, d].

    `start` is where the search for the weights begins.
    """
    if label_vectors is not None and weight:
        vectors = np.concatenate([vectors, *[label_vectors] * weight])
        labels = np.concatenate([labels, np.tile(np.arange(n_labels), weight)])
    return fit_linear(
        vectors, labels, n_labels, c=settings.c, max_iterations=settings.max_iterations, start=start
    )


def choose_weight(
    vectors: Vectors,
    labels: NDArray[np.int64],
    clusters: Sequence[str],
    label_vectors: Vectors,
    settings: HeadSettings,
    seed: int,
) -> int:
    """How many examples the labels' texts are worth: the one of `WEIGHTS` with the least held-out log loss.

    Rows of one of `clusters`, equal texts for one, are held out together. Where no label has two rows
    nothing can be held out: then 1 if the labels' texts are as near to their rows as `nearer_than_chance`
    asks, else 0.
    """
    judged = rows_with_company(labels, clusters)
    if not judged.size:
        return int(nearer_than_chance(vectors, labels, label_vectors))
    n_labels = len(label_vectors)
    quick = HeadSettings(settings.c, min(settings.max_iterations, _FOLD_ITERATIONS))
    n_folds = min(_FOLDS, int(np.bincount(labels).max()))
    folds = stratified_folds(labels, clusters, n_folds, seed=seed)

    def loss_of(weight: int) -> float:
        scores = np.zeros((len(labels), n_labels), dtype=np.float32)
        for fold in range(n_folds):
            held_out = folds == fold
            head = fit_with_texts(
                vectors[~held_out], labels[~held_out], label_vectors, n_labels, weight, quick
            )
            scores[held_out] = head.scores(vectors[held_out])
        return log_loss(scores[judged], labels[judged])

    return min(WEIGHTS, key=loss_of)


def rows_with_company(labels: NDArray[np.int64], clusters: Sequence[str]) -> NDArray[np.int64]:
    """Rows whose label has another row of another cluster: it can be learned while they are held out."""
    # A cluster is put into a fold by the label of its first row.
    label_of = dict(zip(reversed(clusters), reversed(labels.tolist()), strict=True))
    counts = np.bincount(list(label_of.values()), minlength=int(labels.max()) + 1)
    return np.flatnonzero(counts[labels] > 1).astype(np.int64)


def nearer_than_chance(vectors: Vectors, labels: NDArray[np.int64], label_vectors: Vectors) -> bool:
    """Whether on average the own label's text is nearer to a row than two thirds of the other labels' are."""
    centred = label_vectors - label_vectors.mean(axis=0)
    similar = (vectors - vectors.mean(axis=0)) @ centred.T
    own = similar[np.arange(len(labels)), labels][:, None]
    share = (similar < own).sum(axis=1) / max(len(label_vectors) - 1, 1)
    return float(share.mean()) > 2 / 3


def log_loss(scores: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    """Mean negative log probability of the labels, at the temperature that makes it least."""
    logits = np.log(np.maximum(scores, _FLOOR)).astype(np.float64)
    return min(_mean_loss(logits / temperature, labels) for temperature in _TEMPERATURES)


def _mean_loss(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    highest = logits.max(axis=1)
    total = np.log(np.exp(logits - highest[:, None]).sum(axis=1)) + highest
    return float((total - logits[np.arange(len(labels)), labels]).mean())


def most_per_label(labels: NDArray[np.int64], most: int, seed: int) -> NDArray[np.int64]:
    """Rows, at most so many of each label, drawn at random and in their order: int64 [n]."""
    generator = np.random.default_rng(seed)
    drawn: Sequence[NDArray[np.int64]] = [
        generator.permutation(np.flatnonzero(labels == label))[:most] for label in np.unique(labels)
    ]
    return np.sort(np.concatenate(drawn)).astype(np.int64)
