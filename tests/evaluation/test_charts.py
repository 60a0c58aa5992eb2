"""Charts are well-formed SVG that needs no font, no network and no colour of the page."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from headway.evaluation import build_report
from headway.evaluation.charts import (
    class_chart,
    confidence_chart,
    confusion_chart,
    learning_chart,
    weakest_first,
)
from headway.pages import LANGUAGES, Language
from headway.pages.charts import BAR_PIXELS
from tests.marks import box, marks, numbers, place

from .conftest import Make

CHARTS = [class_chart, confidence_chart, confusion_chart]


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}text")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_charts_are_drawn_in_each_language(make: Make, language: Language) -> None:
    report = build_report(make("zh"))
    seen = [text for chart in CHARTS for text in texts(chart(report, language))]
    assert {"体育", "财经", "游戏"} <= set(seen)
    assert ("预测标签" in seen) == (language == "zh")
    assert ("Predicted label" in seen) == (language == "en")


@pytest.mark.parametrize("chart", CHARTS)
def test_text_follows_the_page_and_names_only_fallback_fonts(make: Make, chart: type) -> None:
    svg = chart(build_report(make("zh")), "zh")
    for node in ElementTree.fromstring(svg).iter():
        if node.tag.endswith("}text"):
            assert node.get("fill") == "currentColor"
            assert node.get("font-family") == 'system-ui, "Noto Sans CJK SC", sans-serif'
        # A style attribute would be refused by the page's content security policy.
        assert node.get("style") is None
        assert node.get("href") is None


def test_counts_stand_in_the_cells_of_a_small_matrix(make: Make) -> None:
    report = build_report(make())
    drawn = texts(confusion_chart(report, "en"))
    assert all(str(n) in drawn for row in report["confusion"]["matrix"] for n in row if n)


def test_many_labels_show_thirty(make: Make) -> None:
    report = build_report(make(n=3000, labels=[f"intent {i}" for i in range(77)]))
    assert sum(text.startswith("intent") for text in texts(confusion_chart(report, "en"))) == 60
    assert sum(text.startswith("intent") for text in texts(class_chart(report, "en"))) == 30


def test_labels_that_look_like_markup_stay_text(make: Make) -> None:
    labels = ["<script>alert(1)</script>", 'a & "b"', "datum['x']"]
    report = build_report(make(labels=labels))
    svg = confusion_chart(report, "en")
    assert "<script" not in svg
    assert "<script>alert(1)</script>" in texts(svg)


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("n", [1, 3])
def test_a_handful_of_rows_can_be_drawn(make: Make, chart: type, n: int) -> None:
    assert ElementTree.fromstring(chart(build_report(make(n=n)), "en")).tag.endswith("svg")


def test_a_report_read_back_from_its_file_can_be_drawn(make: Make) -> None:
    report = json.loads(json.dumps(build_report(make())))
    assert "<svg" in class_chart(report, "en")


CURVE = [
    {"rows": r, "labels": 3, "n": 300, "accuracy": a, "interval": [a - 0.05, a + 0.05], "seconds": 0.1}
    for r, a in ((62, 0.5), (125, 0.6), (250, 0.65), (1_000, 0.7))
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_learning_curve_names_the_rows_of_each_part_and_twice_as_many(
    make: Make, language: Language
) -> None:
    drawn = texts(learning_chart(build_report(make(learning_curve=CURVE)), language))
    assert {"62", "125", "250", "1,000", "2,000"} <= set(drawn)
    assert ("标注条数" in drawn) == (language == "zh")


def test_two_points_are_drawn_without_a_forecast(make: Make) -> None:
    report = build_report(make(learning_curve=CURVE[:2]))
    assert ElementTree.fromstring(learning_chart(report, "en")).tag.endswith("svg")


def test_a_report_without_intervals_in_its_bins_can_be_drawn(make: Make) -> None:
    report = build_report(make())
    for one in report["confidence"]["bins"]:
        del one["interval"]
    assert "<svg" in confidence_chart(report, "en")


def test_labels_without_rows_come_last() -> None:
    rows = [{"label": "unseen", "f1": 0.0, "support": 0}, {"label": "good", "f1": 0.9, "support": 4}]
    assert [row["label"] for row in weakest_first(rows)] == ["good", "unseen"]


def test_a_bar_is_as_long_as_its_f1_and_its_line_spans_the_interval(make: Make) -> None:
    report = build_report(make("zh"))
    svg = class_chart(report, "zh")
    rows = weakest_first(report["per_class"])
    widths = [box(mark)[2] for mark in marks(svg, "layer_0")]
    assert widths == pytest.approx([BAR_PIXELS * row["f1"] for row in rows], abs=0.01)
    spans = [(place(mark)[0], float(mark.get("x2", ""))) for mark in marks(svg, "layer_1")]
    for (start, length), row in zip(spans, rows, strict=True):
        low, high = row["f1_interval"]
        assert (start, length) == pytest.approx((BAR_PIXELS * low, BAR_PIXELS * (high - low)), abs=0.01)
    for layer, end in (("layer_2", 0), ("layer_3", 1)):
        drawn = [box(mark)[0] + 0.5 for mark in marks(svg, layer)]
        assert drawn == pytest.approx([BAR_PIXELS * row["f1_interval"][end] for row in rows], abs=0.01)


def test_points_stand_where_scores_and_right_answers_meet_above_the_number_of_rows(make: Make) -> None:
    report = build_report(make())
    svg = confidence_chart(report, "en")
    bins = [one for one in report["confidence"]["bins"] if one["n"]]
    for mark, one in zip(marks(svg, "concat_0_layer_2"), bins, strict=True):
        assert place(mark) == pytest.approx((330 * one["confidence"], 170 * (1 - one["accuracy"])), abs=0.01)
    for mark, one in zip(marks(svg, "concat_0_layer_1"), bins, strict=True):
        low, high = one["interval"]
        assert abs(float(mark.get("y2", ""))) == pytest.approx(170 * (high - low), abs=0.01)
    heights = [box(mark)[3] for mark in marks(svg, "concat_1_layer_0")]
    assert [height / heights[0] for height in heights] == pytest.approx(
        [one["n"] / bins[0]["n"] for one in bins]
    )


@pytest.mark.parametrize("n_labels", [3, 40])
def test_a_cell_is_as_dark_as_its_share_of_all_texts_of_the_label(make: Make, n_labels: int) -> None:
    labels = [f"标签 {number}" for number in range(n_labels)]
    report = build_report(make(n=2_000, accuracy=0.5, labels=labels))
    shown = report["confusion"]["focus"] or report["confusion"]
    support = {row["label"]: row["support"] for row in report["per_class"]}
    shares = [
        n / support[label]
        for label, row in zip(shown["labels"], shown["matrix"], strict=True)
        for n in row
        if n
    ]
    drawn = [float(mark.get("fill-opacity", "")) for mark in marks(confusion_chart(report, "en"), "layer_0")]
    assert drawn == pytest.approx([0.12 + 0.73 * share**0.5 for share in shares])


def test_the_learning_curve_has_a_point_for_each_part_and_a_line_to_twice_the_labels(make: Make) -> None:
    svg = learning_chart(build_report(make(learning_curve=CURVE)), "en")
    places = [place(mark) for mark in marks(svg, "layer_2")]
    assert len(places) == len(CURVE)
    assert places == sorted(places, key=lambda at: (at[0], -at[1]))
    (line,) = marks(svg, "layer_0")
    course = numbers(line.get("d", ""))
    assert course[0] == pytest.approx(places[0][0], abs=0.5)
    assert course[-2] > places[-1][0]
    assert len(marks(svg, "layer_1")) == len(CURVE)
