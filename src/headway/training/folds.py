"""Folds for cross-validation: stratified, and texts that belong together always in one fold."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def stratified_folds(
    labels: NDArray[np.int64], clusters: Sequence[str], n_folds: int, *, seed: int = 0
) -> NDArray[np.int64]:
    """The fold of each row, int64 [n] in 0 … n_folds - 1.

    Within a label, clusters are dealt out in the order of a seeded hash, so that folds differ by at most
    one cluster a label; rows of one cluster share its fold.
    """
    label_of: dict[str, int] = {}
    for cluster, label in zip(clusters, labels.tolist(), strict=True):
        label_of.setdefault(cluster, label)
    by_label: defaultdict[int, list[str]] = defaultdict(list)
    for cluster, label in label_of.items():
        by_label[label].append(cluster)
    sizes: Counter[int] = Counter()
    fold_of: dict[str, int] = {}
    for label in sorted(by_label):
        ordered = sorted(by_label[label], key=lambda c: hashlib.sha256(f"{seed}:{c}".encode()).digest())
        # Start with the smallest fold, else the first folds would collect the remainder of every label.
        start = min(range(n_folds), key=lambda fold: (sizes[fold], fold))
        for number, cluster in enumerate(ordered):
            fold_of[cluster] = (start + number) % n_folds
            sizes[fold_of[cluster]] += 1
    return np.array([fold_of[cluster] for cluster in clusters], dtype=np.int64)
