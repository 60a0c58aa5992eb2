"""Intervals: equal to resampling rows, right often enough, honest with few rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.evaluation.bootstrap import intervals, paired_difference, wilson
from headway.tasks.text_classification import OUTSIDE, metrics, per_class


def simulated(n: int, n_labels: int, accuracy: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y_true = rng.integers(0, n_labels, n)
    right = rng.random(n) < accuracy
    return y_true, np.where(right, y_true, rng.integers(0, n_labels, n))


def test_drawing_counts_is_the_same_as_drawing_rows() -> None:
    y_true, y_pred = simulated(400, 4, 0.8, seed=1)
    labels = ["a", "b", "c", "d"]
    rng = np.random.default_rng(2)
    drawn: dict[str, list[float]] = {"accuracy": [], "f1": [], "recall": []}
    for _ in range(4000):
        rows = rng.integers(0, 400, 400)
        drawn["accuracy"].append(metrics(y_true[rows], y_pred[rows], None, labels)["accuracy"])
        figures = per_class(y_true[rows], y_pred[rows], labels)
        drawn["f1"].append(float(figures.f1[0]))
        drawn["recall"].append(float(figures.recall[0]))
    bounds = intervals(y_true, y_pred, 4, resamples=4000)
    assert bounds is not None
    expected = {name: np.quantile(values, [0.025, 0.975]) for name, values in drawn.items()}
    assert bounds.accuracy == pytest.approx(expected["accuracy"], abs=0.006)
    assert bounds.f1[0] == pytest.approx(expected["f1"], abs=0.012)
    assert bounds.recall[0] == pytest.approx(expected["recall"], abs=0.012)


def test_about_95_of_100_intervals_hold_the_true_value() -> None:
    population_true, population_pred = simulated(50_000, 5, 0.8, seed=3)
    truth = metrics(population_true, population_pred, None, list("abcde"))
    held = {"accuracy": 0, "macro_f1": 0}
    rng = np.random.default_rng(4)
    for sample in range(300):
        rows = rng.integers(0, 50_000, 250)
        bounds = intervals(population_true[rows], population_pred[rows], 5, resamples=300, seed=sample)
        assert bounds is not None
        held["accuracy"] += bounds.accuracy[0] <= truth["accuracy"] <= bounds.accuracy[1]
        held["macro_f1"] += bounds.macro_f1[0] <= truth["macro_f1"] <= bounds.macro_f1[1]
    assert all(0.91 <= count / 300 <= 0.98 for count in held.values()), held


def test_the_seed_decides() -> None:
    y_true, y_pred = simulated(300, 3, 0.7, seed=5)
    assert intervals(y_true, y_pred, 3, seed=1) == intervals(y_true, y_pred, 3, seed=1)
    assert intervals(y_true, y_pred, 3, seed=1) != intervals(y_true, y_pred, 3, seed=2)


@given(st.integers(1, 60), st.integers(2, 30), st.floats(0, 1), st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_every_interval_holds_its_figure_and_lies_within_0_and_1(
    n: int, n_labels: int, accuracy: float, seed: int
) -> None:
    y_true, y_pred = simulated(n, n_labels, accuracy, seed)
    labels = [str(i) for i in range(n_labels)]
    bounds = intervals(y_true, y_pred, n_labels, resamples=400)
    assert bounds is not None
    measured = metrics(y_true, y_pred, None, labels)
    figures = per_class(y_true, y_pred, labels)
    pairs = [(bounds.accuracy, measured["accuracy"]), (bounds.macro_f1, measured["macro_f1"])]
    for name in ("precision", "recall", "f1"):
        pairs += [
            (interval, value)
            for interval, value in zip(getattr(bounds, name), getattr(figures, name), strict=True)
            if interval is not None
        ]
    for (low, high), value in pairs:
        assert 0 <= low <= value + 1e-9
        assert value - 1e-9 <= high <= 1


def test_three_right_of_three_is_not_certainty() -> None:
    same = np.array([0, 0, 0])
    bounds = intervals(same, same, 2)
    assert bounds is not None
    assert bounds.accuracy == pytest.approx((0.4385, 1.0), abs=1e-3)
    assert bounds.recall[0] == bounds.accuracy
    assert bounds.f1[0] is not None
    assert bounds.f1[0][0] < 0.7
    assert bounds.macro_f1[0] < 0.7


def test_a_figure_without_rows_has_no_interval() -> None:
    bounds = intervals(np.array([0, 0, 1]), np.array([0, 0, 0]), 3)
    assert bounds is not None
    assert bounds.precision[1] is None
    assert bounds.recall[1] is not None
    assert (bounds.precision[2], bounds.recall[2], bounds.f1[2]) == (None, None, None)


def test_no_rows_no_intervals() -> None:
    empty = np.array([], dtype=np.int64)
    assert intervals(empty, empty, 3) is None
    assert paired_difference(empty.astype(bool), empty.astype(bool)) is None


def test_rows_outside_the_schema_count_as_wrong() -> None:
    y_true, y_pred = simulated(200, 3, 0.9, seed=6)
    outside = y_true.copy()
    outside[:100] = OUTSIDE
    bounds = intervals(outside, y_pred, 3)
    assert bounds is not None
    assert bounds.accuracy[1] < 0.6
    assert bounds.precision[0] is not None
    assert bounds.precision[0][1] < 0.8


def test_chunks_do_not_change_the_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    y_true, y_pred = simulated(500, 6, 0.8, seed=7)
    whole = intervals(y_true, y_pred, 6)
    monkeypatch.setattr("headway.evaluation.bootstrap.CHUNK_CELLS", 1000)
    assert intervals(y_true, y_pred, 6) == whole


def test_wilson_gives_the_published_limits() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
    np.testing.assert_allclose(wilson(81, 263), [0.2553, 0.3662], atol=5e-5)
    np.testing.assert_allclose(wilson(15, 148), [0.0624, 0.1605], atol=5e-5)
    np.testing.assert_allclose(wilson(0, 20), [0.0, 0.1611], atol=5e-5)
    np.testing.assert_allclose(wilson(0, 0), [0.0, 1.0])


def test_paired_difference_uses_the_pairs() -> None:
    a = np.array([True] * 90 + [False] * 10)
    b = np.array([True] * 80 + [False] * 20)
    difference = paired_difference(a, b)
    assert difference is not None
    assert difference.difference == pytest.approx(0.1)
    # The same ten rows always differ, so the interval is far narrower than for two separate samples.
    assert 0.03 < difference.low < 0.1 < difference.high < 0.18


def test_models_that_never_differ_are_not_proven_equal() -> None:
    same = np.array([True] * 40)
    difference = paired_difference(same, same)
    assert difference is not None
    assert difference.difference == 0
    assert difference.low == pytest.approx(-difference.high)
    assert 0.05 < difference.high < 0.1
