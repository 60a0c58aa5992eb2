"""Charts are SVG that needs no font, no network and no colour of the page, and takes labels as text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from headway.pages.charts import BAR_PIXELS, COLOURS, bar_chart, histogram
from tests.marks import box, marks


def texts(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}text")]


def test_bars_keep_the_order_given_and_show_their_sums() -> None:
    svg = bar_chart({"退款": {"train": 1200, "test": 34}, "card": {"train": 5, "test": 0}})
    drawn = texts(svg)
    assert drawn.index("退款") < drawn.index("card")
    assert {"1,234", "5", "train", "test"} <= set(drawn)
    assert all(colour in svg for colour in COLOURS[:2])


def test_a_single_series_has_no_legend() -> None:
    svg = bar_chart({"退款": {"": 3}})
    assert texts(svg) == ["退款", "3"]
    assert COLOURS[1] not in svg


def test_a_histogram_shows_its_ranges_in_order() -> None:
    svg = histogram({"5–9": {"": 10}, "10–19": {"": 300}, "20+": {"": 0}}, "字符数", "条数")
    drawn = [words for words in texts(svg) if words in ("5–9", "10–19", "20+")]
    assert drawn == ["5–9", "10–19", "20+"]
    large = histogram({"5–9": {"": 10_000}, "10–19": {"": 7_000}}, "x", "y")
    assert "10,000" in texts(large) or "8,000" in texts(large)


def test_text_follows_the_page_and_nothing_is_styled_inline() -> None:
    for svg in (bar_chart({"<script>": {"a": 1, "b": 2}}), histogram({"0–4": {"a": 1}}, "x", "y")):
        assert "<script>" not in svg
        for node in ElementTree.fromstring(svg).iter():
            assert node.get("style") is None
            assert node.get("href") is None
            if node.tag.endswith("}text"):
                assert node.get("fill") == "currentColor"


def test_bars_are_as_long_as_their_counts_one_series_after_the_other() -> None:
    svg = bar_chart({"退款": {"train": 30, "test": 10}, "card": {"train": 15, "test": 5}})
    boxes = [box(mark) for mark in marks(svg, "layer_0")]
    unit = BAR_PIXELS / 40
    starts = [(left / unit, width / unit) for left, _, width, _ in boxes]
    assert [number for pair in starts for number in pair] == pytest.approx([0, 30, 30, 10, 0, 15, 15, 5])
    assert boxes[0][1] == boxes[1][1] < boxes[2][1]


def test_columns_are_as_high_as_their_counts() -> None:
    svg = histogram({"5–9": {"": 10}, "10–19": {"": 20}, "20+": {"": 5}}, "字符数", "条数")
    heights = [box(mark)[3] for mark in marks(svg)]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 2, 0.5])
