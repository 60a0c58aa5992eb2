"""Confidence intervals for the figures of a classifier: how far chance may have moved them.

The percentile bootstrap (Efron and Tibshirani 1993, chapter 13) draws the rows anew, with replacement,
and looks at how the figures spread. Every figure here depends only on how many rows fall in each cell
(true label, predicted label), and drawing rows with replacement makes those counts multinomial. So we
draw the counts themselves: the same distribution, without ever touching single rows.

Resampling loses rare labels, which lowers macro F1 in nearly every draw. Its interval is therefore moved
by the bootstrap's own estimate of that bias (the same book, chapter 10), back around the measured figure.

The bootstrap cannot see what the data do not show: three right of three give [1, 1]. Where fewer than
`FEW` rows bear on a figure, or none of them disagrees, Wilson's score interval (Wilson 1927) is used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headway.tasks.text_classification import OUTSIDE, IntArray, class_counts

__all__ = ["ClassifierIntervals", "PairedDifference", "intervals", "paired_difference", "wilson"]

FloatArray = npt.NDArray[np.float64]
Interval = tuple[float, float]

RESAMPLES = 1_000
LEVEL = 0.95
FEW = 30

# Cells drawn at once: bounds the memory of a chunk to about 32 MB of counts.
CHUNK_CELLS = 4_000_000

# The 97.5 % point of the normal distribution, for intervals at `LEVEL`.
Z = 1.959963984540054


@dataclass(frozen=True)
class ClassifierIntervals:
    """95 % intervals of accuracy and macro F1, and of three figures per label.

    `precision`, `recall` and `f1` hold one interval per label, or None where no row bears on the figure:
    the label was never predicted (precision), never true (recall), or neither (f1).
    """

    accuracy: Interval
    macro_f1: Interval
    precision: list[Interval | None]
    recall: list[Interval | None]
    f1: list[Interval | None]


@dataclass(frozen=True)
class PairedDifference:
    """How much more often A is right than B on the same rows, with its 95 % interval."""

    difference: float
    low: float
    high: float


def intervals(
    y_true: IntArray, y_pred: IntArray, n_labels: int, *, resamples: int = RESAMPLES, seed: int = 0
) -> ClassifierIntervals | None:
    """Estimate 95 % intervals from encoded labels of shape (n,); None when there are no rows.

    The same seed gives the same intervals.
    """
    n = len(y_true)
    if n == 0:
        return None
    hits, support, predicted = class_counts(y_true, y_pred, n_labels)
    either = support + predicted - hits
    # Labels with few rows get Wilson's interval, so their resampled counts need not be kept.
    kept = np.flatnonzero(either >= FEW)
    drawn = _resample(y_true, y_pred, n_labels, kept, resamples=resamples, seed=seed)

    # F1 is 2j/(1+j) with j the share of hits among the rows that have the label or were given it;
    # it rises with j, so the limits of j carry over.
    share = wilson(hits, either)
    f1_wilson = 2 * share / (1 + share)
    if n >= FEW and 0 < hits.sum() < n:
        measured = (2 * hits / np.maximum(support + predicted, 1))[either > 0].mean()
        bias = drawn.macro_f1.mean() - measured
        accuracy = _percentiles(drawn.accuracy)
        macro_f1 = np.clip(_percentiles(drawn.macro_f1) - bias, 0.0, 1.0)
    else:
        # The mean of the limits is wider than the limits of the mean: careful, where nothing better is known.
        accuracy, macro_f1 = wilson(hits.sum(), n), f1_wilson[:, either > 0].mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ClassifierIntervals(
            accuracy=_pair(accuracy),
            macro_f1=_pair(macro_f1),
            precision=_per_label(
                wilson(hits, predicted), hits, predicted, drawn.hits / drawn.predicted, kept
            ),
            recall=_per_label(wilson(hits, support), hits, support, drawn.hits / drawn.support, kept),
            f1=_per_label(f1_wilson, hits, either, 2 * drawn.hits / (drawn.support + drawn.predicted), kept),
        )


def paired_difference(
    correct_a: npt.NDArray[np.bool_],
    correct_b: npt.NDArray[np.bool_],
    *,
    resamples: int = 10_000,
    seed: int = 0,
) -> PairedDifference | None:
    """Compare two models on the same rows by the paired percentile bootstrap; None when there are no rows.

    Both arrays have shape (n,) and say which rows each model got right. Where the difference is the same
    in every row, the interval allows for the change that n rows may have missed (Wilson 1927).
    """
    n = len(correct_a)
    if n == 0:
        return None
    gain = correct_a.astype(np.int64) - correct_b.astype(np.int64)
    counts = np.bincount(gain + 1, minlength=3)
    mean = float(gain.mean())
    if counts.max() == n:
        unseen = float(wilson(0, n)[1])
        return PairedDifference(mean, max(-1.0, mean - unseen), min(1.0, mean + unseen))
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=resamples)
    low, high = _pair(_percentiles((drawn[:, 2] - drawn[:, 0]) / n))
    return PairedDifference(mean, low, high)


def wilson(hits: npt.ArrayLike, of: npt.ArrayLike, *, z: float | FloatArray = Z) -> FloatArray:
    """Give Wilson's score interval of a proportion: low and high, stacked in front, shape (2, …).

    It is `z` standard deviations wide, by default that of 95 %. Zero of zero gives [0, 1]. Source:
    E. B. Wilson, JASA 22 (1927), 209–212.
    """
    part, whole = np.asarray(hits, dtype=np.float64), np.asarray(of, dtype=np.float64)
    total = np.maximum(whole, 1)
    share = part / total
    scale = 1 + z**2 / total
    centre = (share + z**2 / (2 * total)) / scale
    half = z / scale * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    limits = np.clip([centre - half, centre + half], 0.0, 1.0)
    limits[0] = np.where(part == 0, 0.0, limits[0])
    limits[1] = np.where(part == whole, 1.0, limits[1])
    return limits


@dataclass(frozen=True)
class _Resampled:
    accuracy: FloatArray  # (resamples,)
    macro_f1: FloatArray  # (resamples,)
    hits: FloatArray  # (kept labels, resamples)
    support: FloatArray
    predicted: FloatArray


def _resample(
    y_true: IntArray, y_pred: IntArray, n_labels: int, kept: IntArray, *, resamples: int, seed: int
) -> _Resampled:
    rng = np.random.default_rng(seed)
    n = len(y_true)
    # Rows outside the schema share one extra true label, which `_sum_by` drops.
    truth = np.where(y_true == OUTSIDE, n_labels, y_true)
    cells, counts = np.unique(truth * n_labels + y_pred, return_counts=True)
    cell_true, cell_pred = cells // n_labels, cells % n_labels
    right = cell_true == cell_pred

    accuracy, macro_f1 = np.empty(resamples), np.empty(resamples)
    hits, support, predicted = (np.empty((len(kept), resamples)) for _ in range(3))
    size = max(1, CHUNK_CELLS // max(len(cells), n_labels))
    for start in range(0, resamples, size):
        part = slice(start, min(start + size, resamples))
        drawn = rng.multinomial(n, counts / n, size=part.stop - start).T
        of_hits = _sum_by(cell_true[right], drawn[right], n_labels)
        of_true = _sum_by(cell_true, drawn, n_labels)
        of_pred = _sum_by(cell_pred, drawn, n_labels)
        hits[:, part], support[:, part], predicted[:, part] = of_hits[kept], of_true[kept], of_pred[kept]
        accuracy[part] = of_hits.sum(axis=0) / n
        both = of_true + of_pred
        f1 = np.divide(2 * of_hits, both, out=np.zeros_like(both), where=both > 0)
        macro_f1[part] = f1.sum(axis=0) / np.count_nonzero(both, axis=0)
    return _Resampled(accuracy, macro_f1, hits, support, predicted)


def _sum_by(label: IntArray, drawn: IntArray, n_labels: int) -> FloatArray:
    """Sum the rows of `drawn`, shape (cells, resamples), that share a label: shape (labels, resamples)."""
    sums = np.zeros((n_labels + 1, drawn.shape[1]))
    if len(label):
        order = np.argsort(label, kind="stable")
        present, first = np.unique(label[order], return_index=True)
        sums[present] = np.add.reduceat(drawn[order], first, axis=0)
    return sums[:n_labels]


def _percentiles(values: FloatArray) -> FloatArray:
    """Give the central `LEVEL` range along the last axis; shape (2, …)."""
    tail = (1 - LEVEL) / 2
    return np.asarray(np.quantile(values, [tail, 1 - tail], axis=-1))


def _per_label(
    limits: FloatArray, hits: IntArray, of: IntArray, drawn: FloatArray, kept: IntArray
) -> list[Interval | None]:
    """Put the bootstrap's limits over Wilson's where enough rows disagree."""
    trusted = (of[kept] >= FEW) & (hits[kept] > 0) & (hits[kept] < of[kept])
    limits[:, kept[trusted]] = _percentiles(drawn[trusted])
    return [_pair(limits[:, label]) if rows > 0 else None for label, rows in enumerate(of)]


def _pair(limits: FloatArray) -> Interval:
    return float(limits[0]), float(limits[1])
