"""Comparisons of models and of base models as pages in both languages, with plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.comparison.charts import Point, cost_charts
from headway.comparison.strings import joined, text
from headway.evaluation.strings import duration, points
from headway.pages.shell import environment, render_page
from headway.pages.words import LANGUAGES


def render_comparison(report: Mapping[str, Any]) -> str:
    """Turn a report of `compare` into one HTML page, which opens in the language of the data."""
    drawn = [
        _point(row, row, chosen=bool(row["front"]), seconds=row["seconds"])
        for row in report["rows"]
        if row["accuracy"] is not None
    ]
    return _render("compare", report, drawn)


def render_bases(report: Mapping[str, Any]) -> str:
    """Turn a report of `compare_bases` into one HTML page, which opens in the language of the data."""
    drawn = [_point(row, row["search"], chosen=row["recommended"]) for row in report["rows"] if row["search"]]
    return _render("bases", report, drawn)


def _point(
    row: Mapping[str, Any], figures: Mapping[str, Any], *, chosen: bool, **costs: float | None
) -> Point:
    size = row["size_bytes"]
    interval = figures["interval"]
    return Point(
        row["number"],
        figures["accuracy"],
        (interval[0], interval[1]) if interval else None,
        chosen,
        {**costs, "size": size and size / 1e6, "speed": row["texts_per_second"]},
    )


def _render(kind: str, report: Mapping[str, Any], drawn: Sequence[Point]) -> str:
    made = environment("headway.comparison", text)
    made.globals.update(duration=duration, joined=joined)
    made.filters.update(points=points, megabytes=megabytes, rate=rate)
    charts = {language: cost_charts(drawn, language) for language in LANGUAGES}
    return render_page(
        made,
        f"{kind}.html",
        title=text(report["language"], f"{kind}.title", task=report["task"]),
        language=report["language"],
        styles=("comparison.css",),
        report=report,
        charts=charts,
    )


def megabytes(size: int | None) -> str:
    """A size in bytes as people read it."""
    return "–" if size is None else f"{size / 1e6:,.1f} MB"


def rate(value: float | None) -> str:
    """Texts a second, in whole texts where there are ten or more."""
    return "–" if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
