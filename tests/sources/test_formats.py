from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from headway.errors import MachineError, UsageError
from headway.sources.formats import FORMATS, format_of, read_rows
from headway.sources.rows import BadRow, Row
from tests.sources.conftest import Write


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("a.csv", None, "csv"),
        ("A.CSV", None, "csv"),
        ("客服.jsonl", None, "jsonl"),
        ("a.txt", "tsv", "tsv"),
        ("a.csv", "jsonl", "jsonl"),
    ],
)
def test_the_format_is_the_one_named_or_the_ending(name: str, given: str | None, expected: str) -> None:
    assert format_of(Path(name), given) == expected


@pytest.mark.parametrize(("name", "said"), [("a.xlsx", "'xlsx'"), ("a", "(no ending)"), ("a.csv.gz", "'gz'")])
def test_an_unknown_format_is_refused_with_those_that_are_known(name: str, said: str) -> None:
    with pytest.raises(UsageError, match="known are csv, tsv, jsonl") as caught:
        format_of(Path(name))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "text,n\n退款,1\n"),
        ("a.tsv", "text\tn\n退款\t1\n"),
        ("a.jsonl", '\n{"text":"退款","n":1}\n'),
    ],
)
def test_each_format_gives_the_same_row(write: Write, name: str, content: str) -> None:
    assert list(read_rows(write(name, content))) == [Row(2, {"text": "退款", "n": "1"})]


def test_a_disk_that_fails_while_it_is_read_is_told_in_words(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails_after_a_row(_file: BinaryIO) -> Iterator[Row | BadRow]:
        yield Row(2, {"text": "a"})
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setitem(FORMATS, "csv", fails_after_a_row)
    rows = read_rows(write("a.csv", "text\na\nb\n"))
    assert next(rows) == Row(2, {"text": "a"})
    with pytest.raises(MachineError, match=r"refused reading .*a\.csv: Input/output error"):
        next(rows)
