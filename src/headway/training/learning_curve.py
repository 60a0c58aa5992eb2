"""The learning curve: how held-out accuracy grows with the labelled rows, and what more labels would bring.

The recipe is fitted on growing nested parts of the training rows. Through the errors goes an inverse power
law, error(n) = a + b · n^(-c) (Cortes et al., NIPS 1993; for classifiers of texts Figueroa et al., BMC
Medical Informatics 12:8 (2012)), and its course beyond the last row is the forecast.
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from headway.training.recipe import Recipe

__all__ = ["Forecast", "fitted_curve", "forecast", "learning_curve", "nested_subsets"]

FloatArray = NDArray[np.float64]

SHARES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
#: each part has at least so many rows of a label, where there are as many
LEAST_PER_LABEL = 2

# Three unknowns need three points; the exponents tried cover all that Figueroa et al. found.
_FEWEST_POINTS = 3
_EXPONENTS = np.linspace(0.05, 2.0, 40)
_RESAMPLES = 500


@dataclass(frozen=True)
class Forecast:
    """What `more_rows` further labelled rows would add to the accuracy, in fractions; 95 % interval."""

    rows: int
    more_rows: int
    gain: float
    low: float
    high: float

    @property
    def words(self) -> dict[str, str]:
        """The forecast in a sentence, by language."""
        shown = [f"{100 * value:+.1f}".replace("-", "−") for value in (self.gain, self.low, self.high)]
        gain, low, high = ("0.0" if value in ("+0.0", "−0.0") else value for value in shown)
        twice = self.more_rows == self.rows
        what = "Twice the labels" if twice else f"{self.more_rows:,} more labels"
        was = "标注数据翻倍" if twice else f"再标注 {self.more_rows:,} 条"
        return {
            "en": f"{what}: about {gain} points of accuracy ({low} to {high}), if the curve goes on "
            "as it did.",
            "zh": f"{was}：准确率约 {gain} 个百分点（{low} 至 {high}），前提是曲线照此延续。",
        }


def learning_curve(
    make_recipe: Callable[[], Recipe],
    texts: Sequence[str],
    labels: NDArray[np.int64],
    clusters: Sequence[str],
    held_texts: Sequence[str],
    held_labels: NDArray[np.int64],
    n_labels: int,
    *,
    sizes: Sequence[int] | None = None,
    seed: int = 0,
    go_on: Callable[[int, int], bool] = lambda done, total: True,
) -> list[dict[str, Any]]:
    """Fit a new recipe on growing parts of the rows and measure each on the held-out rows.

    `labels` and `held_labels` are positions of labels, int [n]; `clusters` name texts that belong together.
    `sizes` are the rows of each part, by default 1/16, 1/8, 1/4, 1/2 and all; the parts are nested and
    stratified, so a small one may come out larger. `go_on(done, total)` is asked before each part and stops
    the rest by returning False. Gives one dictionary a part: `rows`, `labels` (how many occur), `n`
    (held-out rows), `accuracy`, `interval` (95 %, Wilson 1927), `seconds`. Nothing without held-out rows.
    """
    if not len(held_labels) or not len(labels):
        return []
    shares = SHARES if sizes is None else sorted({min(size / len(labels), 1.0) for size in sizes})
    parts = nested_subsets(labels, clusters, shares, seed=seed)
    points = []
    for done, rows in enumerate(parts):
        if not go_on(done, len(parts)):
            break
        start = time.perf_counter()
        fitted = make_recipe().fit([texts[row] for row in rows.tolist()], labels[rows], n_labels)
        hits = int((fitted.scores(held_texts).argmax(axis=1) == held_labels).sum())
        points.append(
            {
                "rows": len(rows),
                "labels": len(np.unique(labels[rows])),
                "n": len(held_labels),
                "accuracy": round(hits / len(held_labels), 6),
                "interval": _wilson(hits, len(held_labels)),
                "seconds": round(time.perf_counter() - start, 3),
            }
        )
    return points


def nested_subsets(
    labels: NDArray[np.int64], clusters: Sequence[str], shares: Sequence[float], *, seed: int = 0
) -> list[NDArray[np.int64]]:
    """Rows of growing parts, each ascending: a part holds all rows of the one before.

    Of each label the first rows in the order of a seeded hash of their cluster, in proportion, and at least
    two where there are two. Parts that come out equal are given once.
    """
    order: defaultdict[int, list[int]] = defaultdict(list)
    for row, label in enumerate(labels.tolist()):
        order[label].append(row)
    for rows in order.values():
        rows.sort(key=lambda row: (hashlib.sha256(f"{seed}:{clusters[row]}".encode()).digest(), row))
    parts: dict[int, NDArray[np.int64]] = {}
    for share in sorted(shares):
        chosen = [
            row for rows in order.values() for row in rows[: max(LEAST_PER_LABEL, round(share * len(rows)))]
        ]
        parts.setdefault(len(chosen), np.sort(np.array(chosen, dtype=np.int64)))
    return list(parts.values())


def forecast(
    points: Sequence[Mapping[str, Any]], more_rows: int, *, resamples: int = _RESAMPLES, seed: int = 0
) -> Forecast | None:
    """Say what `more_rows` labelled rows beyond the last point would bring, from points of `learning_curve`.

    The inverse power law is fitted by least squares, points of more rows weighing more (Figueroa et al.
    2012). For the interval each accuracy is drawn anew from its held-out rows and the law fitted again. None
    with fewer than three points, or nothing to add.
    """
    if len(points) < _FEWEST_POINTS or more_rows < 1:
        return None
    rows, accuracy, n = _columns(points)
    rng = np.random.default_rng(seed)
    drawn = rng.binomial(n.astype(np.int64), accuracy, size=(resamples, len(points))) / n
    ends = np.array([rows[-1], rows[-1] + more_rows])
    now, then = _law(rows, 1 - np.vstack([accuracy, drawn]), ends).T
    gains = now - then
    gain = float(gains[0])
    low, high = np.quantile(gains[1:], [0.025, 0.975]).tolist()
    # The law bends what is drawn towards itself, so either bootstrap interval alone is too short: of the
    # percentile and the basic one (Efron and Tibshirani 1993, chapter 13) the wider end is taken.
    low, high = max(0.0, min(low, 2 * gain - high)), max(high, 2 * gain - low)
    return Forecast(int(rows[-1]), more_rows, gain, low, high)


def fitted_curve(points: Sequence[Mapping[str, Any]], at: Sequence[float]) -> list[float]:
    """The accuracy that the fitted law has at some numbers of rows; [] with fewer than three points."""
    if len(points) < _FEWEST_POINTS:
        return []
    rows, accuracy, _ = _columns(points)
    errors = _law(rows, 1 - accuracy[None], np.asarray(at, dtype=np.float64))
    return [float(value) for value in 1 - errors[0]]


def _columns(points: Sequence[Mapping[str, Any]]) -> tuple[FloatArray, FloatArray, FloatArray]:
    ordered = sorted(points, key=lambda point: int(point["rows"]))
    rows, accuracy, n = (
        np.array([point[name] for point in ordered], dtype=np.float64) for name in ("rows", "accuracy", "n")
    )
    return rows, accuracy, n


def _law(rows: FloatArray, errors: FloatArray, at: FloatArray) -> FloatArray:
    """Fit the law to each row of `errors`, [m, points], and give its errors at `at`: [m, len(at)].

    For each exponent the best a and b ≥ 0 have a closed form; the exponent with the least squares wins.
    """
    weights = np.sqrt(rows / rows.sum())
    weights /= weights.sum()
    best = np.full(len(errors), np.inf)
    found = np.zeros((len(errors), len(at)))
    for exponent in _EXPONENTS:
        # Scaled to 1 at the last point, where else b would be as large as the power is small.
        x = (rows / rows[-1]) ** -exponent
        a, b = _line(x, errors, weights)
        squares = ((errors - a[:, None] - b[:, None] * x) ** 2 * weights).sum(axis=1)
        better = squares < best
        best[better] = squares[better]
        course = a[:, None] + b[:, None] * (at / rows[-1]) ** -exponent
        found[better] = course[better]
    return np.clip(found, 0.0, 1.0)


def _line(x: FloatArray, errors: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weighted least squares of errors = a + b · x with a, b ≥ 0, for each row of `errors`."""
    mean_x, mean = x @ weights, errors @ weights
    spread = ((x - mean_x) ** 2) @ weights
    slope = ((errors - mean[:, None]) * (x - mean_x)) @ weights / max(float(spread), 1e-12)
    b = np.maximum(slope, 0.0)
    a = mean - b * mean_x
    # Where a would be negative it is 0, and b is that of a line through the origin.
    through_origin = (errors * x) @ weights / ((x * x) @ weights)
    return np.maximum(a, 0.0), np.where(a < 0, through_origin, b)


def _wilson(hits: int, n: int) -> list[float]:
    from scipy.stats import binomtest  # noqa: PLC0415 - slow to load

    limits = binomtest(hits, n).proportion_ci(method="wilson")
    return [round(float(limits.low), 6), round(float(limits.high), 6)]
