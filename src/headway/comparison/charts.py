"""Plots of accuracy, with its interval, against what it costs: time, size, speed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from headway.comparison.strings import text
from headway.pages.charts import BLUE, ORANGE, channel, layer, svg
from headway.pages.words import Language

# Three of them fit beside each other on a page.
_WIDTH, _HEIGHT = 200, 180
# A scale whose largest value is so many times the smallest is drawn in equal factors.
_LOGARITHMIC_FROM = 8
# So many decades of such a scale have room for numbers at these multiples of their tens.
_STEPS = ((1.2, (1, 2, 5)), (2.0, (1, 3)), (math.inf, (1,)))


@dataclass(frozen=True)
class Point:
    """A row of the table as a point: its number there, accuracy (a fraction) with interval, and costs."""

    number: int
    accuracy: float
    interval: tuple[float, float] | None
    chosen: bool
    #: cost → value; one that is not known is None
    costs: dict[str, float | None]


def cost_charts(points: Sequence[Point], language: Language) -> dict[str, Markup]:
    """A chart as SVG for each cost that any of the points has; chosen points are blue, others orange."""
    costs = dict.fromkeys(cost for point in points for cost, value in point.costs.items() if value)
    # Vega has escaped the words in its drawings.
    return {cost: Markup(_chart(points, cost, language)) for cost in costs}  # noqa: S704


def _chart(points: Sequence[Point], cost: str, language: Language) -> str:
    rows = [
        {
            "number": point.number,
            "x": value,
            "accuracy": point.accuracy,
            "low": point.interval[0] if point.interval else point.accuracy,
            "high": point.interval[1] if point.interval else point.accuracy,
            "chosen": point.chosen,
        }
        for point in points
        if (value := point.costs[cost])
    ]
    values = [float(row["x"]) for row in rows]
    logarithmic = max(values) >= _LOGARITHMIC_FROM * min(values)
    domain = [min(values) / 1.5, max(values) * 1.5] if logarithmic else [0.0, 1.15 * max(values)]
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    margin = max(0.1 * (high - low), 0.005)
    shared = {
        "x": channel(
            "x:Q",
            title=text(language, f"chart.{cost}"),
            scale={"type": "log" if logarithmic else "linear", "domain": domain},
            axis={"format": ",~r", "labelOverlap": False, **_ticks(domain, logarithmic=logarithmic)},
        ),
        "color": channel("chosen:N", legend=None, scale={"domain": [True, False], "range": [BLUE, ORANGE]}),
    }
    y = channel(
        "accuracy:Q",
        title=text(language, "chart.accuracy"),
        scale={"domain": [max(0.0, low - margin), min(1.0, high + margin)], "zero": False},
        axis={"format": ".1%" if high - low < 0.03 else ".0%", "tickCount": 5},
    )
    spans = {**shared, "y": channel("low:Q"), "y2": {"field": "high"}}
    numbers = {
        **shared,
        "y": channel("accuracy:Q"),
        "text": channel("number:Q"),
        "color": {"value": "currentColor"},
    }
    layers = [
        layer("rule", rows, spans, opacity=0.55, strokeWidth=2),
        layer("point", rows, {**shared, "y": y}, filled=True, size=80, opacity=1),
        layer("text", rows, numbers, align="left", dx=8, dy=-7, fontSize=12),
    ]
    return svg({"layer": layers, "width": _WIDTH, "height": _HEIGHT})


def _ticks(domain: Sequence[float], *, logarithmic: bool) -> dict[str, Any]:
    """Where the axis has its numbers: on a logarithmic one at 1, 2, 5 and their tens, or fewer of them."""
    if not logarithmic:
        return {"tickCount": 4}
    powers = range(math.floor(math.log10(domain[0])), math.ceil(math.log10(domain[1])) + 1)
    decades = math.log10(domain[1] / domain[0])
    steps = next(steps for most, steps in _STEPS if decades <= most)
    values = [step * 10.0**power for power in powers for step in steps]
    return {"values": [value for value in values if domain[0] <= value <= domain[1]]}
