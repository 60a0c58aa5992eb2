"""What a parser yields: a row of named fields, or a row that cannot be used and why."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from headway.errors import DataError
from headway.store.files import machine_errors
from headway.text.unicode import is_unicode

#: A line longer than this is not read into memory but quarantined.
LONGEST_LINE = 16_000_000
#: Of a quarantined line this many characters are kept, to recognise it by.
_KEPT = 2_000
# A byte that cannot be decoded is read as 0xdc00 + byte: no text in any encoding holds such a character.
_UNDECODED = re.compile("[\udc00-\udcff]")
_MARK_UNDECODED = "headway-mark-undecoded"


class GivenLabel(NamedTuple):
    """A label that a row brings along, as the exports of labelling tools do."""

    label: str
    #: who gave it, as the file calls them
    author: str | None = None
    #: when, ISO 8601, as the file says it
    time: str | None = None


class Row(NamedTuple):
    """A row of named fields; `line` is where it begins, counted from 1."""

    line: int
    fields: dict[str, str]
    labels: tuple[GivenLabel, ...] = ()


class BadRow(NamedTuple):
    """A row that cannot be used."""

    line: int
    reason: str
    raw: str


class Line(NamedTuple):
    """One line of a file with its end, or the reason why it cannot be read."""

    number: int
    text: str
    problem: str | None = None


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, decided before its first row."""

    #: codec of a text file: "utf-8", "gb18030", "utf-16-le", "cp1252" …
    encoding: str = "utf-8"
    #: what stands between the fields of a delimited file
    delimiter: str = ","
    #: whether a field of a delimited file may stand in double quotes; else they are ordinary characters
    quoted: bool = True
    #: whether the first row names the columns; where it does not they are column_1, column_2 …
    header: bool = True
    #: the sheet of a workbook; the first where None
    sheet: str | None = None
    #: in a txt file, a line's label is what follows the last of these
    label_after: str | None = None
    #: in a txt file, a line's label is what stands before the first of these
    label_before: str | None = None


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


def read_lines(file: BinaryIO, encoding: str = "utf-8") -> Iterator[Line]:
    """The lines of a text file, one at a time, a byte order mark left out.

    A line ends with LF or CR LF; in a file that holds CR but no LF, as old Macs wrote them, with CR.
    """
    end = "\n"
    text = _decoded(file, encoding, end)
    try:
        start = file.tell() if file.seekable() else None
        line = text.readline(LONGEST_LINE + 1)
        if start is not None and "\n" not in line and "\r" in line.rstrip("\r"):
            text.detach()
            file.seek(start)
            end = "\r"
            text = _decoded(file, encoding, end)
            line = text.readline(LONGEST_LINE + 1)
        line = line.removeprefix("\ufeff")
        number = 0
        while line:
            number += 1
            if line.isascii() and len(line) <= LONGEST_LINE:
                yield Line(number, line)
            else:
                yield _checked(number, line, encoding)
                while len(line) > LONGEST_LINE and not line.endswith(end):
                    line = text.readline(LONGEST_LINE + 1)
            # Where files were put together, each may begin with a byte order mark.
            line = text.readline(LONGEST_LINE + 1).removeprefix("\ufeff")
    finally:
        # The caller opened the file and closes it; left attached, the wrapper would do so when it is freed.
        if not file.closed:
            text.detach()


def _decoded(file: BinaryIO, encoding: str, end: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(file, encoding, errors=_MARK_UNDECODED, newline=end)


def _checked(number: int, text: str, encoding: str) -> Line:
    if len(text) > LONGEST_LINE:
        return Line(
            number,
            _UNDECODED.sub("\ufffd", text[:_KEPT]),
            f"the line is longer than {LONGEST_LINE:,} characters",
        )
    if is_unicode(text):
        strange = encoding == "gb18030" and _is_utf8(text)
        return Line(number, text, "the line is UTF-8 in a file that is GB18030" if strange else None)
    wrong = _UNDECODED.search(text)
    place = wrong.start() if wrong else 0
    byte = ord(text[place]) & 0xFF
    problem = f"byte 0x{byte:02x} at position {place + 1} of the line is not {encoding.upper()}"
    return Line(number, _UNDECODED.sub("\ufffd", text), problem)


def _is_utf8(text: str) -> bool:
    """Whether a line read as GB18030 is in truth UTF-8: hardly any Chinese in GB18030 is valid UTF-8, too."""
    try:
        return max(text.encode("gb18030").decode("utf-8")) >= "\u0800"
    except UnicodeDecodeError:
        return False


def _mark_undecoded(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(_MARK_UNDECODED, _mark_undecoded)


def bad(line: int, reason: str, raw: str) -> BadRow:
    """A quarantined row, its raw text shortened to what one needs to recognise it."""
    return BadRow(line, reason, raw if len(raw) <= _KEPT else raw[:_KEPT] + "…")
