"""Groups of similar texts by k-means (Lloyd 1982), begun as k-means++ (Arthur and Vassilvitskii 2007).

Few rows and few rounds: labelling waits for it, and the picks are hardly better after many.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 10

Vectors = NDArray[np.float32]
Rows = NDArray[np.int64]


def k_means(
    vectors: Vectors,
    n_groups: int,
    generator: np.random.Generator,
    weights: NDArray[np.float32] | None = None,
) -> tuple[Vectors, Rows]:
    """Centres [groups, dimension] and the group of each row; at most as many groups as there are rows.

    `weights` say how much each row counts; None = all alike.
    """
    counted = np.ones(len(vectors), dtype=np.float32) if weights is None else np.maximum(weights, 1e-6)
    centres = _first_centres(vectors, min(n_groups, len(vectors)), counted, generator)
    group = _distances(vectors, centres).argmin(axis=1)
    for _ in range(_ROUNDS):
        members = np.zeros((len(centres), len(vectors)), dtype=np.float32)
        members[group, np.arange(len(vectors))] = counted
        sums = members.sum(axis=1, keepdims=True)
        # A group that lost all its rows keeps its centre.
        centres = np.where(sums > 0, members @ vectors / np.maximum(sums, 1e-12), centres)
        before, group = group, _distances(vectors, centres).argmin(axis=1)
        if (group == before).all():
            break
    return centres, group.astype(np.int64)


def nearest(vectors: Vectors, centres: Vectors) -> Rows:
    """For each centre in turn the nearest row that was not taken before."""
    distances = _distances(vectors, centres)
    taken: list[int] = []
    for centre in range(len(centres)):
        best = int(distances[:, centre].argmin())
        taken.append(best)
        distances[best] = np.inf
    return np.array(taken, dtype=np.int64)


def _first_centres(
    vectors: Vectors, n_groups: int, weights: NDArray[np.float32], generator: np.random.Generator
) -> Vectors:
    """Rows as first centres: each drawn in proportion to its weight and squared distance to those before."""
    chosen = [int(generator.choice(len(vectors), p=_shares(weights)))]
    squares = _squares(vectors)
    nearest_so_far = _distances(vectors, vectors[chosen], squares)[:, 0]
    while len(chosen) < n_groups:
        chosen.append(int(generator.choice(len(vectors), p=_shares(weights * nearest_so_far))))
        nearest_so_far = np.minimum(nearest_so_far, _distances(vectors, vectors[chosen[-1:]], squares)[:, 0])
    return vectors[chosen]


def _shares(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """Values as probabilities; where all are 0, as with equal texts, each is as likely."""
    exact = values.astype(np.float64)
    total = exact.sum()
    return exact / total if total > 0 else np.full(len(exact), 1 / len(exact))


def _distances(
    vectors: Vectors, centres: Vectors, squares: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """Squared Euclidean distances, [rows, centres]; `squares` are the rows' squared lengths, if known."""
    of_rows = _squares(vectors) if squares is None else squares
    squared = of_rows[:, None] + _squares(centres)[None] - 2 * vectors @ centres.T
    distances: NDArray[np.float32] = np.maximum(squared, 0)
    return distances


def _squares(vectors: Vectors) -> NDArray[np.float32]:
    squares: NDArray[np.float32] = np.einsum("ij,ij->i", vectors, vectors)
    return squares
