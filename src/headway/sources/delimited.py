"""csv, tsv and their like: a header, or none, then one row a record; quoted fields may span lines."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from headway.errors import DataError
from headway.sources.rows import BadRow, Line, Reading, Row, bad, read_lines

#: Longest quoted field; a quote that never closes is noticed after this many characters.
_LONGEST_FIELD = 12_000_000


def read_delimited(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of a delimited file.

    Raises `DataError` for a header that cannot be read.
    """
    source = _Records(file, reading)
    records = iter(source)
    header: list[str] | None = None
    names: list[str] = []
    for line, values, problem in records:
        if problem:
            if reading.header:
                raise DataError(
                    f"The header in line {line} cannot be read: {problem}.",
                    next_step="Correct it, or name what is wrong: --encoding, --delimiter, --no-header.",
                )
            yield bad(line, problem, source.raw())
            continue
        # Files that were put together, or saved twice, have a byte order mark in front of a field as well.
        plain = [value.removeprefix("\ufeff") for value in values]
        names = column_names(plain if reading.header else [""] * len(plain))
        if reading.header:
            header = plain
        else:
            yield Row(line, dict(zip(names, plain, strict=True)))
        break
    expected, first = len(names), "header" if reading.header else "first row"
    for line, values, problem in records:
        if problem:
            yield bad(line, problem, source.raw())
        elif len(values) != expected:
            yield bad(line, f"{len(values)} fields where the {first} has {expected}", source.raw())
        elif values == header:
            yield bad(line, "the header stands here again", source.raw())
        else:
            yield Row(line, dict(zip(names, values)))  # noqa: B905 - as many, and checked a million times


def column_names(header: Sequence[str]) -> list[str]:
    """A name of its own for each column: one without a name is column_N, the second of a name "name (2)"."""
    taken: set[str] = set()
    names = []
    for number, value in enumerate(header, 1):
        plain = value.strip() or f"column_{number}"
        name, occurrence = plain, 1
        while name in taken:
            occurrence += 1
            name = f"{plain} ({occurrence})"
        taken.add(name)
        names.append(name)
    return names


def count_records(opened: Callable[[], BinaryIO], reading: Reading, fields: int) -> int:
    """How many records of a file have so many fields."""
    with opened() as file:
        return sum(len(values) == fields for _line, values, _problem in _Records(file, reading))


class _Records:
    """The records of a delimited file that are not blank: (first line, fields, reason why there are none).

    After a broken one, reading goes on with its second line, so that a quote that never closes costs one row.
    """

    def __init__(self, file: BinaryIO, reading: Reading) -> None:
        self._reading = reading
        self._source = read_lines(file, reading.encoding)
        self._waiting: deque[Line] = deque()
        self._taken: list[Line] = []

    def raw(self) -> str:
        """The text of the record that was given last."""
        return "".join(line.text for line in self._taken)

    def __iter__(self) -> Iterator[tuple[int, list[str], str | None]]:
        taken, reader = self._taken, self._reader()
        while True:
            taken.clear()
            try:
                values = next(reader, None)
            except csv.Error as error:
                problem = taken[0].problem or _explain(error, taken)
                self._waiting.extendleft(reversed(taken[1:]))
                del taken[1:]
            else:
                if values:
                    yield taken[0].number, values, None
                if values is not None:
                    continue
                if not taken:
                    return
                problem = taken[0].problem or ""
            reader = self._reader()
            yield taken[0].number, [], problem

    def _reader(self) -> Iterator[list[str]]:
        # A process-wide setting, so it is set again whenever a file is read.
        csv.field_size_limit(_LONGEST_FIELD)
        return csv.reader(
            self._texts(),
            delimiter=self._reading.delimiter,
            quoting=csv.QUOTE_MINIMAL if self._reading.quoted else csv.QUOTE_NONE,
            strict=True,
        )

    def _texts(self) -> Iterator[str]:
        # An unreadable line ends the row it stands in, which the strict reader then reports.
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._source, None)
            if line is None:
                return
            self._taken.append(line)
            if line.problem is not None:
                return
            yield line.text


def _explain(error: csv.Error, taken: list[Line]) -> str:
    message = str(error)
    if "field larger" in message and len(taken) == 1:
        return f"a field is longer than {_LONGEST_FIELD:,} characters"
    if "unexpected end of data" in message or "field larger" in message:
        return "a quote opens in this row and never closes"
    return f"not valid csv ({message}, up to line {taken[-1].number})"
