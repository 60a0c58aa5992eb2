"""The learning curve: nested parts, honest points, and forecasts that hold the truth."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from headway.training.baseline import Baseline, BaselineSettings
from headway.training.learning_curve import fitted_curve, forecast, learning_curve, nested_subsets
from tests.projects import mixed


def rows(n: int) -> tuple[list[str], np.ndarray, list[str], int]:
    """Customer messages of both languages: texts, positions of labels, clusters, number of labels."""
    messages = mixed(n)
    names = sorted({label for _, label in messages})
    labels = np.array([names.index(label) for _, label in messages])
    return [text for text, _ in messages], labels, [f"c{i}" for i in range(len(messages))], len(names)


def points(a: float, b: float, c: float, n: int = 2_000, seed: int = 1) -> list[dict[str, Any]]:
    """Points drawn from errors that follow a + b · rows^-c."""
    rng = np.random.default_rng(seed)
    sizes = (60, 125, 250, 500, 1_000)
    return [{"rows": r, "n": n, "accuracy": rng.binomial(n, 1 - a - b * r**-c) / n} for r in sizes]


def test_more_rows_are_better_and_every_point_is_measured_on_the_same_rows() -> None:
    texts, labels, clusters, n_labels = rows(400)
    curve = learning_curve(
        lambda: Baseline(BaselineSettings()),
        texts[:300], labels[:300], clusters[:300], texts[300:], labels[300:], n_labels,
    )  # fmt: skip
    sizes = [point["rows"] for point in curve]
    assert sizes == sorted(sizes)
    assert sizes[-1] == 300
    assert len(curve) == 5
    assert {point["n"] for point in curve} == {100}
    assert curve[-1]["accuracy"] > curve[0]["accuracy"] + 0.1
    for point in curve:
        low, high = point["interval"]
        assert low < point["accuracy"] < high
    fitted = Baseline(BaselineSettings()).fit(texts[:300], labels[:300], n_labels)
    expected = (fitted.scores(texts[300:]).argmax(axis=1) == labels[300:]).mean()
    assert curve[-1]["accuracy"] == pytest.approx(expected)


def test_parts_are_nested_stratified_and_hold_two_rows_of_each_label() -> None:
    labels = np.array([0] * 160 + [1] * 40 + [2] * 3 + [3])
    clusters = [f"c{i // 2}" for i in range(len(labels))]
    parts = nested_subsets(labels, clusters, (1 / 16, 1 / 4, 1.0))
    for small, large in itertools.pairwise(parts):
        assert set(small) < set(large)
    counts = [np.bincount(labels[part]).tolist() for part in parts]
    assert counts == [[10, 2, 2, 1], [40, 10, 2, 1], [160, 40, 3, 1]]
    # Texts that belong together are learned together.
    first = [clusters[row] for row in parts[0] if labels[row] == 0]
    assert len(set(first)) == 5
    other = nested_subsets(labels, clusters, (1 / 16,), seed=1)
    assert set(other[0]) != set(parts[0])


def test_sizes_can_be_named_and_equal_parts_are_fitted_once() -> None:
    texts, labels, clusters, n_labels = rows(200)
    curve = learning_curve(
        lambda: Baseline(BaselineSettings(max_iterations=2)),
        texts, labels, clusters, texts[:10], labels[:10], n_labels, sizes=[1, 2, 100, 5_000],
    )  # fmt: skip
    assert [point["rows"] for point in curve] == [2 * n_labels, pytest.approx(100, abs=n_labels), 200]


def test_it_stops_when_told_and_needs_held_out_rows() -> None:
    texts, labels, clusters, n_labels = rows(120)
    asked: list[tuple[int, int]] = []

    def go_on(done: int, total: int) -> bool:
        asked.append((done, total))
        return done < 2

    def fit(held_out: int) -> list[dict[str, Any]]:
        return learning_curve(
            lambda: Baseline(BaselineSettings(max_iterations=2)),
            texts, labels, clusters, texts[:held_out], labels[:held_out], n_labels, go_on=go_on,
        )  # fmt: skip

    assert len(fit(20)) == 2
    assert asked[-1][0] == 2
    assert fit(0) == []


@pytest.mark.parametrize(("a", "b", "c"), [(0.05, 1.2, 0.5), (0.3, 0.5, 0.3), (0.0, 2.0, 0.4)])
def test_a_forecast_holds_the_truth(a: float, b: float, c: float) -> None:
    truth = b * 1_000**-c - b * 2_000**-c
    found = [forecast(points(a, b, c, seed=seed), 1_000, resamples=200) for seed in range(20)]
    assert sum(one is not None and one.low <= truth <= one.high for one in found) >= 17
    assert np.mean([one.gain for one in found if one]) == pytest.approx(truth, abs=0.005)


def test_a_curve_that_is_flat_promises_nothing() -> None:
    found = forecast([{"rows": r, "n": 500, "accuracy": 0.9} for r in (50, 100, 200)], 200)
    assert found is not None
    assert found.gain == pytest.approx(0.0, abs=1e-9)
    assert "0.0" in found.words["en"]
    assert "-" not in found.words["en"]


def test_a_curve_that_falls_promises_nothing() -> None:
    found = forecast([{"rows": r, "n": 500, "accuracy": 0.9 - r / 2_000} for r in (50, 100, 200)], 200)
    assert found is not None
    assert found.gain == pytest.approx(0.0, abs=1e-9)


def test_the_forecast_is_said_in_both_languages() -> None:
    found = forecast(points(0.05, 1.2, 0.5), 1_000)
    assert found is not None
    assert found.words["en"].startswith("Twice the labels: about +")
    assert found.words["zh"].startswith("标注数据翻倍：准确率约 +")
    some = forecast(points(0.05, 1.2, 0.5), 250)
    assert some is not None
    assert "250" in some.words["en"]
    assert "250" in some.words["zh"]
    assert some.gain < found.gain


def test_too_few_points_forecast_nothing() -> None:
    two = points(0.05, 1.2, 0.5)[:2]
    assert forecast(two, 100) is None
    assert fitted_curve(two, [100]) == []
    assert forecast(points(0.05, 1.2, 0.5), 0) is None


def test_the_fitted_curve_rises_through_the_points() -> None:
    measured = points(0.05, 1.2, 0.5)
    course = fitted_curve(measured, [point["rows"] for point in measured])
    assert course == sorted(course)
    assert course == pytest.approx([point["accuracy"] for point in measured], abs=0.03)
