"""The two charts of pages about data: rows of each label, and rows by length."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice, pairwise

from markupsafe import Markup

from headway.pages.charts import bar_chart, histogram
from headway.pages.strings import COMMON
from headway.pages.words import Language

#: with more labels than this, the largest are drawn
SHOWN_LABELS = 40


def data_charts(
    labels: Mapping[str, Mapping[str, int]],
    bounds: Sequence[int],
    lengths: Mapping[str, Sequence[int]],
    language: Language,
) -> dict[str, Markup]:
    """The charts `labels` and `lengths` as SVG, each where there is something to draw.

    `labels` is label → series → rows; `lengths` is series → rows of each range of characters, which begins
    at the bound of the same position and ends before the next.
    """
    words = COMMON[language]
    drawn = {}
    if labels:
        drawn["labels"] = bar_chart(dict(islice(labels.items(), SHOWN_LABELS)))
    if ranges := _ranges(bounds, lengths):
        drawn["lengths"] = histogram(ranges, words["chart.characters"], words["chart.rows"])
    # Vega has escaped the labels in its drawings.
    return {key: Markup(svg) for key, svg in drawn.items()}  # noqa: S704


def _ranges(bounds: Sequence[int], counts: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    """Range of lengths → series → count, without the empty ranges at either end."""
    names = [f"{low:,}–{high - 1:,}" for low, high in pairwise(bounds)] + [f"{low:,}+" for low in bounds[-1:]]
    filled = [n for n in range(len(names)) if any(series[n] for series in counts.values())]
    shown = range(filled[0], filled[-1] + 1) if filled else ()
    return {names[n]: {name: series[n] for name, series in counts.items()} for n in shown}
