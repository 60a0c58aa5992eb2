"""Charts of a report as SVG text, drawn offline by Vega-Lite; one chart per language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.evaluation.strings import text
from headway.pages.charts import BAR_PIXELS, BLUE, ORANGE, Spec, channel, layer, svg
from headway.pages.words import Language
from headway.terminal import percent
from headway.training.learning_curve import fitted_curve

__all__ = ["class_chart", "confidence_chart", "confusion_chart", "learning_chart", "weakest_first"]

NUMBERS_UP_TO = 15
WEAKEST = 30
#: points along the forecast of the learning curve
CURVE_POINTS = 40
_ENDS = ("low:Q", "high:Q")
_UNIT: Spec = {"domain": [0, 1]}
_SHARES: Spec = {"format": ".0%", "values": [0, 0.2, 0.4, 0.6, 0.8, 1], "labelOverlap": False}


def confusion_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw the confusion matrix as a heat map: the share of each true label's rows by predicted label.

    With many labels, those with the most mistakes only. Up to 15 labels the counts stand in the cells.
    """
    shown = report["confusion"]["focus"] or report["confusion"]
    labels, matrix = shown["labels"], shown["matrix"]
    # Of many labels some are shown, and a row's texts may be predicted as one of the others.
    support = {row["label"]: row["support"] for row in report["per_class"]}
    cells = [
        {
            "true": true,
            "predicted": predicted,
            "n": n,
            "share": n / support[true],
            "right": true == predicted,
        }
        for true, row in zip(labels, matrix, strict=True)
        for predicted, n in zip(labels, row, strict=True)
        if n
    ]
    few = len(labels) <= NUMBERS_UP_TO
    angle = 0 if few and max(map(len, labels)) <= 4 else -45
    scale, bands = {"domain": labels}, {"grid": True, "tickBand": "extent"}
    places = {
        "x": channel(
            "predicted:N", title=text(language, "predicted"), scale=scale, axis={**bands, "labelAngle": angle}
        ),
        "y": channel("true:N", title=text(language, "true"), scale=scale, axis=bands),
    }
    shades = {"type": "sqrt", "domain": [0, 1], "range": [0.12, 0.85]}
    colours = {"domain": [True, False], "range": [BLUE, ORANGE]}
    tones = {
        "color": channel("right:N", legend=None, scale=colours),
        "fillOpacity": channel("share:Q", legend=None, scale=shades),
    }
    layers = [layer("rect", cells, {**places, **tones}, cornerRadius=2)]
    if few:
        numbers = {**places, "text": channel("n:Q")}
        layers.append(layer("text", cells, numbers, color="currentColor", fontSize=12))
    step = {"step": 34 if few else 18}
    return svg({"layer": layers, "width": step, "height": step}, labels, grid_opacity=0.0 if few else 0.1)


def confidence_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw, for ten ranges of the score, the share of right answers with its 95 % interval.

    The number of rows stands below.
    """
    bins = [_bin(one) for one in report["confidence"]["bins"] if one["n"]]
    upper = {"layer": _confidence_layers(bins, language), "width": 330, "height": 170}
    lower = {"layer": _count_layers(bins, language), "width": 330, "height": 90}
    return svg({"vconcat": [upper, lower], "spacing": 8})


def class_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw F1 of every label with its interval, the weakest first; of many labels the 30 weakest."""
    rows = [
        {
            "label": row["label"],
            "f1": row["f1"],
            "low": row["f1_interval"][0],
            "high": row["f1_interval"][1],
            "value": percent(row["f1"]),
        }
        for row in weakest_first(report["per_class"])[:WEAKEST]
        if row["f1_interval"] is not None
    ]
    labels = [row["label"] for row in rows]
    y = {"y": channel("label:N", title=None, scale={"domain": labels})}
    axis = {"format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    f1 = channel("f1:Q", title=text(language, "chart.f1"), scale={"domain": [0, 1]}, axis=axis)
    soft = {"color": "currentColor", "opacity": 0.8}
    layers = [
        layer("bar", rows, {**y, "x": f1}, color=BLUE, opacity=0.55, height=12, cornerRadiusEnd=2),
        layer("rule", rows, {**y, "x": channel("low:Q"), "x2": {"field": "high"}}, **soft),
        *(layer("tick", rows, {**y, "x": channel(end)}, **soft, height=7, thickness=1) for end in _ENDS),
        layer(
            "text",
            rows,
            {**y, "x": {"value": BAR_PIXELS}, "text": channel("value:N")},
            color="currentColor",
            align="left",
            dx=8,
        ),
    ]
    return svg({"layer": layers, "width": BAR_PIXELS, "height": {"step": 20}}, labels)


def learning_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw accuracy by labelled rows with intervals, and the fitted law as far as twice the labels."""
    points = sorted(report["learning_curve"]["points"], key=lambda point: int(point["rows"]))
    measured = [
        {
            "rows": point["rows"],
            "accuracy": point["accuracy"],
            "low": point["interval"][0],
            "high": point["interval"][1],
        }
        for point in points
    ]
    first, last = points[0]["rows"], points[-1]["rows"]
    places = [first * (2 * last / first) ** (step / CURVE_POINTS) for step in range(CURVE_POINTS + 1)]
    course = [
        {"rows": place, "accuracy": float(accuracy)}
        for place, accuracy in zip(places, fitted_curve(points, places), strict=False)
    ]
    x = channel(
        "rows:Q",
        title=text(language, "chart.labelled"),
        scale={"type": "log", "domain": [first * 0.9, last * 2.2], "nice": False},
        axis={"values": [point["rows"] for point in points] + [2 * last], "format": ",d"},
    )
    y = channel(
        "accuracy:Q",
        title=text(language, "metric.accuracy"),
        scale={"zero": False, "nice": True},
        axis={"format": ".0%", "tickCount": 5},
    )
    spans = {"x": x, "y": channel("low:Q"), "y2": {"field": "high"}}
    layers = [
        layer("line", course, {"x": x, "y": y}, color=ORANGE, strokeDash=[5, 4], opacity=0.9),
        layer("rule", measured, spans, color=BLUE, opacity=0.6),
        layer("point", measured, {"x": x, "y": y}, color=BLUE, filled=True, size=70, opacity=1),
    ]
    return svg({"layer": layers, "width": 330, "height": 190})


def _bin(one: Mapping[str, Any]) -> dict[str, Any]:
    """A range of the score, with a gap to its neighbours."""
    # Reports of before there were intervals show none.
    interval = one.get("interval") or [one["accuracy"]]
    return {
        "middle": (one["low"] + one["high"]) / 2,
        "low": one["low"] + 0.005,
        "high": one["high"] - 0.005,
        "zero": 0,
        "n": one["n"],
        "accuracy": one["accuracy"],
        "confidence": one["confidence"],
        "least": interval[0],
        "most": interval[-1],
    }


def _confidence_layers(bins: Sequence[Spec], language: Language) -> list[Spec]:
    """How often answers of each range were right, and where they would be if scores kept their word."""
    unlabelled = {"labels": False, "title": None, "values": _SHARES["values"]}
    x = channel("confidence:Q", scale=_UNIT, axis=unlabelled)
    y = channel("accuracy:Q", title=text(language, "chart.accuracy"), scale=_UNIT, axis=_SHARES)
    ideal = {"x": channel("at:Q"), "y": channel("at:Q", axis=_SHARES)}
    spans = {"x": channel("confidence:Q"), "y": channel("least:Q"), "y2": {"field": "most"}}
    ends = [{"at": 0}, {"at": 1}]
    return [
        layer("line", ends, ideal, color="currentColor", opacity=0.45, strokeDash=[4, 4]),
        layer("rule", bins, spans, color=BLUE, opacity=0.6),
        layer("point", bins, {"x": x, "y": y}, color=BLUE, filled=True, size=80, opacity=1),
    ]


def _count_layers(bins: Sequence[Spec], language: Language) -> list[Spec]:
    """How many rows each range has."""
    columns = {
        "x": channel("low:Q", title=text(language, "chart.confidence"), scale=_UNIT, axis=_SHARES),
        "x2": {"field": "high"},
        "y": channel("zero:Q", title=text(language, "chart.rows"), axis={"labels": False, "tickCount": 3}),
        "y2": {"field": "n"},
    }
    numbers = {"x": channel("middle:Q"), "y": channel("n:Q"), "text": channel("n:Q", format=",")}
    return [
        layer("rect", bins, columns, color=BLUE, opacity=0.75),
        layer("text", bins, numbers, color="currentColor", dy=-7),
    ]


def weakest_first(per_class: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order labels by F1, the weakest first; labels without any row, about which nothing is known, last."""
    return sorted(per_class, key=lambda row: (row["support"] == 0, row["f1"], row["label"]))
