"""Metrics that are computed where they are asked for, with the signature of one of the user's own.

Each is (y_true, y_pred, scores, names) -> float: true and predicted labels by name, lists of str [n];
probabilities, float array [n, labels]; and the labels' names in the order of the columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_TOP = 3


def matthews(y_true: list[str], y_pred: list[str], scores: NDArray[Any], names: list[str]) -> float:
    """Correlation of true and predicted labels, -1 to 1 (Gorodkin 2004); 0 where either never changes."""
    counts = _confusion(y_true, y_pred)
    n, hits = counts.sum(), np.trace(counts)
    true, predicted = counts.sum(axis=1), counts.sum(axis=0)
    spread = (n**2 - (true**2).sum()) * (n**2 - (predicted**2).sum())
    return float((hits * n - true @ predicted) / np.sqrt(spread)) if spread > 0 else 0.0


def kappa(y_true: list[str], y_pred: list[str], scores: NDArray[Any], names: list[str]) -> float:
    """Agreement beyond what the labels' shares alone would give (Cohen 1960); 0 where there is one label."""
    counts = _confusion(y_true, y_pred)
    n = counts.sum()
    by_chance = float(counts.sum(axis=1) @ counts.sum(axis=0)) / n**2
    return (float(np.trace(counts)) / n - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0


def top_3_accuracy(y_true: list[str], y_pred: list[str], scores: NDArray[Any], names: list[str]) -> float:
    """Share of the rows whose label is among the three that are thought most likely."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :_TOP]
    column = {name: number for number, name in enumerate(names)}
    found = [column.get(label, -1) in row for label, row in zip(y_true, best.tolist(), strict=True)]
    return float(np.mean(found))


def _confusion(y_true: list[str], y_pred: list[str]) -> NDArray[np.float64]:
    """How often each true label was called each label, [labels, labels]."""
    labels = {name: number for number, name in enumerate(dict.fromkeys([*y_true, *y_pred]))}
    counts = np.zeros((len(labels), len(labels)))
    np.add.at(counts, ([labels[name] for name in y_true], [labels[name] for name in y_pred]), 1)
    return counts
