"""What an xlsx workbook would take in memory, found out before it is opened.

A workbook is a zip archive of XML. A few kilobytes of it may stand for gigabytes: by compression, by two
cells at the far corners of a sheet, which is held with all cells between them, and by one long text that many
cells refer to, which is copied for each. A cell with a place that is none makes the library that reads
workbooks end the process. So all XML is parsed strictly first.
"""

from __future__ import annotations

import io
import re
import zipfile
from array import array
from collections.abc import Mapping
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

from headway.errors import DataError
from headway.sources.files import damage_told

#: bytes of a workbook
LARGEST_FILE = 100_000_000
#: bytes of what is packed in it
LARGEST_UNPACKED = 500_000_000
#: cells of a sheet, the empty ones between others included
MOST_CELLS = 20_000_000
#: characters of the texts that the cells of a sheet refer to
LARGEST_TEXTS = 1_000_000_000
#: what a sheet can have
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
#: of a long tag, expat before 2.6 looks at all again with each part it is given: so they are large
_CHUNK = 1 << 24
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def check_workbook(data: bytes) -> None:
    """Raises `DataError` for what is no xlsx workbook, is damaged, or would take too much memory."""
    if len(data) > LARGEST_FILE:
        raise _too_large(f"has more than {LARGEST_FILE:,} bytes")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise damaged("it is no zip archive, which every .xlsx is")
    with damage_told("The workbook"), zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise DataError(
                "This is a zip archive, but no xlsx workbook.", next_step="Save the table as .xlsx or csv."
            )
        unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > LARGEST_UNPACKED:
            raise _too_large(f"unpacks to {unpacked:,} bytes; at most {LARGEST_UNPACKED:,} are taken")
        parts = []
        for info in archive.infolist():
            with archive.open(info) as file:
                if info.filename.lower().endswith((".xml", ".rels")):
                    parts.append(_Part(file, info.filename))
                elif b"sheetData" in file.read():
                    raise damaged(f"{info.filename} holds a sheet")
    lengths = max((part.lengths for part in parts), key=len, default=array("Q"))
    for part in parts:
        texts = sum(lengths[place] for place in part.references if place < len(lengths))
        if texts > LARGEST_TEXTS:
            raise _too_large(f"has cells with {texts:,} characters; at most {LARGEST_TEXTS:,} are taken")


def damaged(words: str) -> DataError:
    """The error for a workbook that cannot be read."""
    return DataError(
        f"The workbook is damaged or no xlsx: {words}.",
        next_step="Open it in a spreadsheet program and save it again as .xlsx or csv.",
    )


def _too_large(words: str) -> DataError:
    return DataError(f"The workbook {words}.", next_step="Save the sheet as csv, which may be of any size.")


class _Part:
    """A file of XML in a workbook: how far its cells reach, and the texts it holds or refers to."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._name = name
        self._row = self._column = self._last_row = self._last_column = self._cells = 0
        self._refers = False
        self._value: list[str] | None = None
        #: characters of each text that cells refer to by its place
        self.lengths = array("Q")
        #: the places of the texts that cells refer to
        self.references = array("Q")
        parser = ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            while data := file.read(_CHUNK):
                parser.Parse(data, False)
            parser.Parse(b"", True)
        except (ExpatError, LookupError) as error:
            raise damaged(f"{name}: {error}") from error

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._cell(attributes)
        elif kind == "row":
            self._row = self._number(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0
            self._check_reach()
        elif kind == "v":
            self._value = []
        elif kind == "si":
            self.lengths.append(0)

    def _cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            match = _PLACE.fullmatch(place)
            if match is None:
                raise damaged(f"{self._name} has a cell at {place[:20]!r}")
            self._column, self._row = _column(match[1]), int(match[2])
        self._cells += 1
        self._refers = attributes.get("t") == "s"
        self._check_reach()

    def _number(self, value: str) -> int:
        if not re.fullmatch(r"[1-9]\d{0,6}", value):
            raise damaged(f"{self._name} has a row {value[:20]!r}")
        return int(value)

    def _check_reach(self) -> None:
        if self._row > _LAST_ROW or self._column > _LAST_COLUMN:
            raise damaged(f"{self._name} has a cell in row {self._row} and column {self._column}")
        self._last_row, self._last_column = (
            max(self._last_row, self._row),
            max(self._last_column, self._column),
        )
        if max(self._last_row * self._last_column, self._cells) > MOST_CELLS:
            raise _too_large(
                f"has a sheet of {self._last_row:,} × {self._last_column:,} cells; "
                f"at most {MOST_CELLS:,} are taken"
            )

    def _characters(self, data: str) -> None:
        if self._value is not None:
            self._value.append(data)
        elif self.lengths:
            self.lengths[-1] += len(data)

    def _end(self, name: str) -> None:
        if self._value is not None and name.rpartition(":")[2] == "v":
            value = "".join(self._value).strip()
            if self._refers and value.isdecimal() and len(value) < 10:
                self.references.append(int(value))
            self._value = None

    def _refuse(self, *_declaration: object) -> None:
        raise damaged(f"{self._name} declares a document type")


def _column(letters: str) -> int:
    """The place of a column, counted from 1: A is 1, AA is 27."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place
