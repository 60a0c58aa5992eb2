"""Calibration: how far stated confidence can be believed, and the one number that mends it.

A classifier is calibrated when of the texts it calls with 80 % confidence it gets 80 % right. Modern ones
often are not (Guo et al. 2017, "On Calibration of Modern Neural Networks"). Dividing the logits by one
number, the temperature, changes no label and mends most of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headway.errors import DataError
from headway.tasks.text_classification import OUTSIDE, IntArray

__all__ = [
    "BINS",
    "CalibrationError",
    "adaptive_calibration_error",
    "apply_temperature",
    "calibration_error",
    "expected_calibration_error",
    "fit_temperature",
]

FloatArray = npt.NDArray[np.float64]

BINS = 15
RESAMPLES = 1_000

# The prior on the temperature: log T is normal around 0 with this deviation, so that without evidence T is 1
# and 95 % of the temperatures lie between 0.37 and 2.7, which covers what Guo et al. report. It weighs as
# much as a handful of rows.
LOG_T_DEVIATION = 0.5
# A label the model never learned has a probability near zero. Taken at its word, one row of it would decide
# the temperature of a thousand others: it counts as a million to one against, and not more.
LEAST_PROBABILITY = 1e-6
# Far beyond anything the prior lets through: bounds for the search only.
LOG_T_BOUND = 3.0


@dataclass(frozen=True)
class CalibrationError:
    """The expected calibration error of some rows, with what chance does to it.

    `low` and `high` are its 95 % interval, `adaptive` is the variant with equally full bins. `by_chance` is
    what a perfectly calibrated model of the same confidences stays below on so many rows, 19 times of 20.
    """

    error: float
    low: float
    high: float
    adaptive: float
    by_chance: float


def expected_calibration_error(scores: npt.NDArray[Any], truth: IntArray, bins: int = BINS) -> float:
    """Measure how far confidence and accuracy lie apart on average, in fractions.

    `scores` are probabilities [n, labels], `truth` the true labels int [n]; rows whose truth is `OUTSIDE`
    count as wrong. Bins of equal width over the score of the predicted label, weighted by their rows
    (Naeini et al. 2015; Guo et al. 2017). Raises `DataError` when there are no rows.
    """
    confidence, correct = _top(scores, truth)
    return _error(*_by_bin(_equal_width(confidence, bins), confidence, correct, bins))


def adaptive_calibration_error(scores: npt.NDArray[Any], truth: IntArray, bins: int = BINS) -> float:
    """Measure as `expected_calibration_error` does, with as many rows in each bin (Nguyen and O'Connor 2015).

    Where nearly all confidences lie near 1, bins of equal width have one full bin that hides much.
    """
    confidence, correct = _top(scores, truth)
    bin_of = np.empty(len(confidence), dtype=np.int64)
    bin_of[np.argsort(confidence, kind="stable")] = np.arange(len(confidence)) * bins // len(confidence)
    return _error(*_by_bin(bin_of, confidence, correct, bins))


def calibration_error(
    scores: npt.NDArray[Any], truth: IntArray, *, resamples: int = RESAMPLES, seed: int = 0
) -> CalibrationError:
    """Measure the expected calibration error with its interval; scores [n, labels], truth int [n].

    The percentile bootstrap over rows, drawn as counts of right and wrong rows by bin. Chance can only
    raise an average of distances, so the interval is moved by the bootstrap's own estimate of that bias
    (Efron and Tibshirani 1993, chapter 10). `by_chance` draws the answers from the confidences themselves
    (consistency resampling, Bröcker and Smith 2007). Raises `DataError` when there are no rows.
    """
    confidence, correct = _top(scores, truth)
    n, right, total = _by_bin(_equal_width(confidence, BINS), confidence, correct, BINS)
    measured, rows = _error(n, right, total), len(confidence)
    rng = np.random.default_rng(seed)

    drawn = rng.multinomial(rows, np.concatenate([right, n - right]) / rows, size=resamples)
    drawn_n = drawn[:, :BINS] + drawn[:, BINS:]
    mean = total / np.maximum(n, 1)
    errors = np.abs(drawn[:, :BINS] - drawn_n * mean).sum(axis=1) / rows
    low, high = np.quantile(errors, [0.025, 0.975]) - (errors.mean() - measured)

    honest = rng.binomial(n.astype(np.int64), np.clip(mean, 0, 1), size=(resamples, BINS))
    by_chance = np.quantile(np.abs(honest - total).sum(axis=1) / rows, 0.95)
    return CalibrationError(
        error=measured,
        low=float(np.clip(low, 0, measured)),
        high=float(np.clip(high, measured, 1)),
        adaptive=adaptive_calibration_error(scores, truth),
        by_chance=float(by_chance),
    )


def fit_temperature(scores: npt.NDArray[Any], truth: IntArray) -> float:
    """Find the temperature T that makes softmax(log p / T) most honest; above 1 it lowers confidence.

    `scores` are probabilities [n, labels] of rows the model has not learned from, `truth` their labels int
    [n]; rows whose truth is `OUTSIDE` are ignored. Minimises the negative log likelihood (Guo et al. 2017)
    plus a weak prior that draws T towards 1, so that few rows, or rows that are all right, change little.
    Without rows T is 1. Raises `DataError` where a score is no finite number.
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - slow to load

    scores, truth = np.asarray(scores), np.asarray(truth)
    inside = truth != OUTSIDE
    if not inside.any():
        return 1.0
    logs, at = _logs(scores[inside]), truth[inside]
    of_truth = logs[np.arange(len(at)), at]

    def loss(log_t: float) -> float:
        inverse = float(np.exp(-log_t))
        likelihood = of_truth * inverse - _log_sum_exp(logs * inverse)
        return float(-likelihood.sum() + 0.5 * (log_t / LOG_T_DEVIATION) ** 2)

    found = minimize_scalar(loss, bounds=(-LOG_T_BOUND, LOG_T_BOUND), method="bounded")
    return float(np.exp(found.x))


def apply_temperature(scores: npt.NDArray[Any], temperature: float) -> npt.NDArray[np.float32]:
    """Give softmax(log p / T) for probabilities [n, labels]: what the model says at that temperature.

    Raises `DataError` for a temperature that is not finite and positive, or a score that is not finite.
    """
    if not (np.isfinite(temperature) and temperature > 0):
        raise DataError(f"The temperature is {temperature}; a finite number above 0 was expected.")
    # The smallest number there is, not `LEAST_PROBABILITY`: what a model says is not rounded here.
    logs = _logs(scores, float(np.finfo(np.float32).tiny)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))
    shares: npt.NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def _top(scores: npt.NDArray[Any], truth: IntArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """The score of the predicted label of each row, and whether that label is right."""
    if len(truth) == 0 or len(scores) != len(truth):
        raise DataError(
            f"There are {len(scores)} rows of scores and {len(truth)} true labels; as many of both were "
            "expected, and at least one."
        )
    return np.asarray(scores.max(axis=1), dtype=np.float64), scores.argmax(axis=1) == truth


def _equal_width(confidence: FloatArray, bins: int) -> IntArray:
    return np.clip((confidence * bins).astype(np.int64), 0, bins - 1)


def _by_bin(
    bin_of: IntArray, confidence: FloatArray, correct: npt.NDArray[np.bool_], bins: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rows, right rows and the sum of confidence of each bin, each of shape (bins,)."""
    n = np.bincount(bin_of, minlength=bins).astype(np.float64)
    right = np.bincount(bin_of[correct], minlength=bins).astype(np.float64)
    total: FloatArray = np.bincount(bin_of, weights=confidence, minlength=bins).astype(np.float64)
    return n, right, total


def _error(n: FloatArray, right: FloatArray, total: FloatArray) -> float:
    return float(np.abs(right - total).sum() / n.sum())


def _logs(scores: npt.NDArray[Any], least: float = LEAST_PROBABILITY) -> FloatArray:
    values = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(values).all():
        raise DataError("A score is not a finite number; probabilities were expected.")
    return np.log(np.clip(values, least, 1.0))


def _log_sum_exp(logs: FloatArray) -> FloatArray:
    highest = logs.max(axis=1)
    sums: FloatArray = highest + np.log(np.exp(logs - highest[:, None]).sum(axis=1))
    return sums
