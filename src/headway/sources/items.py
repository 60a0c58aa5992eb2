"""From a row of named fields to what is imported: text, label, time and a key that names the row for good."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from headway.records import Split, timestamp
from headway.sources.rows import BadRow, Row, is_unicode
from headway.text import prepare

#: A text longer than this is no message but a file of its own; it is quarantined.
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class Columns:
    """Which column holds what."""

    text: str
    label: str | None = None
    id: str | None = None
    time: str | None = None

    def names(self) -> list[str]:
        """The columns that must be there."""
        return [name for name in (self.text, self.label, self.id, self.time) if name is not None]


@dataclass(frozen=True)
class Item:
    """A usable row: a record to be, and its label if it has one."""

    line: int
    key: str
    text: str
    fields: dict[str, str]
    label: str | None
    time: str | None


class ItemReader:
    """Reads the rows of one file; it remembers them, since a row's key counts how often it occurred."""

    def __init__(self, columns: Columns, split: Split | None = None, timezone: tzinfo = UTC) -> None:
        self._columns = columns
        self._split = split
        self._timezone = timezone
        self._occurrences: Counter[bytes] = Counter()
        self._lines: dict[str, tuple[int, bytes]] = {}

    def read(self, row: Row) -> Item | BadRow:
        """A usable item, or the row with all that is wrong with it."""
        columns = self._columns
        time, problem = _moment(row.fields.get(columns.time or "", ""), self._timezone)
        reasons = [*self._problems(row), *([problem] if problem else [])]
        if not reasons and columns.id:
            reasons = list(self._repeated(row, columns.id))
        if reasons:
            raw = json.dumps(row.fields, ensure_ascii=True)
            return BadRow(row.line, "; ".join(reasons), raw if len(raw) < LONGEST_TEXT else raw[:2_000] + "…")
        label = row.fields.get(columns.label or "", "")
        rest = {
            name: value for name, value in row.fields.items() if name not in {columns.text, columns.label}
        }
        key = f"id:{row.fields[columns.id]}" if columns.id else self._row_key(row)
        return Item(row.line, key, row.fields[columns.text], rest, label if label.strip() else None, time)

    def _problems(self, row: Row) -> Iterator[str]:
        text, id_column = self._columns.text, self._columns.id
        if not prepare(row.fields.get(text, "")):
            yield f"the text in column {text!r} is empty"
        elif len(row.fields[text]) > LONGEST_TEXT:
            yield f"the text has {len(row.fields[text]):,} characters; at most {LONGEST_TEXT:,} are taken"
        if id_column and not row.fields.get(id_column, "").strip():
            yield f"the id in column {id_column!r} is empty"
        for name, value in row.fields.items():
            if "\0" in value:
                yield f"column {name!r} holds a NUL byte"
            if not is_unicode(name + value):
                yield f"column {name!r} is not valid Unicode"

    def _repeated(self, row: Row, id_column: str) -> Iterator[str]:
        """An id that stands twice in a file with two texts: which of them is meant, only a person knows."""
        text = hashlib.sha256(row.fields[self._columns.text].encode()).digest()[:16]
        line, first = self._lines.setdefault(row.fields[id_column], (row.line, text))
        if first != text:
            yield f"the id {row.fields[id_column]!r} stands in line {line} with another text"

    def _row_key(self, row: Row) -> str:
        """Hash of the row and of the split it was given, and its occurrence number.

        The split belongs to the key: a text given as train and as test is two records, which is how a leak
        between the user's own files is found.
        """
        canonical = json.dumps(
            [self._split, row.fields], ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        digest = hashlib.sha256(canonical.encode()).digest()[:16]
        self._occurrences[digest] += 1
        return f"row:{digest.hex()}:{self._occurrences[digest]}"


def _moment(value: str, timezone: tzinfo) -> tuple[str | None, str | None]:
    """(UTC time, None), (None, problem) or (None, None) where there is no time."""
    if not value.strip():
        return None, None
    try:
        moment = datetime.fromisoformat(value.strip())
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=timezone)), None
    except (ValueError, OverflowError):
        return None, f"the time {value!r} is not ISO 8601 (2026-11-22T08:30:00)"
