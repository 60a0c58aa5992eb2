"""Charts as SVG text, drawn offline by Vega-Lite.

A chart is a specification in Vega-Lite's JSON (https://vega.github.io/vega-lite/docs/spec.html). Text and
lines take the colour of the page (`currentColor`), marks a middle tone, so that one drawing serves light and
dark pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FONT = 'system-ui, "Noto Sans CJK SC", sans-serif'
BLUE = "#3b82c4"
ORANGE = "#e07b39"
GREEN = "#5b9a5f"
#: for up to three series of one chart, in their order
COLOURS = (BLUE, ORANGE, GREEN)
LABEL_PIXELS = 190
BAR_PIXELS = 220

_VEGA_LITE = "6.4"
_TYPES = {"N": "nominal", "O": "ordinal", "Q": "quantitative"}

#: a chart, a part of it, or a channel of its encoding, as Vega-Lite's JSON
Spec = dict[str, Any]


def svg(chart: Spec, labels: Sequence[str] = (), *, grid_opacity: float = 0.15) -> str:
    """Draw a chart in the manner of every page; `labels` are those of its longest axis."""
    import vl_convert  # noqa: PLC0415 - slow to load

    spare = 0.16 * min(LABEL_PIXELS, 7 * max(map(len, labels), default=0))
    config: Spec = {
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
    drawn: str = vl_convert.vegalite_to_svg(
        {**chart, "config": config}, vl_version=_VEGA_LITE, allowed_base_urls=[]
    )
    return drawn


def channel(field: str, **options: Any) -> Spec:
    """What a channel shows: a field with its type, such as `share:Q` (nominal, ordinal or quantitative)."""
    name, _, kind = field.rpartition(":")
    return {"field": name, "type": _TYPES[kind], **options}


def layer(kind: str, values: Sequence[Mapping[str, Any]], encoding: Spec, **mark: Any) -> Spec:
    """Marks of one kind, one for each of some values; `mark` is how they look."""
    return {
        "data": {"values": list(values)},
        "mark": {"type": kind, "aria": False, **mark},
        "encoding": encoding,
    }


def bar_chart(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Draw a bar for each label, made up of its counts by series: label → series → count.

    The order is the one given, and the sum stands at the end of each bar. A single series needs no name and
    gets no legend.
    """
    totals = [{"label": label, "n": sum(parts.values())} for label, parts in counts.items()]
    places = {
        "y": channel("label:N", title=None, scale={"domain": list(counts)}),
        "x": channel("n:Q", axis=None),
    }
    parts = {**places, **_series(counts)}
    numbers = {**places, "text": channel("n:Q", format=",d")}
    layers = [
        layer("bar", _rows(counts, "label"), parts, opacity=0.7, height=12),
        layer("text", totals, numbers, color="currentColor", align="left", dx=5),
    ]
    return svg({"layer": layers, "width": BAR_PIXELS, "height": {"step": 20}}, list(counts))


def histogram(bins: Mapping[str, Mapping[str, int]], title: str, unit: str) -> str:
    """Draw a column for each range of sizes, made up of its counts by series: range → series → count.

    The order is the one given. A single series needs no name and gets no legend.
    """
    encoding = {
        "x": channel("range:N", title=title, scale={"domain": list(bins)}, axis={"labelAngle": -45}),
        "y": channel("n:Q", title=unit, axis={"format": ",d", "tickCount": 4}),
        **_series(bins),
    }
    columns = layer("bar", _rows(bins, "range"), encoding, opacity=0.7)
    return svg({**columns, "width": {"step": 34}, "height": 150}, list(bins))


def _names(counts: Mapping[str, Mapping[str, int]]) -> list[str]:
    return list(dict.fromkeys(name for parts in counts.values() for name in parts))


def _rows(counts: Mapping[str, Mapping[str, int]], key: str) -> list[Spec]:
    series = _names(counts)
    return [
        {key: label, "series": name, "order": series.index(name), "n": n}
        for label, parts in counts.items()
        for name, n in parts.items()
    ]


def _series(counts: Mapping[str, Mapping[str, int]]) -> Spec:
    """The channels that tell series apart."""
    series = _names(counts)
    scale = {"domain": series, "range": list(COLOURS[: len(series)])}
    legend = {"title": None} if len(series) > 1 else None
    return {"color": channel("series:N", scale=scale, legend=legend), "order": channel("order:O")}
