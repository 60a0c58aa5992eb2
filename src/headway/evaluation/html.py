"""The report as one self-contained HTML file: both languages, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from headway.evaluation.charts import (
    class_chart,
    confidence_chart,
    confusion_chart,
    learning_chart,
    weakest_first,
)
from headway.evaluation.slices import FEWEST_ROWS
from headway.evaluation.strings import chance, duration, name, points, quantity, slice_name, text
from headway.pages import LANGUAGES, Language, environment, render_page

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_html"]

# With thousands of labels nobody reads them all here; `report.json` has them.
TABLE_LABELS = 200


def render_html(report: Mapping[str, Any]) -> str:
    """Turn a report of `build_report` into one HTML page.

    It opens in the language of the data. Reports that were written before there were all parts lack those.
    """
    return render_page(
        _templates(),
        "report.html",
        title=text(report["language"], "title", model=report["model"]),
        language=report["language"],
        styles=("report.css",),
        report=report,
        # The charts are the only markup that is not escaped here: Vega has escaped the labels in them.
        charts={language: _charts(report, language) for language in LANGUAGES},
        label_rows=weakest_first(report["per_class"])[:TABLE_LABELS],
        other_mistakes=_other_mistakes(report),
        fewest_rows=FEWEST_ROWS,
    )


@functools.cache
def _templates() -> Environment:
    """The templates of a report, made once: compiling them takes longer than filling them in."""
    made = environment("headway.evaluation", text)
    made.globals.update(name=name, quantity=quantity, duration=duration, slice_name=slice_name, chance=chance)
    made.filters.update(points=points)
    return made


def _other_mistakes(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The surest mistakes that are not among the candidates for label errors: nobody reads a text twice."""
    suspects = (report.get("label_errors") or {"rows": []})["rows"]
    shown = {(row["key"], row["text"]) for row in suspects}
    return [one for one in report["mistakes"] if (one.get("key", ""), one["text"]) not in shown]


def _charts(report: Mapping[str, Any], language: Language) -> dict[str, Markup]:
    drawn = {
        "confusion": confusion_chart(report, language),
        "confidence": confidence_chart(report, language),
        "classes": class_chart(report, language),
    }
    if report.get("learning_curve"):
        drawn["curve"] = learning_chart(report, language)
    return {key: Markup(svg) for key, svg in drawn.items()}  # noqa: S704 - see render_html
