"""What the next labels would bring: the learner's error as a power law, with all its uncertainty.

The learner is fitted on growing parts of what was labelled, in the order in which it was labelled, and
measured on labelled texts that were left to chance, which it never learns from. Through the points goes

    error(n + m) = e · (r + (1 - r) · ((n + m) / n)^(-c)),

an inverse power law (Cortes et al., NIPS 1993; Figueroa et al., BMC Medical Informatics 12:8 (2012)) with
today's error e, the share r of it that no label will remove, and the exponent c. With a few dozen texts to
measure on no single curve can be told, so none is fitted: every (e, r, c) of a grid is weighed by how well it
explains the points (Bayes' rule, all of them equally probable before), and the forecast is their mixture.
Differences between two points are measured on the same texts, which says far more than the points alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.annotation.learner import Labels, Learner, Vectors

#: the parts of the labelled texts on which the learner is fitted
SHARES = (1 / 8, 1 / 4, 1 / 2, 3 / 4, 1.0)
#: what share of the gains that come true lies between `low` and `high`
LEVEL = 0.8
# A part holds at least so many labels.
_LEAST = 10
_DRAWS = 4_000

_ERRORS = np.linspace(0.005, 0.995, 100)
_KEPT = np.linspace(0.0, 0.98, 15)
_EXPONENTS = np.geomspace(0.1, 2.0, 12)
# By how much the accuracy of one fit differs from the law, as a share of √(e · (1 - e)): a standard
# deviation. Chosen on four sets of which `benchmarks/forecast_coverage` measures none.
_JITTER = 0.008

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """What the learner got right after each part of the labels."""

    #: labels that there are, those of the texts it is measured on too
    n_labels: int
    #: labels learned from, ascending, [points]
    sizes: NDArray[np.int64]
    #: whether it was right on each text left to chance, [points, texts]
    right: NDArray[np.bool_]


@dataclass(frozen=True)
class Forecast:
    """What so many further labels would add to the accuracy, in fractions: the median, and 80 % of it."""

    labels: int
    gain: float
    low: float
    high: float


def measure_points(
    make_learner: Callable[[], Learner], vectors: Vectors, labels: Labels, held: NDArray[np.bool_]
) -> Points | None:
    """Fit on growing parts of rows [n, d] in the order given; rows of `held` [n] are only measured on.

    None where nothing is held, or too little is left to learn from.
    """
    free = np.flatnonzero(~held)
    if not held.any() or len(free) < _LEAST:
        return None
    learner = make_learner()
    sizes, right = [], []
    for size in sorted({max(_LEAST, round(share * len(free))) for share in SHARES}):
        learned = learner.learn(vectors[free[:size]], labels[free[:size]])
        if learned is None:
            return None
        sizes.append(size)
        right.append(learned.scores(vectors[held]).argmax(axis=1) == labels[held])
    return Points(len(labels), np.array(sizes, dtype=np.int64), np.array(right))


def forecast(points: Points, more: int, *, seed: int = 0) -> Forecast:
    """What `more` labels would bring; the same seed gives the same figures."""
    errors, kept, exponents = (
        axis.ravel() for axis in np.meshgrid(_ERRORS, _KEPT, _EXPONENTS, indexing="ij")
    )
    weights = _weights(points, errors, kept, exponents)
    generator = np.random.default_rng(seed)
    drawn = generator.choice(len(weights), _DRAWS, p=weights)
    left = _law(1 + more / points.n_labels, kept[drawn], exponents[drawn])
    # Two fits differ from the law, today's and the one to come.
    jitter = np.sqrt(2 * _variance(errors[drawn])) * generator.standard_normal(_DRAWS)
    gains = errors[drawn] * (1 - left) + jitter
    low, gain, high = np.quantile(gains, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
    return Forecast(more, gain, low, high)


def _weights(points: Points, errors: FloatArray, kept: FloatArray, exponents: FloatArray) -> FloatArray:
    """How probable each law is after the points, [laws]."""
    last, n_texts = points.right[-1], points.right.shape[1]
    wrong = int((~last).sum())
    likely = wrong * np.log(errors) + (n_texts - wrong) * np.log1p(-errors)
    for size, right in zip(points.sizes[:-1], points.right[:-1], strict=True):
        gained = (int(last.sum()) - int(right.sum())) / n_texts
        # The variance of a difference of paired shares; 1 more text differs, so that it is never nothing.
        sampled = (int((right != last).sum()) + 1) / n_texts**2
        spread = sampled + 2 * _variance(errors)
        expected = errors * (_law(size / points.sizes[-1], kept, exponents) - 1)
        # No error is above 1.
        off = gained - np.minimum(expected, 1 - errors)
        likely = likely - 0.5 * (off**2 / spread + np.log(spread))
    weights = np.exp(likely - likely.max())
    probable: FloatArray = weights / weights.sum()
    return probable


def _law(times: float, kept: FloatArray, exponents: FloatArray) -> FloatArray:
    """The error with `times` as many labels, over today's."""
    left: FloatArray = kept + (1 - kept) * times**-exponents
    return left


def _variance(errors: FloatArray) -> FloatArray:
    variance: FloatArray = _JITTER**2 * errors * (1 - errors)
    return variance
