from __future__ import annotations

import numpy as np
import pytest

from benchmarks.label_saving import Task, crossing, saving, summary


def test_the_crossing_lies_between_two_steps_on_a_straight_line() -> None:
    curve = np.array([0.2, 0.4, 0.8, 0.7, 0.9])
    assert crossing(curve, 0.6) == pytest.approx(25)
    assert crossing(curve, 0.4) == pytest.approx(20)
    assert crossing(curve, 0.1) == 10
    assert crossing(curve, 0.95) is None


def test_half_as_many_labels_are_a_ratio_of_two() -> None:
    random = np.tile(np.linspace(0.0, 1.0, 101), (5, 1))
    active = np.tile(np.minimum(2 * np.linspace(0.0, 1.0, 101), 1.0), (5, 1))
    found = saving(random, active, 0.8)
    # Steps count from ten labels on.
    assert (found["random"], found["active"]) == (pytest.approx(810), pytest.approx(410))
    assert found["ratio"] == pytest.approx(810 / 410)
    assert found["lower_bound"] == pytest.approx(found["ratio"])


def test_seeds_that_differ_widen_the_interval() -> None:
    slopes = np.array([[0.6], [0.8], [1.0], [1.2], [1.4]])
    random = np.minimum(slopes * np.linspace(0.0, 1.0, 201), 1.0)
    active = np.minimum(2 * slopes * np.linspace(0.0, 1.0, 201), 1.0)
    found = saving(random, active, 0.5)
    assert found["lower_bound"] < 0.9 * found["ratio"]


def test_a_target_that_is_not_reached_has_no_ratio() -> None:
    low, high = np.full((5, 20), 0.5), np.full((5, 20), 0.9)
    assert saving(low, high, 0.8)["ratio"] is None
    assert saving(high, low, 0.8)["lower_bound"] is None


def test_sets_on_which_there_is_nothing_to_save_do_not_count() -> None:
    def one(random: float, ratio: float) -> dict[str, object]:
        return {"share_of_full": {"random": random, "ratio": ratio, "lower_bound": ratio - 0.5}}

    found = summary({"a": one(400, 2.0), "b": one(200, 8.0), "c": one(50, 0.1)})
    assert found["mean_ratio"] == pytest.approx(4)
    assert found["worst_lower_bound"] == pytest.approx(1.5)
    assert found["n_sets"] == 2


def test_a_simulation_asks_for_ten_at_a_time_and_begins_alike() -> None:
    generator = np.random.default_rng(0)
    labels = np.arange(240) % 4
    vectors = (np.eye(4, 12)[labels] + generator.normal(0, 0.3, (240, 12))).astype(np.float32)
    task = Task(
        names=tuple("abcd"),
        pool=vectors[:200],
        labels=labels[:200],
        test=vectors[200:],
        truth=labels[200:],
        label_vectors=np.eye(4, 12, dtype=np.float32),
    )
    random, mix = (task.curves(strategy, 2, 2.0, 60) for strategy in ("random", "mix"))
    assert random.shape == mix.shape == (2, 6)
    np.testing.assert_array_equal(random[:, 0], mix[:, 0])
    assert random[:, -1].mean() > 0.7
    assert task.accuracy(np.arange(200)) > 0.8
