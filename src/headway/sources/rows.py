"""What a parser yields: a row of named fields, or a row that cannot be used and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from headway.errors import DataError
from headway.store.files import machine_errors

#: A line longer than this is not read into memory but quarantined.
LONGEST_LINE = 16_000_000
#: Of a quarantined line this many characters are kept, to recognise it by.
_KEPT = 2_000


@dataclass(frozen=True, slots=True)
class GivenLabel:
    """A label that a row brings along, as the exports of labelling tools do."""

    label: str
    #: who gave it, as the file calls them
    author: str | None = None
    #: when, ISO 8601, as the file says it
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of named fields; `line` is where it begins, counted from 1."""

    line: int
    fields: dict[str, str]
    labels: tuple[GivenLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file with its end, or the reason why it cannot be read."""

    number: int
    text: str
    problem: str | None = None


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, decided before its first row."""

    #: codec of a text file: "utf-8", "gb18030", "utf-16", "cp1252" …
    encoding: str = "utf-8"
    #: what stands between the fields of a delimited file
    delimiter: str = ","
    #: whether the first row names the columns; where it does not they are column_1, column_2 …
    header: bool = True
    #: the sheet of a workbook; the first where None
    sheet: str | None = None


#: A parser yields the rows of an opened file, in its order, and never raises for what one row holds.
Parser = Callable[[BinaryIO, Reading], Iterator[Row | BadRow]]


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises `DataError` where there is none, it is no regular file, or it is empty, and `MachineError` where it
    may not be read.
    """
    with machine_errors(f"reading {path}"):
        if path.is_dir():
            raise DataError(f"{path} is a folder; a file was expected.", next_step="Name the files in it.")
        if not path.exists():
            raise DataError(
                f"There is no file {path}.", next_step="Check the spelling and the current folder."
            )
        if not path.is_file():
            # It is read twice, first to check it: a pipe would lose its first rows.
            raise DataError(f"{path} is a pipe or a device.", next_step="Save it as a file first.")
        if path.stat().st_size == 0:
            raise DataError(f"{path} is empty.", next_step="Export it again from where it came.")
        return path.open("rb")


def read_lines(file: BinaryIO) -> Iterator[Line]:
    """The lines of a UTF-8 file, one at a time, a byte order mark left out."""
    number = 0
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if len(data) > LONGEST_LINE:
            kept = data[:_KEPT]
            while data and not data.endswith(b"\n"):
                data = file.readline(LONGEST_LINE)
            problem = f"the line is longer than {LONGEST_LINE:,} bytes"
            yield Line(number, kept.decode("utf-8", "replace"), problem)
            continue
        try:
            yield Line(number, data.decode("utf-8"))
        except UnicodeDecodeError as error:
            problem = f"byte 0x{data[error.start]:02x} at position {error.start + 1} of the line is not UTF-8"
            yield Line(number, data.decode("utf-8", "replace"), problem)


def is_unicode(text: str) -> bool:
    """Whether a text can be written as UTF-8: JSON may hold half of a pair of surrogates, which cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def bad(line: int, reason: str, raw: str) -> BadRow:
    """A quarantined row, its raw text shortened to what one needs to recognise it."""
    return BadRow(line, reason, raw if len(raw) <= _KEPT else raw[:_KEPT] + "…")
