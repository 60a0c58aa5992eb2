"""Pages about data: the report of `headway clean`, and a dataset version with its plots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from markupsafe import Markup

from headway.datasets.clean_words import title
from headway.datasets.policy import OPTIONS
from headway.datasets.strings import STRINGS, text
from headway.pages.charts import bar_chart, histogram
from headway.pages.shell import environment, render_page
from headway.pages.words import LANGUAGES, Language
from headway.records import DatasetVersion

#: with more labels than this, the largest are drawn
SHOWN_LABELS = 40

Counts = Mapping[str, Mapping[str, int]]


def render_clean_report(report: Mapping[str, Any]) -> str:
    """Turn a report of `build_clean_report` into one HTML page, which opens in the language of the data."""
    found = [one for one in report["findings"] if one["count"]]
    return render_page(
        environment("headway.datasets", text),
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
            language: _charts(
                {label: {"": n} for label, n in report["labels"].items()},
                _ranges(report["lengths"]["from"], {"": report["lengths"]["texts"]}),
                language,
            )
            for language in LANGUAGES
        },
    )


def render_dataset(version: DatasetVersion) -> str:
    """Turn a dataset version into one HTML page: its splits, labels, lengths and how it was made."""
    made = environment("headway.datasets", text)
    made.globals.update(reason_of=_reason_of)
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
        charts={language: _dataset_charts(version, language) for language in LANGUAGES},
    )


def _dataset_charts(version: DatasetVersion, language: Language) -> dict[str, Markup]:
    statistics = version.statistics
    # Versions made by an earlier Headway have neither splits of labels nor lengths.
    labels: Counts = statistics.get("label_splits") or {
        label: {"": n} for label, n in statistics.get("labels", {}).items()
    }
    lengths = statistics.get("lengths", {})
    by_split = lengths.get("splits") or ({"": lengths["texts"]} if lengths else {})
    return _charts(
        {label: _named(parts, language) for label, parts in labels.items()},
        _ranges(lengths.get("from", ()), _named(by_split, language)),
        language,
    )


def _charts(labels: Counts, lengths: Counts, language: Language) -> dict[str, Markup]:
    drawn = {}
    if labels:
        drawn["labels"] = bar_chart(dict(islice(labels.items(), SHOWN_LABELS)))
    if lengths:
        drawn["lengths"] = histogram(
            lengths, text(language, "chart.characters"), text(language, "chart.rows")
        )
    # Vega has escaped the labels in its drawings.
    return {key: Markup(svg) for key, svg in drawn.items()}  # noqa: S704


def _ranges(bounds: Sequence[int], counts: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    """Range of lengths → series → count, without the empty ranges at either end."""
    names = [f"{low:,}–{high - 1:,}" for low, high in pairwise(bounds)] + [f"{low:,}+" for low in bounds[-1:]]
    filled = [n for n in range(len(names)) if any(series[n] for series in counts.values())]
    shown = range(filled[0], filled[-1] + 1) if filled else ()
    return {names[n]: {name: series[n] for name, series in counts.items()} for n in shown}


def _named(by_split: Mapping[str, Any], language: Language) -> dict[str, Any]:
    return {text(language, f"split.{split}") if split else "": value for split, value in by_split.items()}


def _reason_of(language: Language, reason: str) -> str:
    """Why rows stay out, in words: the finding of that name, or a rule of the splits."""
    key = f"left_out.{reason}"
    if key in STRINGS[language]:
        return text(language, key)
    return title(reason)[language] if reason in OPTIONS else reason
