"""A dataset version as one HTML page in both languages, with plots of its labels and lengths."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from headway.cleaning.policy import OPTIONS
from headway.cleaning.words import title
from headway.datasets.strings import STRINGS, text
from headway.pages.data import SHOWN_LABELS, data_charts
from headway.pages.shell import environment, render_page
from headway.pages.words import LANGUAGES, Language
from headway.records import DatasetVersion


def render_dataset(version: DatasetVersion) -> str:
    """Turn a dataset version into one HTML page: its splits, labels, lengths and how it was made."""
    made = environment("headway.datasets", text)
    made.globals.update(reason_of=reason_of)
    language: Language = "zh" if version.statistics.get("language") == "zh" else "en"
    return render_page(
        made,
        "dataset.html",
        title=text(language, "dataset.title", task=version.task, number=version.number),
        language=language,
        styles=("data.css",),
        version=version,
        rows=sum(version.sizes.values()),
        shown_labels=SHOWN_LABELS,
        charts={language: _charts(version, language) for language in LANGUAGES},
    )


def _charts(version: DatasetVersion, language: Language) -> dict[str, Markup]:
    statistics = version.statistics
    # Versions made by an earlier Headway have neither splits of labels nor lengths.
    labels = statistics.get("label_splits") or {
        label: {"": n} for label, n in statistics.get("labels", {}).items()
    }
    lengths = statistics.get("lengths", {})
    by_split = lengths.get("splits") or ({"": lengths["texts"]} if lengths else {})
    return data_charts(
        {label: _named(parts, language) for label, parts in labels.items()},
        lengths.get("from", ()),
        _named(by_split, language),
        language,
    )


def _named(by_split: dict[str, Any], language: Language) -> dict[str, Any]:
    return {text(language, f"split.{split}") if split else "": value for split, value in by_split.items()}


def reason_of(language: Language, reason: str) -> str:
    """Why rows stay out, in words: the finding of that name, or a rule of the splits."""
    key = f"left_out.{reason}"
    if key in STRINGS[language]:
        return text(language, key)
    return title(reason)[language] if reason in OPTIONS else reason
