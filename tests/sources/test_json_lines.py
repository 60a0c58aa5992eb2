from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.json_lines import read_json_lines
from headway.sources.rows import BadRow, Reading, Row

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def read(content: str | bytes) -> list[Row | BadRow]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_json_lines(io.BytesIO(data), Reading()))


@given(st.lists(st.dictionaries(st.text(max_size=5), VALUES, max_size=4), max_size=4), st.booleans())
def test_objects_become_rows(objects: list[dict[str, Any]], ascii_only: bool) -> None:
    lines = [json.dumps(one, ensure_ascii=ascii_only) for one in objects]
    rows = read("\n".join(lines))
    assert [row.line for row in rows] == list(range(1, len(objects) + 1))
    for row, one in zip(rows, objects, strict=True):
        assert isinstance(row, Row)
        assert row.fields.keys() == one.keys()
        for name, value in one.items():
            if isinstance(value, str):
                assert row.fields[name] == value
            else:
                assert json.loads(row.fields[name] or "null") == value


@given(st.binary(max_size=60))
def test_any_bytes_give_rows_or_reasons(data: bytes) -> None:
    assert all(isinstance(row, Row) or row.reason for row in read(data))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]", "a JSON object was expected, not list"),
        ("null", "a JSON object was expected, not NoneType"),
        ('"退款"', "a JSON object was expected, not str"),
        ('{"text": ', "not valid JSON"),
        ('{"text": "a"} {"text": "b"}', "not valid JSON: Extra data"),
        ('{"text": "a", "label": 1, "text": "b"}', "the key 'text' stands there more than once"),
        ('{"text": {"a": 1, "a": 2}}', "the key 'a' stands there more than once"),
        ('{"text": ' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ('{"text": ' + "1" * 10_000 + "}", "not valid JSON"),
    ],
)
def test_what_is_no_row_is_told_and_the_rest_read(line: str, reason: str) -> None:
    first, bad_row, last = read(f'{{"text": "你好"}}\n{line}\n{{"text": "end"}}\n')
    assert isinstance(bad_row, BadRow)
    assert bad_row.line == 2
    assert reason in bad_row.reason
    assert first == Row(1, {"text": "你好"})
    assert last == Row(3, {"text": "end"})


def test_nesting_at_the_edge_of_what_can_be_read_is_a_row_or_told() -> None:
    for depth in range(900, 1_010):
        (row,) = read('{"text": ' + "[" * depth + "]" * depth + "}")
        assert isinstance(row, Row) or "nested too deeply" in row.reason


def test_blank_lines_crlf_and_a_byte_order_mark() -> None:
    assert read('\ufeff{"text": "a"}\r\n\r\n  \n{"text": "b"}') == [
        Row(1, {"text": "a"}),
        Row(4, {"text": "b"}),
    ]


def test_a_line_that_is_not_utf8_is_told() -> None:
    bad_row, row = read('{"text": "退款"}\n'.encode("gbk") + '{"text": "退款"}\n'.encode())
    assert isinstance(bad_row, BadRow)
    assert "is not UTF-8" in bad_row.reason
    assert row == Row(2, {"text": "退款"})
