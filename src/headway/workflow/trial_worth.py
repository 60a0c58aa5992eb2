"""What a trial costs and what it can tell: the statistics behind what `auto` tries and keeps."""

from __future__ import annotations

import math

from headway.evaluation.bootstrap import PairedDifference, Z
from headway.workflow.auto import N_FOLDS

# A trial leaves out one fold; the final training takes all rows.
TRIAL_SHARE = (N_FOLDS - 1) / N_FOLDS
# Errors get fewer with n rows as n^-0.14, and what recipes gain is known of so many sets; docs/training.md
# says how both were measured.
_EXPONENT = 0.14
_N_SETS = 5


def expected_loss(gain: float, deviation: float) -> float:
    """What is lost on average by keeping a recipe untried, as it may be worse: E[max(0, -gain)].

    The gain on data that nobody has measured follows, with what `_N_SETS` sets said of it, Student's t
    distribution (Gelman et al., Bayesian Data Analysis, 3rd edition, section 3.2), whose partial expectation
    has a closed form.
    """
    from scipy.stats import t  # noqa: PLC0415 - slow to load

    df, scale = _N_SETS - 1, deviation * (1 + 1 / _N_SETS) ** 0.5
    distance = gain / scale
    inside = (df + distance**2) / (df - 1) * t.pdf(distance, df)
    return float(scale * (inside - distance * t.sf(distance, df)))


def expected_gain(gain: float, deviation: float, found: PairedDifference) -> float:
    """The gain to expect once a trial has found a difference: the mean of the posterior distribution.

    What was expected before, and what the trial found, are normal distributions, each weighted by its
    precision (Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.5).
    """
    by_chance = (found.high - found.low) / (2 * Z)
    if by_chance <= 0:
        return found.difference
    weight = deviation**2 / (deviation**2 + by_chance**2)
    return weight * found.difference + (1 - weight) * gain


def saved(part: float) -> float:
    """The part of the errors that all rows save, against a part of the rows."""
    return float(1 - part**_EXPONENT)


def trial_cost(passes: float, wrong: float) -> float:
    """What the rows left out by a trial would bring, a fraction, where its model is the one to publish.

    `passes` says how often the time reaches for all rows, `wrong` which fraction is not right without them.
    A trial costs nothing for rows that the time does not reach for.
    """
    if passes <= TRIAL_SHARE:
        return 0.0
    return saved(TRIAL_SHARE / min(1.0, passes)) * wrong


def least_passes(risk: float, wrong: float) -> float:
    """From how many passes on a trial costs more than `risk`; infinite where it never does."""
    if risk >= trial_cost(1.0, wrong):
        return math.inf
    return float(TRIAL_SHARE / (1 - risk / wrong) ** (1 / _EXPONENT))
