from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.exports import Span, expect, expect_list, from_utf16, make_span, read_objects, spans_text
from headway.sources.rows import BadRow, Reading, Row

TEXT = "😀 在 Paris"


def test_a_span_whose_text_is_another_is_refused() -> None:
    assert make_span(TEXT, 4, 9, "LOC", "Paris") == Span(4, 9, "LOC")
    with pytest.raises(ValueError, match="the text at 4–8 is 'Pari', not 'Paris'"):
        make_span(TEXT, 4, 8, "LOC", "Paris")


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (4, 2), (0, 10), (9, 9)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="lies outside the text of 9 characters"):
        make_span(TEXT, start, end, "LOC")


@pytest.mark.parametrize(
    "values", [("4", 9, "a"), (4, None, "a"), (4, 9, ["a"]), (True, 9, "a"), (4.0, 9, "a")]
)
def test_a_span_of_other_types_is_refused(values: tuple[Any, Any, Any]) -> None:
    with pytest.raises(ValueError, match="should be"):
        make_span(TEXT, *values)


@given(st.text(alphabet=st.sampled_from("a退😀𠀀")), st.data())
def test_utf16_offsets_are_converted(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    assert from_utf16(text, len(text[:place].encode("utf-16-le")) // 2) == place
    assert from_utf16(text, len(text.encode("utf-16-le")) // 2 + 3) == len(text) + 3


def test_types_are_expected_in_words() -> None:
    assert expect("a", str, "the text") == "a"
    assert expect_list(None, str, "the labels") == []
    with pytest.raises(ValueError, match="the text should be str, not NoneType"):
        expect(None, str, "the text")
    with pytest.raises(ValueError, match="each of the labels should be str, not int"):
        expect_list([1], str, "the labels")


def test_spans_are_json_with_half_open_offsets() -> None:
    assert spans_text([]) == ""
    assert json.loads(spans_text([Span(0, 2, "组织")])) == [{"start": 0, "end": 2, "label": "组织"}]


def test_what_makes_no_row_is_bad_and_the_others_are_read() -> None:
    def convert(line: int, record: dict[str, Any]) -> Row:
        return Row(line, {"text": expect(record.get("text"), str, "the text")})

    content = '{"text": "a"}\n{"text": 1}\n7\n{"text": \n{"text": "退"}\n'
    rows = list(read_objects(io.BytesIO(content.encode()), Reading(), convert))
    assert [row.line for row in rows] == [1, 2, 3, 4, 5]
    assert [type(row) for row in rows] == [Row, BadRow, BadRow, BadRow, Row]
    assert rows[1] == BadRow(2, "the text should be str, not int", '{"text": 1}')
