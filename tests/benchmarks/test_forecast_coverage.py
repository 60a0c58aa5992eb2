from __future__ import annotations

import numpy as np
import pytest

from benchmarks.forecast_coverage import Window, judged, simulate, windows, winkler
from benchmarks.label_saving import Task


@pytest.fixture(scope="module")
def task() -> Task:
    generator = np.random.default_rng(0)
    labels = np.arange(700) % 4
    vectors = (np.eye(4, 12)[labels] + generator.normal(0, 0.6, (700, 12))).astype(np.float32)
    return Task(
        names=tuple("abcd"),
        pool=vectors[:400],
        labels=labels[:400],
        test=vectors[400:],
        truth=labels[400:],
        label_vectors=np.eye(4, 12, dtype=np.float32),
    )


def test_an_interval_pays_for_its_width_and_ten_times_for_what_it_misses() -> None:
    assert winkler(0.1, 0.3, 0.2) == pytest.approx(0.2)
    assert winkler(0.1, 0.3, 0.0) == pytest.approx(0.2 + 1.0)
    assert winkler(0.1, 0.3, 0.35) == pytest.approx(0.2 + 0.5)


def window(gain: float, truth: float) -> Window:
    return Window(200, gain, gain - 0.01, gain + 0.01, 0.0, -0.1, 0.1, truth)


def test_the_figures_are_those_of_the_windows() -> None:
    found = judged([window(0.02, 0.025), window(0.02, 0.05), window(0.001, 0.002), window(0.0, 0.005)])
    assert found["windows"] == 4
    assert found["coverage"] == 0.75
    assert found["slope_coverage"] == 1.0
    assert found["winkler"] == pytest.approx(0.02 + 10 * 0.02 / 4)
    assert found["winkler_ratio"] == pytest.approx(found["winkler"] / 0.2)
    assert found["stops"] == 2
    assert found["gain_after_stop"] == pytest.approx(0.0035)
    assert found["gain_otherwise"] == pytest.approx(0.0375)


def test_a_simulation_labels_each_row_once_and_reserves_one_in_ten(task: Task) -> None:
    rows, by_chance, accuracy = simulate(task, seed=1)
    assert len(set(rows.tolist())) == len(rows) == 400
    assert 0.04 < by_chance.mean() < 0.2
    assert sorted(accuracy) == list(range(20, 401, 20))
    assert accuracy[400] > accuracy[20]


def test_a_window_forecasts_from_what_was_labelled_by_then_and_tells_what_came_true(task: Task) -> None:
    _, _, accuracy = simulate(task, seed=2)
    found = list(windows(task, seed=2))
    assert [one.labels for one in found] == [100, 140, 200]
    for one in found:
        assert one.low <= one.gain <= one.high
        assert one.slope_low < one.slope < one.slope_high
        assert one.truth == accuracy[one.labels + 200] - accuracy[one.labels]
