from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from headway.annotation.forecast import SHARES, Points, forecast, measure_points
from headway.annotation.learner import Learner


def points_of_law(
    error: float, kept: float, exponent: float, n_labels: int, n_texts: int, seed: int
) -> Points:
    """Points of a learner that follows the law: what it once has right, it has right from then on."""
    sizes = np.array([round(share * n_labels) for share in SHARES])
    difficulty = np.random.default_rng(seed).random(n_texts)
    errors = error * (kept + (1 - kept) * (sizes / n_labels) ** -exponent)
    return Points(n_labels, 4, sizes, difficulty >= np.minimum(errors, 1)[:, None])


def gain_of_law(error: float, kept: float, exponent: float, n_labels: int, more: int) -> float:
    return float(error * (1 - kept) * (1 - (1 + more / n_labels) ** -exponent))


@pytest.mark.parametrize(
    ("error", "kept", "exponent"), [(0.4, 0.2, 0.5), (0.1, 0.0, 1.0), (0.3, 0.9, 0.3), (0.5, 0.6, 1.5)]
)
def test_the_gains_of_known_laws_lie_in_the_interval_about_as_often_as_it_says(
    error: float, kept: float, exponent: float
) -> None:
    truth = gain_of_law(error, kept, exponent, 500, 200)
    found = [forecast(points_of_law(error, kept, exponent, 500, 60, seed), 200) for seed in range(40)]
    inside = sum(one.low <= truth <= one.high for one in found)
    # All laws being as probable before, an interval of 80 % holds one law more often and another less.
    assert inside >= 24
    assert np.median([one.gain for one in found]) == pytest.approx(truth, abs=0.03)


def test_a_steep_curve_promises_more_than_a_flat_one_and_many_labels_more_than_few() -> None:
    steep = points_of_law(0.3, 0.0, 1.0, 400, 100, 0)
    flat = points_of_law(0.3, 0.95, 0.5, 400, 100, 0)
    assert forecast(steep, 200).gain > 0.05 > 0.02 > forecast(flat, 200).gain
    gains = [forecast(steep, more).gain for more in (50, 200, 1_000)]
    assert gains == sorted(gains)


def test_more_texts_to_measure_on_make_the_interval_narrower() -> None:
    few, many = (points_of_law(0.35, 0.3, 0.5, 400, n, 0) for n in (20, 400))
    widths = [found.high - found.low for found in (forecast(few, 200), forecast(many, 200))]
    assert widths[1] < 0.7 * widths[0]


@given(
    right=st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=1, max_size=40),
    n_labels=st.integers(20, 100_000),
    more=st.integers(1, 100_000),
)
def test_whatever_was_measured_the_forecast_is_a_sound_interval(
    right: list[list[bool]], n_labels: int, more: int
) -> None:
    sizes = np.array([max(1, round(share * n_labels)) for share in SHARES])
    found = forecast(Points(n_labels, 2, sizes, np.array(right).T), more)
    assert -1 <= found.low <= found.gain <= found.high <= 1
    assert found.labels == more
    assert found == forecast(Points(n_labels, 2, sizes, np.array(right).T), more)


def clouds(n: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    labels = np.arange(n) % 3
    noise = np.random.default_rng(seed).normal(0, 0.3, (n, 8))
    return (np.eye(3, 8)[labels] + noise).astype(np.float32), labels


def test_points_are_fitted_on_growing_parts_and_never_on_what_is_measured() -> None:
    vectors, labels = clouds(200)
    held = np.arange(200) % 10 == 0
    # What is held has labels of its own: who learned from it would have them right.
    labels[held] = 3
    found = measure_points(lambda: Learner(4), vectors, labels, held, 4)
    assert found is not None
    assert found.n_labels == 200
    assert found.sizes.tolist() == [22, 45, 90, 135, 180]
    assert found.right.shape == (5, 20)
    assert not found.right.any()


def test_parts_are_taken_in_the_order_in_which_was_labelled() -> None:
    vectors, labels = clouds(200)
    # The last label comes only in the second half.
    order = np.argsort(labels == 2, kind="stable")
    vectors, labels = vectors[order], labels[order]
    held = np.zeros(200, dtype=bool)
    held[-20:] = True
    found = measure_points(lambda: Learner(3), vectors, labels, held, 3)
    assert found is not None
    assert not found.right[:3].any()
    assert found.right[-1].mean() > 0.9


def test_without_texts_left_to_chance_or_without_others_nothing_is_measured() -> None:
    vectors, labels = clouds(30)
    nothing, everything = np.zeros(30, dtype=bool), np.ones(30, dtype=bool)
    assert measure_points(lambda: Learner(3), vectors, labels, nothing, 3) is None
    assert measure_points(lambda: Learner(3), vectors, labels, everything, 3) is None


def test_before_each_label_has_some_examples_nothing_is_measured() -> None:
    vectors, labels = clouds(30)
    held = np.arange(30) % 10 == 0
    assert measure_points(lambda: Learner(7), vectors, labels, held, 7) is not None
    assert measure_points(lambda: Learner(8), vectors, labels, held, 8) is None
