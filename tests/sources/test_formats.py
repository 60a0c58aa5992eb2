from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from headway.errors import MachineError, UsageError
from headway.sources.files import SourceFile, source_files
from headway.sources.formats import FORMATS, format_of, parse_split, parse_timezone, read_rows
from headway.sources.rows import BadRow, Reading, Row
from tests.sources.conftest import Write


def source(path: Path) -> SourceFile:
    (found,) = source_files(path)
    return found


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("a.csv", None, "csv"),
        ("A.CSV", None, "csv"),
        ("客服.jsonl", None, "jsonl"),
        ("a.ndjson", None, "jsonl"),
        ("a.tab", None, "tsv"),
        ("a.txt", "tsv", "tsv"),
        ("a.csv", "jsonl", "jsonl"),
    ],
)
def test_the_format_is_the_one_named_or_the_ending(
    write: Write, name: str, given: str | None, expected: str
) -> None:
    assert format_of(source(write(name, "text\n退款\n")), given) == expected


@pytest.mark.parametrize(("name", "said"), [("a.docx", "'docx'"), ("a", "(no ending)")])
def test_an_unknown_format_is_refused_with_those_that_are_known(write: Write, name: str, said: str) -> None:
    with pytest.raises(UsageError, match="known are csv, tsv, jsonl") as caught:
        format_of(source(write(name, "text\n")))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("name", "content", "reading"),
    [
        ("a.csv", "text,n\n退款,1\n", Reading()),
        ("a.tsv", "text\tn\n退款\t1\n", Reading(delimiter="\t")),
        ("a.jsonl", '\n{"text":"退款","n":1}\n', Reading()),
    ],
)
def test_each_format_gives_the_same_row(write: Write, name: str, content: str, reading: Reading) -> None:
    found = source(write(name, content))
    assert list(read_rows(found, format_of(found), reading)) == [Row(2, {"text": "退款", "n": "1"})]


def test_a_disk_that_fails_while_it_is_read_is_told_in_words(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_after_a_row(_file: BinaryIO, _reading: Reading) -> Iterator[Row | BadRow]:
        yield Row(2, {"text": "a"})
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setitem(FORMATS, "csv", fails_after_a_row)
    rows = read_rows(source(write("a.csv", "text\na\nb\n")), "csv", Reading())
    assert next(rows) == Row(2, {"text": "a"})
    with pytest.raises(MachineError, match=r"refused reading .*a\.csv: Input/output error"):
        next(rows)


def test_names_of_splits_and_zones() -> None:
    assert parse_split(None) is None
    assert parse_split("test") == "test"
    assert str(parse_timezone("Asia/Shanghai")) == "Asia/Shanghai"
    for wrong in (lambda: parse_split("exam"), lambda: parse_timezone("Mars/Base")):
        with pytest.raises(UsageError, match="There is no"):
            wrong()
