"""Calibration error and temperature: against worked examples, and what is put in comes out again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import DataError
from headway.evaluation.calibration import (
    adaptive_calibration_error,
    apply_temperature,
    calibration_error,
    expected_calibration_error,
    fit_temperature,
)
from headway.tasks.text_classification import OUTSIDE

Scores = np.ndarray[Any, Any]


def drawn(n: int, temperature: float = 1.0, n_labels: int = 5, seed: int = 0) -> tuple[Scores, Scores]:
    """Labels drawn from honest probabilities, and those probabilities made sharper by a temperature."""
    rng = np.random.default_rng(seed)
    logits = 2 * rng.normal(size=(n, n_labels))
    honest = softmax(logits)
    truth = (honest.cumsum(axis=1) > rng.random((n, 1))).argmax(axis=1)
    return softmax(logits * temperature), truth


def softmax(logits: Scores) -> Scores:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Scores = powers / powers.sum(axis=1, keepdims=True)
    return shares


def test_a_worked_example() -> None:
    # 80 % sure and right on 1 of 2; 60 % sure and right on 2 of 2: half of 0.3 and half of 0.4.
    scores = np.array([[0.8, 0.2], [0.8, 0.2], [0.4, 0.6], [0.4, 0.6]])
    truth = np.array([0, 1, 1, 1])
    assert expected_calibration_error(scores, truth) == pytest.approx(0.35)
    assert expected_calibration_error(scores, truth, bins=1) == pytest.approx(0.05)


def test_equally_full_bins_see_what_one_wide_bin_hides() -> None:
    # All of it lies in the uppermost of the equal bins, and there too much and too little cancel out.
    scores = np.repeat([[0.95, 0.05], [0.99, 0.01]], 50, axis=0)
    truth = np.array([0] * 50 + [0] * 47 + [1] * 3)
    assert expected_calibration_error(scores, truth) == pytest.approx(0.0)
    assert adaptive_calibration_error(scores, truth, bins=2) == pytest.approx(0.05)


def test_rows_outside_the_schema_count_as_wrong() -> None:
    scores = np.array([[1.0, 0.0], [1.0, 0.0]])
    assert expected_calibration_error(scores, np.array([0, OUTSIDE])) == pytest.approx(0.5)


def test_honest_confidence_cannot_be_told_from_chance_and_exaggeration_can() -> None:
    honest = calibration_error(*drawn(2_000))
    assert honest.error < honest.by_chance < 0.05
    boasting = calibration_error(*drawn(2_000, 2.5))
    assert boasting.low > honest.by_chance
    assert boasting.low < boasting.error < boasting.high
    assert boasting.error == pytest.approx(boasting.adaptive, abs=0.01)


def test_the_interval_holds_what_other_draws_show() -> None:
    found = calibration_error(*drawn(3_000, 2.0))
    others = [expected_calibration_error(*drawn(3_000, 2.0, seed=seed)) for seed in range(1, 21)]
    assert sum(found.low <= error <= found.high for error in others) >= 15


def test_the_same_rows_give_the_same_interval() -> None:
    assert calibration_error(*drawn(300)) == calibration_error(*drawn(300))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_that_was_put_in_is_found(temperature: float) -> None:
    scores, truth = drawn(4_000, temperature)
    found = fit_temperature(scores, truth)
    assert found == pytest.approx(temperature, rel=0.07)
    mended = calibration_error(apply_temperature(scores, found), truth)
    assert mended.error < 0.03
    assert (apply_temperature(scores, found).argmax(axis=1) == scores.argmax(axis=1)).all()


def test_few_rows_move_the_temperature_little() -> None:
    one_right = fit_temperature(np.array([[0.9, 0.1]]), np.array([0]))
    one_wrong = fit_temperature(np.array([[0.01, 0.99]]), np.array([0]))
    assert 0.9 < one_right < 1 < one_wrong < 2
    logs = [np.log(fit_temperature(*drawn(5, 2.5, seed=seed))) for seed in range(20)]
    assert 0 < np.mean(logs) < 0.8 * np.log(2.5)


def test_rows_that_are_all_right_do_not_lead_to_certainty() -> None:
    scores = np.tile([0.9, 0.1], (1_000, 1))
    found = fit_temperature(scores, np.zeros(1_000, dtype=np.int64))
    assert 0.1 < found < 1
    assert apply_temperature(scores[:1], found)[0, 0] < 1


def test_one_row_of_a_label_never_learned_does_not_decide_for_a_thousand() -> None:
    scores, truth = drawn(1_000)
    unknown = np.hstack([scores * (1 - 1e-9), np.full((1_000, 1), 1e-9)])
    relabelled = truth.copy()
    relabelled[0] = 5
    assert fit_temperature(unknown, relabelled) == pytest.approx(fit_temperature(scores, truth), rel=0.05)


def test_outside_rows_are_ignored_and_without_rows_nothing_changes() -> None:
    scores, truth = drawn(200, 2.0)
    more = np.vstack([scores, scores[:50]])
    outside = np.concatenate([truth, np.full(50, OUTSIDE)])
    assert fit_temperature(more, outside) == fit_temperature(scores, truth)
    assert fit_temperature(scores[:3], np.full(3, OUTSIDE)) == 1.0
    assert fit_temperature(scores[:0], truth[:0]) == 1.0


@given(st.floats(0.05, 20), st.integers(0, 1_000))
def test_a_temperature_can_be_taken_back(temperature: float, seed: int) -> None:
    scores = np.random.default_rng(seed).dirichlet(np.full(4, 3.0), size=6)
    cooled = apply_temperature(scores, temperature)
    np.testing.assert_allclose(cooled.sum(axis=1), 1, atol=1e-5)
    if temperature >= 1:
        np.testing.assert_allclose(apply_temperature(cooled, 1 / temperature), scores, atol=2e-3)


def test_a_probability_of_zero_stays_next_to_nothing() -> None:
    cooled = apply_temperature(np.array([[1.0, 0.0]]), 2.0)
    assert np.isfinite(cooled).all()
    assert cooled[0, 1] < 1e-9


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_temperature_is_refused(temperature: float) -> None:
    with pytest.raises(DataError, match="temperature"):
        apply_temperature(np.array([[0.5, 0.5]]), temperature)


def test_scores_that_are_no_numbers_and_missing_rows_are_refused() -> None:
    with pytest.raises(DataError, match="not a finite number"):
        fit_temperature(np.array([[np.nan, 1.0]]), np.array([0]))
    with pytest.raises(DataError, match="at least one"):
        expected_calibration_error(np.zeros((0, 2)), np.zeros(0, dtype=np.int64))
