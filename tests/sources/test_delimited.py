from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import DataError
from headway.sources.delimited import column_names, read_delimited
from headway.sources.rows import BadRow, Reading, Row

FIELDS = st.text(
    alphabet=st.sampled_from([*"ab退款，\"',;\t\n\r\0\\ ", "\u200b", "\u2028", "😀"]), max_size=8
)


def read(content: str | bytes, reading: Reading = Reading()) -> list[Row | BadRow]:  # noqa: B008 - frozen
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_delimited(io.BytesIO(data), reading))


def good(content: str | bytes, reading: Reading = Reading()) -> list[tuple[int, dict[str, str]]]:  # noqa: B008
    return [(row.line, row.fields) for row in read(content, reading) if isinstance(row, Row)]


def broken(content: str | bytes) -> list[BadRow]:
    return [row for row in read(content) if isinstance(row, BadRow)]


def written(rows: list[tuple[str, str]], delimiter: str) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([("text", "label"), *rows])
    return file.getvalue()


@given(st.lists(st.tuples(FIELDS, FIELDS), max_size=6), st.sampled_from([",", "\t", ";", "|", "、"]))
def test_what_was_written_is_read(rows: list[tuple[str, str]], delimiter: str) -> None:
    reading = Reading(delimiter=delimiter)
    found = [tuple(fields.values()) for _, fields in good(written(rows, delimiter), reading)]
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
        ("text,label\n".encode("utf-16"), "line 1 cannot be read: byte 0xff"),
        (b'\n"text,label\na,1\n', "line 2 cannot be read: a quote opens"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        read(content)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"text,label\n", b"text,label", b"\xef\xbb\xbf"])
def test_without_rows_there_is_nothing(content: bytes) -> None:
    assert read(content) == []


def test_a_second_column_of_a_name_and_one_without_get_a_name_of_their_own() -> None:
    assert column_names(["text", " text ", "", "text (2)", "text"]) == [
        "text",
        "text (2)",
        "column_3",
        "text (2) (2)",
        "text (3)",
    ]
    assert good("text,text\n我要退款,refund\n") == [(2, {"text": "我要退款", "text (2)": "refund"})]


@given(st.lists(st.sampled_from(["", " ", "a", "a (2)", "column_1", "column_2", "退款"]), max_size=8))
def test_each_column_has_a_name_of_its_own(header: list[str]) -> None:
    names = column_names(header)
    assert len(set(names)) == len(names) == len(header)
    assert all(names)


def test_without_a_header_columns_are_counted() -> None:
    reading = Reading(header=False, delimiter="\t")
    assert good("我要退款\t3\nwhere is it\t4\n", reading) == [
        (1, {"column_1": "我要退款", "column_2": "3"}),
        (2, {"column_1": "where is it", "column_2": "4"}),
    ]
    ragged = [row for row in read("a\t1\nb\n", reading) if isinstance(row, BadRow)]
    assert [(row.line, row.reason) for row in ragged] == [(2, "1 fields where the first row has 2")]


def test_a_broken_first_row_without_a_header_is_told_and_the_next_counts() -> None:
    bad_row, row = read(b"\xff\xff,1\nb,2\n", Reading(header=False))
    assert isinstance(bad_row, BadRow)
    assert row == Row(2, {"column_1": "b", "column_2": "2"})


def test_a_header_that_stands_there_again_is_told() -> None:
    content = "text,label\na,1\ntext,label\nb,2\n"
    assert [(row.line, row.reason) for row in broken(content)] == [(3, "the header stands here again")]
    assert [fields["text"] for _, fields in good(content)] == ["a", "b"]


def test_quotes_that_are_ordinary_characters() -> None:
    content = 'text\tlabel\n"好" he said\t1\n5" screen\t2\n"open\t3\n'
    found = good(content, Reading(delimiter="\t", quoted=False))
    assert [fields["text"] for _, fields in found] == ['"好" he said', '5" screen', '"open']


def test_byte_order_marks_inside_the_first_row_are_left_out() -> None:
    assert good("\ufeff1\t\ufeff怎么更改\n", Reading(delimiter="\t", header=False)) == [
        (1, {"column_1": "1", "column_2": "怎么更改"})
    ]
    assert good("\ufeff\ufefftext,label\na,\ufeffb\n") == [(2, {"text": "a", "label": "\ufeffb"})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(end: str) -> None:
    content = end.join(["text,label", '"两行' + end + '文字",1', "b,2", ""])
    assert [fields["text"] for _, fields in good(content)] == ["两行" + end + "文字", "b"]


def test_formulas_are_text() -> None:
    cells = ["=1+1", "@cmd", "+49 30 1234", '-2+3+cmd|"" /C calc""!A0']
    content = "text\n" + "".join(f'"{cell}"\n' for cell in cells)
    assert [fields["text"] for _, fields in good(content)] == [cell.replace('""', '"') for cell in cells]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_other_encodings(encoding: str) -> None:
    content = 'text,label\n"台北,\n車站",1\n中文,2\n'.encode(encoding)
    found = good(content, Reading(encoding=encoding))
    assert [fields["text"] for _, fields in found] == ["台北,\n車站", "中文"]


def test_ten_thousand_columns() -> None:
    names = [f"c{number}" for number in range(10_000)]
    content = ",".join(names) + "\n" + ",".join(map(str, range(10_000))) + "\n" + "1,2\n"
    ((line, fields),) = good(content)
    assert (line, len(fields), fields["c9999"]) == (2, 10_000, "9999")
    assert broken(content)[0].reason == "2 fields where the header has 10000"
