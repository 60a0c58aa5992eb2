"""csv and tsv: a header, then one row a record; quoted fields may span lines."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from headway.errors import DataError
from headway.sources.rows import BadRow, Line, Row, bad, read_lines

#: Longest quoted field; a quote that never closes is noticed after this many characters.
_LONGEST_FIELD = 12_000_000


class _Replay:
    """Lines that can be given back: after a broken row, reading goes on with its second line."""

    def __init__(self, file: BinaryIO) -> None:
        self._source = read_lines(file)
        self._waiting: deque[Line] = deque()
        self.taken: list[Line] = []

    def take(self) -> Line | None:
        line = self._waiting.popleft() if self._waiting else next(self._source, None)
        if line is not None:
            self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> None:
        self._waiting.extendleft(reversed(self.taken[1:]))

    def __iter__(self) -> Iterator[str]:
        # An unreadable line ends the row it stands in, which the strict reader then reports.
        while (line := self.take()) is not None and line.problem is None:
            yield line.text


def read_delimited(file: BinaryIO, delimiter: str) -> Iterator[Row | BadRow]:
    """The rows of a csv or tsv file.

    Raises `DataError` for a header that is missing or names a column twice.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    records = _read_records(file, delimiter)
    header = _header(records)
    for first, values, raw in records:
        if isinstance(values, str):
            yield bad(first, values, raw)
        elif len(values) != len(header):
            yield bad(first, f"{len(values)} fields where the header has {len(header)}", raw)
        else:
            yield Row(first, dict(zip(header, values, strict=True)))


def _header(records: Iterator[tuple[int, list[str] | str, str]]) -> list[str]:
    line, values, _raw = next(records, (1, [], ""))
    if isinstance(values, str):
        raise DataError(
            f"The header in line {line} cannot be read: {values}.", next_step="Save it as UTF-8 csv."
        )
    names = [value.strip() for value in values]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataError(
            f"The header names {', '.join(map(repr, twice))} more than once.",
            next_step="Give each column a name of its own.",
        )
    return names


def _read_records(file: BinaryIO, delimiter: str) -> Iterator[tuple[int, list[str] | str, str]]:
    """(first line, fields or the reason why there are none, raw text) of each record that is not blank."""
    lines = _Replay(file)
    while True:
        lines.taken = []
        try:
            values = next(csv.reader(iter(lines), delimiter=delimiter, strict=True), None)
            broken = lines.taken[-1].problem if lines.taken else None
        except csv.Error as error:
            broken = lines.taken[0].problem or _explain(error, lines.taken)
            lines.give_back_all_but_first()
            del lines.taken[1:]
        if not lines.taken:
            return
        raw = "".join(line.text for line in lines.taken)
        if broken:
            yield lines.taken[0].number, broken, raw
        elif values:
            yield lines.taken[0].number, values, raw


def _explain(error: csv.Error, taken: list[Line]) -> str:
    message = str(error)
    if "field larger" in message and len(taken) == 1:
        return f"a field is longer than {_LONGEST_FIELD:,} characters"
    if "unexpected end of data" in message or "field larger" in message:
        return "a quote opens in this row and never closes"
    return f"not valid csv ({message}, up to line {taken[-1].number})"
