from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.evaluation.bootstrap import PairedDifference, Z
from headway.workflow.trial_worth import expected_gain, expected_loss, least_passes, saved, trial_cost


def found(difference: float, by_chance: float) -> PairedDifference:
    """A difference with such a standard deviation."""
    return PairedDifference(difference, difference - Z * by_chance, difference + Z * by_chance)


@pytest.mark.parametrize(
    ("difference", "by_chance", "expected"),
    [
        # As uncertain as what was expected before: half of each.
        (0.03, 0.02, 0.02),
        (-0.03, 0.02, -0.01),
        # Thousands of rows say more than other data; a handful says next to nothing.
        (-0.03, 0.0002, -0.03),
        (-0.03, 2.0, 0.01),
        # No row on which the two differ.
        (0.0, 0.0, 0.0),
    ],
)
def test_what_is_expected_lies_between_other_data_and_the_trial(
    difference: float, by_chance: float, expected: float
) -> None:
    assert expected_gain(0.01, 0.02, found(difference, by_chance)) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("gain", "deviation"), [(0.033, 0.02), (0.0, 0.02), (-0.01, 0.03), (0.2, 0.01)])
def test_what_is_lost_untried_is_the_mean_of_what_may_be_worse(gain: float, deviation: float) -> None:
    # Five sets: four degrees of freedom, and the mean itself is uncertain by a fifth of the variance.
    drawn = gain + deviation * 1.2**0.5 * np.random.default_rng(7).standard_t(4, 2_000_000)
    assert expected_loss(gain, deviation) == pytest.approx(np.maximum(-drawn, 0).mean(), rel=0.02, abs=2e-5)


def test_a_fifth_of_the_rows_saves_three_in_a_hundred_errors() -> None:
    assert saved(0.8) == pytest.approx(0.0308, abs=1e-4)
    assert saved(1.0) == 0


@pytest.mark.parametrize(
    ("passes", "cost"), [(4.0, 0.0154), (1.0, 0.0154), (0.9, 0.0082), (0.8, 0.0), (0.3, 0.0), (0.0, 0.0)]
)
def test_a_trial_costs_what_the_rows_it_leaves_out_would_bring(passes: float, cost: float) -> None:
    assert trial_cost(passes, 0.5) == pytest.approx(cost, abs=1e-4)
    assert trial_cost(passes, 0.0) == 0


@given(st.floats(1e-6, 0.05), st.floats(0.0, 1.0))
def test_from_the_least_passes_on_a_trial_costs_more_than_the_risk(risk: float, wrong: float) -> None:
    least = least_passes(risk, wrong)
    if math.isinf(least):
        assert trial_cost(1.0, wrong) <= risk
    else:
        assert 0.8 < least <= 1
        assert trial_cost(least, wrong) == pytest.approx(risk)
