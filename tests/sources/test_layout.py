from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import UsageError
from headway.sources.layout import find_delimiter, has_header, is_quoted, is_tabbed, parse_delimiter
from headway.sources.rows import Reading

SENTENCES = ["我要退款，谢谢", "Hello, where is my card?", "a;b", 'he said "no"', "two\nlines", "3.5", "x|y"]


def lines(content: str) -> list[str]:
    return content.splitlines(keepends=True)


@given(
    st.lists(st.tuples(st.sampled_from(SENTENCES), st.sampled_from("abc")), min_size=3, max_size=9),
    st.sampled_from(",\t;|"),
    st.sampled_from(",\t"),
)
def test_what_was_written_is_found_whatever_the_ending_says(
    rows: list[tuple[str, str]], delimiter: str, usual: str
) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([("text", "label"), *rows])
    assert find_delimiter(lines(file.getvalue()), usual) == delimiter


@pytest.mark.parametrize(
    ("content", "usual", "expected"),
    [
        ("1\t怎么更改, 手机\t0\n2\t不能\t1\n3\t为什么\t1\n", ",", "\t"),
        ("text;value\na;1,5\nb;2,5\n", ",", ";"),
        ("text\x01label\na\x01b\nc\x01d\n", ",", "\x01"),
        ("text^label\na^b\nc^d\n", ",", "^"),
        ("text\nWhere is it?\nIs it here?\n", ",", ","),
        ("text\nhello, world\n", ",", ","),
        ("text,label\na\nb,1,2\nc,3\n", ",", ","),
        ("", ",", ","),
        ('"never closed\n', "\t", "\t"),
    ],
)
def test_delimiters_of_odd_files(content: str, usual: str, expected: str) -> None:
    assert find_delimiter(lines(content), usual) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), (";", ";"), ("pipe", "|"), ("、", "、")],
)
def test_names_of_delimiters(name: str, expected: str) -> None:
    assert parse_delimiter(name) == expected


@pytest.mark.parametrize("name", ["", "::", '"', "\n", " ", "label"])
def test_what_can_be_no_delimiter_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="cannot part the fields"):
        parse_delimiter(name)


def quoted(content: str, delimiter: str = "\t") -> bool:
    return is_quoted(lambda: io.BytesIO(content.encode()), Reading(delimiter=delimiter))


def test_quotes_of_a_tsv_that_would_swallow_rows_are_ordinary_characters() -> None:
    rows = "".join(f"1\t第{number}行\n" for number in range(50))
    content = 'label\ttext\n1\t"好\n' + rows + '0\t"坏\n' + rows + '0\t不"\n'
    assert not quoted(content)


def test_quotes_that_hold_fields_together_count() -> None:
    assert quoted('label\ttext\n1\t"two\nlines"\n' + '0\t"a ""quoted"" word"\n' * 50)
    assert quoted('text,label\n"Dear all,\nhello, you,\nbye",a\n' * 20, ",")
    assert quoted("text,label\na,b\n", ",")
    assert quoted('text\n"one\ntwo"\n', ",")


def test_one_quote_that_never_closes_is_an_error_of_its_row() -> None:
    assert quoted('text,label\na,1\n"b,2\nc,3\n', ",")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["text", "label"], ["a", "b"]], True),
        ([["标题", "类别"], ["a", "b"]], True),
        ([["word", "kind"], ["a", "b"], ["c", "b"]], True),
        ([["A plane.", "An air plane.", "5.0"], ["x", "y", "3.8"], ["x", "z", ""]], False),
        ([["体验2D巅峰", "8"], ["60年铁树", "5"]], False),
        ([["好评", "positive"], ["差评", "negative"], ["不错", "positive"]], False),
        ([["0", "1"], ["我要退款", "3"], ["hello", "4"]], True),
        ([["text", "2019"], ["a", "3"]], True),
        ([["text", "label"]], True),
        ([["x", "y"], ["x", "y"], ["a", "b"]], True),
    ],
)
def test_whether_the_first_row_names_the_columns(rows: list[list[str]], expected: bool) -> None:
    assert has_header(rows) is expected


def test_lines_of_text_and_rows_with_tabs() -> None:
    assert is_tabbed(["体验\t8", "铁树\t5", "", "港股\t2"])
    assert not is_tabbed(["one\ttab", "none", "none"])
    assert not is_tabbed(["a\tb"])


def test_blank_lines_are_not_cut_by_tabs() -> None:
    assert not is_tabbed(["", "", ""])
    assert not is_tabbed([])
