from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import DataError
from headway.sources.delimited import read_delimited
from headway.sources.rows import BadRow, Row

FIELDS = st.text(
    alphabet=st.sampled_from([*"ab退款，\"',;\t\n\r\0\\ ", "\u200b", "\u2028", "😀"]), max_size=8
)


def read(content: str | bytes, delimiter: str = ",") -> list[Row | BadRow]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_delimited(io.BytesIO(data), delimiter))


def good(content: str | bytes, delimiter: str = ",") -> list[tuple[int, dict[str, str]]]:
    return [(row.line, row.fields) for row in read(content, delimiter) if isinstance(row, Row)]


def broken(content: str | bytes) -> list[BadRow]:
    return [row for row in read(content) if isinstance(row, BadRow)]


def written(rows: list[tuple[str, str]], delimiter: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([("text", "label"), *rows])
    return file.getvalue()


@given(st.lists(st.tuples(FIELDS, FIELDS), max_size=6), st.sampled_from([",", "\t"]))
def test_what_was_written_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    found = [tuple(fields.values()) for _, fields in good(written(rows, delimiter), delimiter)]
    assert found == rows


@given(st.binary(max_size=80))
def test_any_bytes_give_rows_or_reasons(data: bytes) -> None:
    rows = read(b"text,label\n" + data)
    assert all(row.fields.keys() == {"text", "label"} for row in rows if isinstance(row, Row))
    assert all(row.reason and row.line > 1 for row in rows if isinstance(row, BadRow))
    read_lines = {row.line for row in rows}
    assert len(read_lines) == len(rows)


@given(st.lists(st.sampled_from(["a,1", "退款,2", "x y,3"]), max_size=5), st.integers(0, 5))
def test_an_unclosed_quote_costs_its_row_only(lines: list[str], place: int) -> None:
    with_quote = [*lines[:place], '"never closed,9', *lines[place:]]
    content = "\n".join(["text,label", *with_quote]) + "\n"
    (bad_row,) = broken(content)
    assert bad_row.line == min(place, len(lines)) + 2
    assert bad_row.reason == "a quote opens in this row and never closes"
    assert [f"{fields['text']},{fields['label']}" for _, fields in good(content)] == lines


def test_two_broken_quotes_and_the_rows_around_them() -> None:
    content = 'text,label\na,1\nb,"2\nc,3\nd,"4\ne,5\n'
    assert [row.line for row in broken(content)] == [3, 5]
    assert [fields["text"] for _, fields in good(content)] == ["a", "c", "e"]


def test_quoted_fields_may_span_lines_and_lines_are_counted() -> None:
    content = 'text,label\r\n"两行\r\n文字",1\r\n\r\n"a ""quoted"" word",2\r\n'
    assert good(content) == [
        (2, {"text": "两行\r\n文字", "label": "1"}),
        (5, {"text": 'a "quoted" word', "label": "2"}),
    ]


def test_a_byte_order_mark_blank_lines_and_spaces_around_names() -> None:
    assert good("\ufeff\n text , label \n\n我要退款,退款\n\n") == [(4, {"text": "我要退款", "label": "退款"})]


def test_ragged_rows_are_told() -> None:
    reasons = {row.line: row.reason for row in broken("text,label\na\nb,1,2\nc,3\n")}
    assert reasons == {2: "1 fields where the header has 2", 3: "3 fields where the header has 2"}


def test_rows_that_are_not_utf8_are_told_and_the_others_read() -> None:
    content = "text,label\n好,1\n".encode() + "退款,2\n".encode("gbk") + "好的,3\n".encode()
    (bad_row,) = broken(content)
    assert bad_row.line == 3
    assert "is not UTF-8" in bad_row.reason
    assert [fields["label"] for _, fields in good(content)] == ["1", "3"]


def test_a_bad_byte_inside_a_quoted_field_costs_that_row_only() -> None:
    content = b'text,label\na,1\n"one\n\xff two",2\nb,3\n'
    assert [row.line for row in broken(content)] == [3, 4]
    assert [fields["text"] for _, fields in good(content)] == ["a", "b"]


def test_a_field_of_ten_megabytes_is_read() -> None:
    (row,) = good('text,label\n"' + "x" * 10_000_000 + '",1\n')
    assert len(row[1]["text"]) == 10_000_000


def test_a_quote_before_many_megabytes_costs_its_row_only() -> None:
    line = "y" * 1_000_000 + ",1\n"
    content = 'text,label\n"never closed,9\n' + line * 14
    assert [row.line for row in broken(content)] == [2]
    assert len(good(content)) == 14


def test_a_field_that_is_too_long_is_told() -> None:
    (bad_row,) = broken("text,label\n" + "x" * 13_000_000 + ",1\n")
    assert bad_row.reason == "a field is longer than 12,000,000 characters"


def test_nul_bytes_are_read_as_they_are() -> None:
    assert good("text,label\na\0b,1\n") == [(2, {"text": "a\0b", "label": "1"})]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"text,label,text\na,1,b\n", "'text' more than once"),
        (b"text, text\n", "'text' more than once"),
        ("text,label\n".encode("utf-16"), "line 1 cannot be read: byte 0xff"),
        (b'\n"text,label\na,1\n', "line 2 cannot be read: a quote opens"),
        (b"text,label\ra,1\r", "line 1 cannot be read: not valid csv"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read(content)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"text,label\n", b"text,label", b"\xef\xbb\xbf"])
def test_without_rows_there_is_nothing(content: bytes) -> None:
    assert read(content) == []
