"""What the next labels would bring: the learner's error as a power law, with all its uncertainty.

The learner is fitted on growing parts of what was labelled, in the order in which it was labelled, and
measured on labelled texts that were left to chance, which it never learns from. Through the points goes

    error(n + m) = e · (r + (1 - r) · ((n + m + s) / (n + s))^(-c)),

an inverse power law (Cortes et al., NIPS 1993; Figueroa et al., BMC Medical Informatics 12:8 (2012)) with
today's error e, the share r of it that no label will remove, the exponent c, and the examples s that what the
labels are called is worth. With a few dozen texts to measure on no single curve can be told, so none is
fitted: every (e, r, c, s) of a grid is weighed by how well it explains the points (Bayes' rule, all of them
equally probable before), and the forecast is their mixture. Differences between two points are measured on
the same texts, which says far more than the points alone.

While labels have fewer than four examples each, the curve bends the other way, and nothing is forecast.
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
#: labels for each name before which nothing is forecast
LEAST_PER_NAME = 4
# A part holds at least so many labels.
_LEAST = 10
_DRAWS = 4_000

_ERRORS = np.linspace(0.005, 0.995, 100)
_KEPT = np.linspace(0.0, 0.98, 12)
_EXPONENTS = np.geomspace(0.1, 2.0, 12)
_WORTH_OF_NAMES = np.array([0.0, 1.0, 2.0, 4.0])
# By how much the accuracy of one fit differs from the law, as a share of √(e · (1 - e)): a standard
# deviation. And what the differences together count for, each of which is against the same last point. Both
# were chosen on five sets of which `benchmarks/forecast_coverage` measures none.
_JITTER = 0.006
_EVIDENCE = 0.5

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """What the learner got right after each part of the labels."""

    #: labels that there are, those of the texts it is measured on too
    n_labels: int
    #: different ones
    n_names: int
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


@dataclass(frozen=True)
class _Laws:
    """Every law of the grid, each array [laws]."""

    error: FloatArray
    kept: FloatArray
    exponent: FloatArray
    worth: FloatArray

    @classmethod
    def of_grid(cls, n_names: int) -> _Laws:
        axes = _ERRORS, _KEPT, _EXPONENTS, n_names * _WORTH_OF_NAMES
        return cls(*(axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")))

    def drawn(self, rows: NDArray[np.int64]) -> _Laws:
        return _Laws(self.error[rows], self.kept[rows], self.exponent[rows], self.worth[rows])

    def gain(self, before: float, after: float, now: float) -> FloatArray:
        """How much less the error is after so many labels than before; `error` is that of `now`."""
        powers = [((n + self.worth) / (now + self.worth)) ** -self.exponent for n in (before, after)]
        gain: FloatArray = self.error * (1 - self.kept) * (powers[0] - powers[1])
        return gain

    def variance(self) -> FloatArray:
        """That of the accuracy of one fit."""
        variance: FloatArray = _JITTER**2 * self.error * (1 - self.error)
        return variance


def measure_points(
    make_learner: Callable[[], Learner],
    vectors: Vectors,
    labels: Labels,
    held: NDArray[np.bool_],
    n_names: int,
) -> Points | None:
    """Fit on growing parts of rows [n, d] in the order given; rows of `held` [n] are only measured on.

    None where nothing is held, or too little is left to learn from.
    """
    free = np.flatnonzero(~held)
    if not held.any() or len(free) < _LEAST or len(labels) < LEAST_PER_NAME * n_names:
        return None
    learner = make_learner()
    sizes, right = [], []
    for size in sorted({max(_LEAST, round(share * len(free))) for share in SHARES}):
        learned = learner.learn(vectors[free[:size]], labels[free[:size]])
        if learned is None:
            return None
        sizes.append(size)
        right.append(learned.scores(vectors[held]).argmax(axis=1) == labels[held])
    return Points(len(labels), n_names, np.array(sizes, dtype=np.int64), np.array(right))


def forecast(points: Points, more: int, *, seed: int = 0) -> Forecast:
    """What `more` labels would bring; the same seed gives the same figures."""
    laws = _Laws.of_grid(points.n_names)
    generator = np.random.default_rng(seed)
    drawn = laws.drawn(generator.choice(len(laws.error), _DRAWS, p=_probable(points, laws)))
    # Two fits differ from the law, today's and the one to come.
    jitter = np.sqrt(2 * drawn.variance()) * generator.standard_normal(_DRAWS)
    gains = drawn.gain(points.n_labels, points.n_labels + more, points.n_labels) + jitter
    low, gain, high = np.quantile(gains, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
    return Forecast(more, gain, low, high)


def _probable(points: Points, laws: _Laws) -> FloatArray:
    """How probable each law is after the points, [laws]."""
    last, n_texts = points.right[-1], points.right.shape[1]
    wrong = int((~last).sum())
    likely = wrong * np.log(laws.error) + (n_texts - wrong) * np.log1p(-laws.error)
    now = int(points.sizes[-1])
    for size, right in zip(points.sizes[:-1].tolist(), points.right[:-1], strict=True):
        gained = (int(last.sum()) - int(right.sum())) / n_texts
        # The variance of a difference of paired shares; 1 more text differs, so that it is never nothing.
        sampled = (int((right != last).sum()) + 1) / n_texts**2
        spread = sampled + 2 * laws.variance()
        # No error is above 1.
        expected = np.minimum(laws.gain(size, now, now), 1 - laws.error)
        likely = likely - _EVIDENCE / 2 * ((gained - expected) ** 2 / spread + np.log(spread))
    weights = np.exp(likely - likely.max())
    probable: FloatArray = weights / weights.sum()
    return probable
