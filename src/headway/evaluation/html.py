"""The report as one self-contained HTML file: both languages, no script, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from headway.evaluation.charts import class_chart, confidence_chart, confusion_chart, weakest_first
from headway.evaluation.strings import LANGUAGES, Language, duration, name, percent, points, quantity, text

__all__ = ["render_html"]

# With thousands of labels nobody reads them all here; `report.json` has them.
TABLE_LABELS = 200


def render_html(report: Mapping[str, Any]) -> str:
    """Turn a report of `build_report` into one HTML page.

    The page holds English and Chinese, switched by a radio button and CSS alone; it opens in the language
    of the data. It runs under a content security policy that allows its own style sheet and nothing else.
    """
    # The charts are the only markup that is not escaped here: Vega has escaped the labels in them.
    charts = {language: _charts(report, language) for language in LANGUAGES}
    style = files("headway.evaluation").joinpath("templates/report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            charts=charts,
            style=Markup(style),  # noqa: S704 - our own file
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
            label_rows=weakest_first(report["per_class"])[:TABLE_LABELS],
        )
    )


def _charts(report: Mapping[str, Any], language: Language) -> dict[str, Markup]:
    drawn = {
        "confusion": confusion_chart(report, language),
        "confidence": confidence_chart(report, language),
        "classes": class_chart(report, language),
    }
    return {key: Markup(svg) for key, svg in drawn.items()}  # noqa: S704 - see render_html


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("headway.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        languages=LANGUAGES, text=text, name=name, quantity=quantity, duration=duration
    )
    environment.filters.update(percent=percent, points=points, in_language=_in_language)
    return environment


def _in_language(words: object, language: Language) -> str:
    """Pick one language of words that may be given by language."""
    return (
        str(words.get(language) or next(iter(words.values()), ""))
        if isinstance(words, Mapping)
        else str(words)
    )
