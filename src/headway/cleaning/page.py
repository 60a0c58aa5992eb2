"""The report of `headway clean` as one HTML page in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headway.cleaning.strings import text
from headway.pages.data import SHOWN_LABELS, data_charts
from headway.pages.shell import environment, render_page
from headway.pages.words import LANGUAGES


def render_clean_report(report: Mapping[str, Any]) -> str:
    """Turn a report of `build_clean_report` into one HTML page, which opens in the language of the data."""
    found = [one for one in report["findings"] if one["count"]]
    labels = {label: {"": n} for label, n in report["labels"].items()}
    lengths = report["lengths"]
    return render_page(
        environment("headway.cleaning", text),
        "clean.html",
        title=text(report["language"], "clean.title", task=report["task"]),
        language=report["language"],
        styles=("data.css",),
        report=report,
        found=found,
        absent=[one for one in report["findings"] if not one["count"]],
        can_apply=sum(bool(one["option"] and not one["applied"]) for one in found),
        shown_labels=SHOWN_LABELS,
        charts={
            language: data_charts(labels, lengths["from"], {"": lengths["texts"]}, language)
            for language in LANGUAGES
        },
    )
