"""Charts as SVG text, drawn offline by Vega-Lite.

Text and lines take the colour of the page (`currentColor`), marks a middle tone, so that one drawing
serves light and dark pages. Altair is imported on the first chart: it costs a third of a second.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

FONT = 'system-ui, "Noto Sans CJK SC", sans-serif'
BLUE = "#3b82c4"
ORANGE = "#e07b39"
GREEN = "#5b9a5f"
#: for up to three series of one chart, in their order
COLOURS = (BLUE, ORANGE, GREEN)
LABEL_PIXELS = 190
BAR_PIXELS = 220


def svg(chart: alt.TopLevelMixin, labels: Sequence[str] = (), *, grid_opacity: float = 0.15) -> str:
    """Draw a chart in the manner of every page; `labels` are those of its longest axis."""
    spare = 0.16 * min(LABEL_PIXELS, 7 * max(map(len, labels), default=0))
    config: dict[str, Any] = {
        "background": "transparent",
        # Vega measures with its own font; the reader's may be wider, and a cut label is unreadable.
        "padding": {"left": 5 + spare, "right": 12, "top": 5, "bottom": 5 + spare},
        "font": FONT,
        "view": {"stroke": None},
        "text": {"fontSize": 12},
        "legend": {"labelColor": "currentColor", "labelFontSize": 12, "orient": "top", "aria": False},
        "axis": {
            "labelColor": "currentColor",
            "titleColor": "currentColor",
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": LABEL_PIXELS,
            "gridColor": "currentColor",
            "gridOpacity": grid_opacity,
            "domain": False,
            "ticks": False,
            "labelPadding": 6,
            "titlePadding": 10 + spare,
            "aria": False,
        },
    }
    target = io.StringIO()
    chart.configure(**config).save(target, format="svg")
    return target.getvalue()


def bar_chart(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Draw a bar for each label, made up of its counts by series: label → series → count.

    The order is the one given, and the sum stands at the end of each bar. A single series needs no name and
    gets no legend.
    """
    import altair as alt  # noqa: PLC0415

    series = list(dict.fromkeys(name for parts in counts.values() for name in parts))
    rows = [
        {"label": label, "series": name, "order": series.index(name), "n": n}
        for label, parts in counts.items()
        for name, n in parts.items()
    ]
    totals = [{"label": label, "n": sum(parts.values())} for label, parts in counts.items()]
    y = alt.Y("label:N", title=None, scale=alt.Scale(domain=list(counts)))
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(aria=False, opacity=0.7, height=12)
        .encode(
            y=y,
            x=alt.X("n:Q", axis=None),
            color=_series_colour(series),
            order="order:O",
        )
    )
    numbers = (
        alt.Chart(alt.InlineData(values=totals))
        .mark_text(aria=False, color="currentColor", align="left", dx=5)
        .encode(y=y, x=alt.X("n:Q", axis=None), text=alt.Text("n:Q", format=",d"))
    )
    return svg((bars + numbers).properties(width=BAR_PIXELS, height=alt.Step(20)), list(counts))


def histogram(bins: Mapping[str, Mapping[str, int]], title: str, unit: str) -> str:
    """Draw a column for each range of sizes, made up of its counts by series: range → series → count.

    The order is the one given. A single series needs no name and gets no legend.
    """
    import altair as alt  # noqa: PLC0415

    series = list(dict.fromkeys(name for parts in bins.values() for name in parts))
    rows = [
        {"range": label, "series": name, "order": series.index(name), "n": n}
        for label, parts in bins.items()
        for name, n in parts.items()
    ]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(aria=False, opacity=0.7)
        .encode(
            x=alt.X("range:N", title=title, scale=alt.Scale(domain=list(bins))).axis(labelAngle=-45),
            y=alt.Y("n:Q", title=unit, axis=alt.Axis(format=",d", tickCount=4)),
            color=_series_colour(series),
            order="order:O",
        )
    )
    return svg(chart.properties(width=alt.Step(34), height=150), list(bins))


def _series_colour(series: Sequence[str]) -> alt.Color:
    import altair as alt  # noqa: PLC0415

    scale = alt.Scale(domain=list(series), range=list(COLOURS[: len(series)]))
    legend = alt.Legend(title=None) if len(series) > 1 else None
    return alt.Color("series:N", scale=scale, legend=legend)
