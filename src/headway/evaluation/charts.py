"""Charts of a report as SVG text, drawn offline by Vega-Lite; one chart per language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from headway.evaluation.strings import text
from headway.pages.charts import BAR_PIXELS, BLUE, ORANGE, svg
from headway.pages.words import Language, percent
from headway.training.learning_curve import fitted_curve

__all__ = ["class_chart", "confidence_chart", "confusion_chart", "learning_chart", "weakest_first"]

NUMBERS_UP_TO = 15
WEAKEST = 30
#: points along the forecast of the learning curve
CURVE_POINTS = 40


def confusion_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw the confusion matrix as a heat map: the share of each true label's rows by predicted label.

    With many labels, those with the most mistakes only. Up to 15 labels the counts stand in the cells.
    """
    import altair as alt  # noqa: PLC0415

    shown = report["confusion"]["focus"] or report["confusion"]
    labels, matrix = shown["labels"], shown["matrix"]
    cells = [
        {"true": true, "predicted": predicted, "n": n, "share": n / sum(row), "right": true == predicted}
        for true, row in zip(labels, matrix, strict=True)
        for predicted, n in zip(labels, row, strict=True)
        if n
    ]
    short = len(labels) <= NUMBERS_UP_TO and max(map(len, labels)) <= 4
    step = 34 if len(labels) <= NUMBERS_UP_TO else 18
    base = alt.Chart(alt.InlineData(values=cells)).encode(
        x=alt.X("predicted:N", title=text(language, "predicted"), scale=alt.Scale(domain=labels)).axis(
            labelAngle=0 if short else -45, grid=True, tickBand="extent"
        ),
        y=alt.Y("true:N", title=text(language, "true"), scale=alt.Scale(domain=labels)).axis(
            grid=True, tickBand="extent"
        ),
    )
    heat = base.mark_rect(aria=False, cornerRadius=2).encode(
        color=alt.Color("right:N", legend=None, scale=alt.Scale(domain=[True, False], range=[BLUE, ORANGE])),
        fillOpacity=alt.FillOpacity(
            "share:Q", legend=None, scale=alt.Scale(type="sqrt", domain=[0, 1], range=[0.12, 0.85])
        ),
    )
    numbers = base.mark_text(aria=False, color="currentColor", fontSize=12).encode(text="n:Q")
    chart = heat + numbers if len(labels) <= NUMBERS_UP_TO else alt.layer(heat)
    return svg(
        chart.properties(width=alt.Step(step), height=alt.Step(step)),
        labels,
        grid_opacity=0.0 if len(labels) <= NUMBERS_UP_TO else 0.1,
    )


def confidence_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw, for ten ranges of the score, the share of right answers with its 95 % interval.

    The number of rows stands below.
    """
    import altair as alt  # noqa: PLC0415

    bins = [
        {
            "middle": (one["low"] + one["high"]) / 2,
            "low": one["low"] + 0.005,
            "high": one["high"] - 0.005,
            "zero": 0,
            "n": one["n"],
            "accuracy": one["accuracy"],
            "confidence": one["confidence"],
            # Reports of before there were intervals show none.
            "least": (one.get("interval") or [one["accuracy"]])[0],
            "most": (one.get("interval") or [one["accuracy"]])[-1],
        }
        for one in report["confidence"]["bins"]
    ]
    filled = alt.Chart(alt.InlineData(values=[one for one in bins if one["n"]]))
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(format=".0%", values=[0, 0.2, 0.4, 0.6, 0.8, 1], labelOverlap=False)
    ideal = (
        alt.Chart(alt.InlineData(values=[{"at": 0}, {"at": 1}]))
        .mark_line(aria=False, color="currentColor", opacity=0.45, strokeDash=[4, 4])
        .encode(x=alt.X("at:Q"), y=alt.Y("at:Q", axis=axis))
    )
    right = filled.mark_point(aria=False, color=BLUE, filled=True, size=80, opacity=1).encode(
        x=alt.X("confidence:Q", scale=scale, axis=alt.Axis(labels=False, title=None, values=axis["values"])),
        y=alt.Y("accuracy:Q", title=text(language, "chart.accuracy"), scale=scale, axis=axis),
    )
    rows = filled.mark_rect(aria=False, color=BLUE, opacity=0.75).encode(
        x=alt.X("low:Q", title=text(language, "chart.confidence"), scale=scale, axis=axis),
        x2="high:Q",
        y=alt.Y("zero:Q", title=text(language, "chart.rows"), axis=alt.Axis(labels=False, tickCount=3)),
        y2="n:Q",
    )
    counts = filled.mark_text(aria=False, color="currentColor", dy=-7).encode(
        x=alt.X("middle:Q"), y=alt.Y("n:Q"), text=alt.Text("n:Q", format=",")
    )
    spans = filled.mark_rule(aria=False, color=BLUE, opacity=0.6).encode(
        x="confidence:Q", y="least:Q", y2="most:Q"
    )
    upper = (ideal + spans + right).properties(width=330, height=170)
    return svg(alt.vconcat(upper, (rows + counts).properties(width=330, height=90), spacing=8))


def class_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw F1 of every label with its interval, the weakest first; of many labels the 30 weakest."""
    import altair as alt  # noqa: PLC0415

    rows = [
        {
            "label": row["label"],
            "f1": row["f1"],
            "zero": 0,
            "low": row["f1_interval"][0],
            "high": row["f1_interval"][1],
            "value": percent(row["f1"]),
        }
        for row in weakest_first(report["per_class"])[:WEAKEST]
        if row["f1_interval"] is not None
    ]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", title=None, scale=alt.Scale(domain=[row["label"] for row in rows]))
    )
    x = alt.X(
        "f1:Q",
        title=text(language, "chart.f1"),
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format=".0%", values=[0, 0.25, 0.5, 0.75, 1]),
    )
    bars = base.mark_bar(aria=False, color=BLUE, opacity=0.55, height=12, cornerRadiusEnd=2).encode(x=x)
    spans = base.mark_rule(aria=False, color="currentColor", opacity=0.8).encode(
        x=alt.X("low:Q"), x2="high:Q"
    )
    ends = base.mark_tick(aria=False, color="currentColor", opacity=0.8, height=7, thickness=1)
    values = base.mark_text(aria=False, color="currentColor", align="left", dx=8).encode(
        x=alt.value(BAR_PIXELS), text="value:N"
    )
    layers = bars + spans + ends.encode(x="low:Q") + ends.encode(x="high:Q") + values
    return svg(layers.properties(width=BAR_PIXELS, height=alt.Step(20)), [row["label"] for row in rows])


def learning_chart(report: Mapping[str, Any], language: Language) -> str:
    """Draw accuracy by labelled rows with intervals, and the fitted law as far as twice the labels."""
    import altair as alt  # noqa: PLC0415

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
        {"rows": place, "accuracy": accuracy}
        for place, accuracy in zip(places, fitted_curve(points, places), strict=False)
    ]
    x = alt.X(
        "rows:Q",
        title=text(language, "chart.labelled"),
        scale=alt.Scale(type="log", domain=[first * 0.9, last * 2.2], nice=False),
        axis=alt.Axis(values=[point["rows"] for point in points] + [2 * last], format=",d"),
    )
    y = alt.Y(
        "accuracy:Q",
        title=text(language, "metric.accuracy"),
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(format=".0%", tickCount=5),
    )
    line = alt.Chart(alt.InlineData(values=course)).encode(x=x, y=y)
    dots = alt.Chart(alt.InlineData(values=measured)).encode(x=x)
    chart = (
        line.mark_line(aria=False, color=ORANGE, strokeDash=[5, 4], opacity=0.9)
        + dots.mark_rule(aria=False, color=BLUE, opacity=0.6).encode(y="low:Q", y2="high:Q")
        + dots.mark_point(aria=False, color=BLUE, filled=True, size=70, opacity=1).encode(y=y)
    )
    return svg(chart.properties(width=330, height=190))


def weakest_first(per_class: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Order labels by F1, the weakest first; labels without any row, about which nothing is known, last."""
    return sorted(per_class, key=lambda row: (row["support"] == 0, row["f1"], row["label"]))
