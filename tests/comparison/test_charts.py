from __future__ import annotations

import re

import pytest

from headway.comparison.charts import Point, cost_charts
from headway.comparison.strings import STRINGS
from headway.pages.charts import BLUE, ORANGE
from tests.marks import marks, place


def point(number: int, accuracy: float, size: float | None, *, chosen: bool = False) -> Point:
    return Point(
        number, accuracy, (accuracy - 0.02, accuracy + 0.02), chosen, {"size": size, "seconds": None}
    )


def words_of(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def test_each_point_has_its_number_and_its_colour() -> None:
    points = [point(1, 0.9, 24.0, chosen=True), point(7, 0.8, 12.0)]
    svg = cost_charts(points, "en")["size"]
    assert {"1", "7", "Accuracy", "Size, MB"} <= set(words_of(svg))
    assert BLUE in svg
    assert ORANGE in svg
    assert BLUE not in cost_charts(points[1:], "en")["size"]


def test_a_cost_that_no_point_has_gets_no_chart() -> None:
    assert list(cost_charts([point(1, 0.9, 24.0)], "en")) == ["size"]
    assert cost_charts([], "en") == {}
    assert cost_charts([point(1, 0.9, None)], "en") == {}


def test_points_without_the_cost_are_left_out() -> None:
    svg = cost_charts([point(1, 0.9, 24.0), point(9, 0.9, None)], "en")["size"]
    assert "9" not in words_of(svg)


def test_near_values_stand_on_an_even_scale_and_far_ones_on_a_logarithmic_one() -> None:
    near = words_of(cost_charts([point(1, 0.9, 24.0), point(2, 0.9, 60.0)], "en")["size"])
    assert {"0", "20", "40", "60"} <= set(near)
    far = words_of(cost_charts([point(1, 0.9, 0.5), point(2, 0.9, 5_000.0)], "en")["size"])
    assert {"1", "10", "100", "1,000"} <= set(far)
    assert "0" not in far


def test_the_axes_speak_both_languages() -> None:
    words = words_of(cost_charts([point(1, 0.9, 24.0)], "zh")["size"])
    assert STRINGS["zh"]["chart.accuracy"] in words
    assert STRINGS["zh"]["chart.size"] in words


def test_a_figure_without_an_interval_is_a_point() -> None:
    assert "7" in words_of(cost_charts([Point(7, 1.0, None, True, {"size": 1.0})], "en")["size"])


def test_points_stand_by_their_cost_and_accuracy_on_lines_as_long_as_their_intervals() -> None:
    points = [point(1, 0.9, 20.0), point(2, 0.8, 40.0), point(3, 0.7, 30.0)]
    svg = cost_charts(points, "en")["size"]
    (left, high), (right, middle), (between, low) = (place(mark) for mark in marks(svg, "layer_1"))
    assert left * 2 == pytest.approx(right)
    assert left * 1.5 == pytest.approx(between)
    assert low - middle == pytest.approx(middle - high)
    lengths = [abs(float(mark.get("y2", ""))) for mark in marks(svg, "layer_0")]
    assert lengths == pytest.approx([0.4 * (middle - high)] * 3)
