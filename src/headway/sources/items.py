"""From a row of named fields to what is imported: text, labels, time and a key that names it for good."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from json.encoder import encode_basestring
from typing import NamedTuple

from headway.records import Split
from headway.sources.rows import BadRow, GivenLabel, Row
from headway.sources.times import parse_time
from headway.store.tombstones import key_digest
from headway.text import prepare
from headway.text.unicode import is_unicode

#: A text longer than this is no message but a file of its own; it is quarantined.
LONGEST_TEXT = 1_000_000
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Columns:
    """Which column holds what."""

    #: where it is not named, it is told by its name or by what is in it
    text: str | None = None
    label: str | None = None
    id: str | None = None
    time: str | None = None

    def names(self) -> list[str]:
        """The columns that must be there."""
        return [name for name in (self.text, self.label, self.id, self.time) if name is not None]


class Item(NamedTuple):
    """A usable row: a record to be, and its labels if it has any."""

    key: str
    text: str
    fields: dict[str, str]
    #: the label in the column that was named; labels that the row brings along go before it
    label: str | None
    time: str | None
    #: the labels that the row brings along; their times are in UTC
    labels: tuple[GivenLabel, ...]
    #: whether its id stood in an earlier row of the file
    again: bool
    #: characters it takes
    size: int


class ItemReader:
    """Reads the rows of one file; it remembers them, since a row's key counts how often it occurred."""

    def __init__(
        self,
        columns: Columns,
        split: Split | None = None,
        timezone: tzinfo = UTC,
        forgotten: Mapping[str, str] | None = None,
    ) -> None:
        """`forgotten` has, for the digest of each key that must not come back, when it was forgotten."""
        if columns.text is None:
            raise ValueError("the text column must be known before rows are read")
        self._columns = columns
        self._text, self._label, self._id, self._time = columns.text, columns.label, columns.id, columns.time
        self._timezone = timezone
        self._forgotten = forgotten or {}
        self._split = split
        self._occurrences: dict[bytes, int] = {}
        self._lines: dict[str, tuple[int, bytes]] = {}
        self._shape = _Shape((), columns, split)

    def read(self, row: Row) -> Item | BadRow:
        """A usable item, or the row with all that is wrong with it."""
        line, fields, labels = row
        names = tuple(fields)
        if names != self._shape.names:
            self._shape = _Shape(names, self._columns, self._split)
        text = fields.get(self._text, "")
        canonical = self._shape.template.format(*map(encode_basestring, fields.values()))
        reasons = [] if not labels and _is_sound(canonical, text) else list(self._problems(row))
        time, again = None, False
        if self._time and (value := fields.get(self._time, "").strip()):
            try:
                time = parse_time(value, self._timezone)
            except ValueError:
                reasons.append(f"the time {value!r} is not ISO 8601 (2026-11-22T08:30:00) or 2026年11月22日")
        if self._id:
            again = fields.get(self._id, "") in self._lines
            reasons += self._id_problems(row, self._id, sound=not reasons)
        if reasons and not (self._forgotten and is_unicode(canonical)):
            return _bad(line, reasons, fields)
        key = f"id:{fields.get(self._id, '')}" if self._id else self._row_key(canonical)
        # Before all that is wrong with it: the raw text of what was forgotten is not kept again.
        if self._forgotten and (when := self._forgotten.get(key_digest(key))):
            return BadRow(line, f"forgotten on {when[:10]}", "")
        if reasons:
            return _bad(line, reasons, fields)
        label = fields.get(self._label, "") if self._label and not labels else ""
        others = {name: fields[name] for name in self._shape.others}
        given = tuple(self._given(labels)) if labels else ()
        return Item(key, text, others, label if label.strip() else None, time, given, again, len(canonical))

    def _problems(self, row: Row) -> Iterator[str]:
        text = row.fields.get(self._text, "")
        if not prepare(text):
            yield f"the text in column {self._text!r} is empty"
        elif len(text) > LONGEST_TEXT:
            yield f"the text has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken"
        for name, value in row.fields.items():
            if "\0" in value:
                yield f"column {name!r} holds a NUL byte"
            if not is_unicode(name + value):
                yield f"column {name!r} is not valid Unicode"
        for given in row.labels:
            whole = given.label + (given.author or "")
            if "\0" in whole or not is_unicode(whole):
                yield f"its label {given.label!r} is not valid Unicode or holds a NUL byte"

    def _id_problems(self, row: Row, column: str, *, sound: bool) -> Iterator[str]:
        """An id that is empty, or stands twice with two texts: which is meant, only a person knows."""
        value = row.fields.get(column, "")
        if not value.strip():
            yield f"the id in column {column!r} is empty"
        elif sound:
            text = hashlib.sha256(row.fields[self._text].encode()).digest()[:16]
            line, first = self._lines.setdefault(value, (row.line, text))
            if first != text:
                yield f"the id {value!r} stands in line {line} with another text"

    def _row_key(self, canonical: str) -> str:
        """Hash of the row and of the split it was given, and its occurrence number.

        The split belongs to the key: a text given as train and as test is two records, which is how a leak
        between the user's own files is found.
        """
        digest = hashlib.sha256(canonical.encode()).digest()[:16]
        occurrence = self._occurrences.get(digest, 0) + 1
        self._occurrences[digest] = occurrence
        return f"row:{digest.hex()}:{occurrence}"

    def _given(self, labels: tuple[GivenLabel, ...]) -> Iterator[GivenLabel]:
        """The labels that are not blank, each with its time in UTC, or none where that cannot be read."""
        for given in labels:
            if given.label.strip():
                yield GivenLabel(given.label, (given.author or "").strip() or None, self._time_of(given))

    def _time_of(self, given: GivenLabel) -> str | None:
        try:
            return parse_time(given.time.strip(), self._timezone) if given.time else None
        except ValueError:
            return None


def _bad(line: int, reasons: list[str], fields: dict[str, str]) -> BadRow:
    raw = json.dumps(fields, ensure_ascii=True)
    return BadRow(line, "; ".join(reasons), raw if len(raw) < LONGEST_TEXT else raw[:2_000] + "…")


def _is_sound(canonical: str, text: str) -> bool:
    """Whether nothing is wrong with a row, as a look at all of it at once can tell."""
    if "\\u0000" in canonical or len(text) > LONGEST_TEXT or not is_unicode(canonical):
        return False
    # A letter, digit or Chinese character survives every preparation step; without one they are tried.
    return _WORD.search(text) is not None or bool(prepare(text))


class _Shape:
    """What rows with the same columns have in common."""

    def __init__(self, names: tuple[str, ...], columns: Columns, split: Split | None) -> None:
        self.names = names
        #: the columns that are kept as they are
        self.others = [name for name in names if name not in {columns.text, columns.label}]
        # By hand, for the json module takes thrice as long for each row.
        places = [f"{_braced(name)}:{{{names.index(name)}}}" for name in sorted(names)]
        #: the JSON of `[split, fields]`, names sorted, nothing in ASCII escapes, but for the values, as JSON
        self.template = f"[{json.dumps(split)},{{{{{','.join(places)}}}}}]"


def _braced(name: str) -> str:
    return encode_basestring(name).replace("{", "{{").replace("}", "}}")
