"""json: a list of objects, objects one after another, or one object that holds the records.

Read through a window that slides over the file, so a list may be as long as it likes. One object that holds
all records is held whole, up to a limit.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, BinaryIO

from headway.errors import DataError
from headway.sources.json_values import DECODER, as_fields
from headway.sources.rows import BadRow, Reading, Row, bad

#: characters of one value; a list of records has no limit, an object that holds them has this one
LARGEST_VALUE = 100_000_000
#: characters of one string; a quote that never closes is noticed after so many
_LONGEST_STRING = 12_000_000
_CHUNK = 1 << 18
#: characters of a value that are kept to recognise it by
_KEPT = 4_000
#: so near the end of the window an error may only mean that the rest is not read yet
_NEAR = 64
_SPACE = re.compile(r"[\s,\ufeff]*")
_STRING = r'"(?:[^"\\]|\\.)*"'
#: what a list of all records is called; a list of objects under another name belongs to one record
_WRAPPERS = frozenset(
    {"data", "rows", "items", "records", "results", "examples", "samples", "entries", "list", "tasks"}
    | {"documents", "docs", "content", "数据"}
)
#: the beginning of an object whose values are objects, and of one that holds a list of objects
_KEYED_HEAD = re.compile(r"\{\s*(?=" + _STRING + r"\s*:\s*\{)")
_LIST_HEAD = re.compile(
    r"\{\s*(?:"
    + _STRING
    + r"\s*:\s*(?:"
    + _STRING
    + r"|[-+.\w]+)\s*,\s*)*("
    + _STRING
    + r")\s*:\s*\[(?=\s*\{)"
)
_NOT_DECODED = re.compile(r"\\x([0-9a-f]{2})")


@dataclass(frozen=True, slots=True)
class Value:
    """A JSON value, the line it begins in, the beginning of its text, and the key it stands under."""

    line: int
    value: Any
    raw: str
    key: str | None = None


class _Layout(Enum):
    """Where the records of a file stand."""

    #: in a list, or one after another
    SEQUENCE = "sequence"
    #: in a list that stands under a key of the one object of the file
    WRAPPED = "wrapped"
    #: under the keys of the one object of the file
    KEYED = "keyed"


def read_json(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The records of a json file; values that are no text are kept as the JSON they were.

    Raises `DataError` where one value is longer than `LARGEST_VALUE` characters.
    """
    for found in read_values(file, reading):
        if isinstance(found, BadRow):
            yield found
            continue
        try:
            fields = as_fields(found.value)
        except (ValueError, RecursionError) as error:
            yield bad(found.line, _words(error), found.raw)
            continue
        if found.key is None:
            yield Row(found.line, fields)
        elif "key" in fields:
            reason = f"the record under {found.key!r} has a column 'key' of its own"
            yield bad(found.line, reason, found.raw)
        else:
            yield Row(found.line, {"key": found.key, **fields})


def read_values(file: BinaryIO, reading: Reading) -> Iterator[Value | BadRow]:
    """The values of a json file that are its records; what is broken, up to the next that is whole, is bad.

    Raises `DataError` where one value is longer than `LARGEST_VALUE` characters.
    """
    window = _Window(file, reading.encoding)
    yield from _Walk(window, _go_to_records(window)).values()


class _Window:
    """A part of the file's text, from `start`; `line` is the line that `start` is in."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        # What cannot be decoded becomes \xff, which is no JSON: the value it stands in is found to be broken.
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="backslashreplace")
        self.encoding = encoding
        self.text = ""
        self.start = 0
        self.line = 1
        self.ended = False

    def fill(self) -> bool:
        """Read on, and say whether there was more."""
        if self.ended:
            return False
        data = self._file.read(max(_CHUNK, len(self.text) - self.start))
        self.ended = not data
        self.text = self.text[self.start :] + self._decoder.decode(data, final=not data)
        self.start = 0
        if len(self.text) > LARGEST_VALUE:
            raise DataError(
                f"In line {self.line} begins a JSON value of more than {LARGEST_VALUE:,} characters.",
                next_step="Save it as JSON Lines: one object a line.",
            )
        return True

    def go_to(self, place: int) -> None:
        """Leave out what stands before a place."""
        self.line += self.text.count("\n", self.start, place)
        self.start = place

    def skip_space(self, pattern: re.Pattern[str] = _SPACE) -> str:
        """Go to what is no space or comma, and give its first character; "" at the end."""
        while True:
            match = pattern.match(self.text, self.start)
            self.go_to(match.end() if match else self.start)
            if self.start < len(self.text):
                return self.text[self.start]
            if not self.fill():
                return ""

    def decode(self, place: int) -> tuple[Any, int]:
        """The value at a place, counted from `start`, and the place of its end.

        Raises `ValueError` and `RecursionError` as the decoder does.
        """
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.start + place)
            except ValueError as error:
                if not self._may_go_on(error) or not self.fill():
                    raise
            else:
                if end < len(self.text) or not self.fill():
                    return value, end - self.start

    def _may_go_on(self, error: ValueError) -> bool:
        """Whether the value may be whole once more is read."""
        left = len(self.text) - getattr(error, "pos", 0)
        if str(error).startswith("Unterminated string"):
            return left < _LONGEST_STRING
        return hasattr(error, "pos") and left < _NEAR


class _Walk:
    """The records of a list, of objects one after another, or under the keys of one object."""

    def __init__(self, window: _Window, layout: _Layout) -> None:
        self._window = window
        self._wrapped = layout is _Layout.WRAPPED
        self._keyed = layout is _Layout.KEYED
        self._columns: list[str] = []
        self._head: re.Pattern[str] | None = None

    def values(self) -> Iterator[Value | BadRow]:
        window = self._window
        resumed = False
        while first := window.skip_space():
            if first == "]" and self._wrapped:
                return
            if first in "]}":
                window.go_to(window.start + 1)
                continue
            head = self._head or self._head_here()
            line = window.line
            try:
                key, place = self._key()
                value, end = window.decode(place)
            except (ValueError, RecursionError) as error:
                yield self._broken(line, error, head)
                resumed = True
                continue
            self._head = head
            raw = window.text[window.start : window.start + min(end, _KEPT)]
            window.go_to(window.start + end)
            if resumed and not self._is_like_the_others(value):
                yield bad(line, "it is not like the records before it", raw)
                continue
            resumed = False
            if isinstance(value, dict):
                self._columns = list(value)
            yield Value(line, value, raw, key)

    def _key(self) -> tuple[str | None, int]:
        if not self._keyed:
            return None, 0
        key, end = self._window.decode(0)
        rest = re.compile(r"\s*:\s*").match(self._window.text, self._window.start + end)
        if not isinstance(key, str) or rest is None:
            raise ValueError("a key and its record were expected")
        return key, rest.end() - self._window.start

    def _head_here(self) -> re.Pattern[str]:
        """How a record begins in this file: on a line of its own with its indent, or after the last one."""
        window = self._window
        before = window.text[max(0, window.start - 1_000) : window.start]
        indent = before[before.rfind("\n") + 1 :]
        begin = _STRING + r"\s*:\s*\{" if self._keyed else r"\{\s*[\"}]"
        if indent.strip(" \t\ufeff"):
            # Without the pluses, which give nothing back, many blanks would take their number squared.
            return re.compile(r"[}\]]\s*+,?+\s*+(" + begin + ")")
        return re.compile(r"\n" + re.escape(indent.strip("\ufeff")) + "(" + begin + ")")

    def _broken(self, line: int, error: Exception, head: re.Pattern[str]) -> BadRow:
        """The value here as a bad row; the window goes to where the next record may begin."""
        window = self._window
        raw = window.text[window.start : window.start + _KEPT]
        reason = self._reason(error, raw)
        after = window.start + 1
        while True:
            match = head.search(window.text, after)
            if match:
                window.go_to(match.start(1))
                break
            window.go_to(max(window.start, len(window.text) - _NEAR))
            if not window.fill():
                window.go_to(len(window.text))
                break
            after = window.start
        return bad(line, reason, raw)

    def _reason(self, error: Exception, raw: str) -> str:
        if match := _NOT_DECODED.search(raw):
            return f"byte 0x{match[1]} is not {self._window.encoding.upper()}"
        if isinstance(error, json.JSONDecodeError):
            window = self._window
            line = window.line + window.text.count("\n", window.start, error.pos)
            return f"not valid JSON: {error.msg} in line {line}"
        return _words(error)

    def _is_like_the_others(self, value: Any) -> bool:
        """After a broken value it may be a part of it that is found: a record has the columns of the last."""
        if not isinstance(value, dict):
            return False
        return 2 * sum(name in value for name in self._columns) >= len(self._columns)


def _go_to_records(window: _Window) -> _Layout:
    """Go to where the records begin, and say how they stand."""
    first = window.skip_space()
    if first == "[":
        window.go_to(window.start + 1)
    if first != "{":
        return _Layout.SEQUENCE
    try:
        value, end = window.decode(0)
    except (ValueError, RecursionError):
        return _go_by_head(window)
    if _follows(window, end):
        return _Layout.SEQUENCE
    for name, item in value.items():
        if (len(value) == 1 or name in _WRAPPERS) and _is_list_of_objects(item):
            _go_into(window, name)
            return _Layout.WRAPPED
    if value and all(isinstance(item, dict) for item in value.values()):
        window.go_to(window.start + 1)
        return _Layout.KEYED
    return _Layout.SEQUENCE


def _follows(window: _Window, end: int) -> bool:
    """Whether anything follows the first value."""
    while not window.text[window.start + end :].strip():
        if not window.fill():
            return False
    return True


def _go_by_head(window: _Window) -> _Layout:
    """The same for an object that is cut off or broken, by how it begins."""
    if "\n{" in window.text[window.start + 1 :]:
        return _Layout.SEQUENCE
    match = _LIST_HEAD.match(window.text, window.start)
    if match and (match[1].strip('"') in _WRAPPERS or "," not in match[0]):
        window.go_to(match.end())
        return _Layout.SEQUENCE
    if match := _KEYED_HEAD.match(window.text, window.start):
        window.go_to(match.end())
        return _Layout.KEYED
    return _Layout.SEQUENCE


def _go_into(window: _Window, name: str) -> None:
    """Go to the first record of the list under a key of the object here."""
    window.go_to(window.start + 1)
    while window.skip_space():
        key, end = window.decode(0)
        window.go_to(window.start + end)
        window.skip_space(re.compile(r"[\s:]*"))
        if key == name:
            window.go_to(window.start + 1)
            return
        window.go_to(window.start + window.decode(0)[1])


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _words(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply"
    return str(error) if "expected" in str(error) else f"not valid JSON: {error}"
