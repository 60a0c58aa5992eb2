"""Traces of a text outside the database: quarantined rows, and reports that quote it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from headway.records import Record
from headway.store import Store
from headway.store.files import write_atomically
from headway.store.tombstones import Selection, escaped

#: what a quarantined row says instead of its reason when it was forgotten
FORGOTTEN = "forgotten"
# Reports shorten texts: so many characters at the beginning, or twice as many elsewhere, are a quotation.
_QUOTED = 32
# A shorter text is looked for as a whole value: "ok" stands in every other row.
_TELLING = 8


class Traces:
    """Finds what belongs to a selection and the records it means."""

    def __init__(self, selection: Selection, forgotten: Sequence[Record]) -> None:
        self._selection = selection
        self._texts = {record.text for record in forgotten}
        self._ids = _id_columns(forgotten)
        # A report names the values of columns, as slices, and has no other trace of who is meant.
        self._value = _on_one_line(selection.where[1]) if selection.where else ""
        self._needles = _forms([selection.contains] if selection.contains else [])
        self._telling = _forms(text for text in self._texts if len(text) >= _TELLING)
        quotations = {_on_one_line(selection.contains or "")}
        for text in map(_on_one_line, self._texts):
            quotations.update(
                text[at : at + _QUOTED] for at in range(0, max(1, len(text) - _QUOTED + 1), _QUOTED)
            )
        self._quotations = quotations - {""}

    def in_row(self, line: str) -> bool:
        """Whether a line of a quarantine file is about one of the records, or holds what is looked for."""
        try:
            raw = str(json.loads(line).get("raw", ""))
        except (ValueError, AttributeError):
            raw = line
        if any(form in raw or form in line for form in self._needles):
            return True
        fields = _fields(raw)
        if fields is None:
            return any(form in raw or form in line for form in self._telling)
        column, value = self._selection.where or ("", None)
        if value is not None and fields.get(column) == value:
            return True
        if any(fields.get(name) == id_ for name, id_ in self._ids):
            return True
        return not self._texts.isdisjoint(str(field) for field in fields.values())

    def in_report(self, content: str) -> bool:
        """Whether a report, JSON or HTML, quotes one of the texts or holds what is looked for."""
        strings = [_on_one_line(string) for string in _strings(content)]
        if self._value and self._value in strings:
            return True
        plain = "\n".join(strings)
        return any(quotation in plain for quotation in self._quotations)


def quarantined_rows(store: Store, traces: Traces) -> dict[Path, list[int]]:
    """The quarantine files that hold traces, each with the positions of those lines."""
    found = {}
    for path in sorted((store.project / "quarantine").glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            positions = [position for position, line in enumerate(file) if traces.in_row(line)]
        if positions:
            found[path] = positions
    return found


def mask_rows(path: Path, positions: Sequence[int]) -> None:
    """Empty some lines of a quarantine file; that there was a row, and where, stays."""
    lines = path.read_bytes().split(b"\n")
    for position in positions:
        lines[position] = json.dumps(_masked(lines[position])).encode()
    write_atomically(path, b"\n".join(lines))


def quoting_reports(store: Store, traces: Traces) -> list[Path]:
    """The entries of the folder of reports that hold traces; one evaluation is one entry."""
    return [
        entry
        for entry in sorted((store.project / "reports").glob("*"))
        if any(traces.in_report(content) for content in _contents(entry))
    ]


def _masked(line: bytes) -> dict[str, Any]:
    try:
        number = json.loads(line).get("line")
    except (ValueError, AttributeError):
        number = None
    return {"line": number if isinstance(number, int) else None, "reason": FORGOTTEN, "raw": ""}


def _contents(entry: Path) -> Iterator[str]:
    for path in [entry] if entry.is_file() else sorted(entry.rglob("*")):
        if path.is_file():
            yield path.read_text("utf-8", errors="replace")


def _fields(raw: str) -> dict[str, Any] | None:
    """The columns of a quarantined row, or None where it is a line that could not be parted."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _forms(texts: Iterable[str]) -> set[str]:
    """Texts as they are and as they stand in JSON."""
    return {form for text in texts for form in (text, *escaped(text))}


def _on_one_line(text: str) -> str:
    """Reports show a text without its line ends."""
    return " ".join(text.split())


def _strings(content: str) -> Iterator[str]:
    """The strings of a JSON file, else the whole with HTML's escapes written out."""
    try:
        waiting = [json.loads(content)]
    except (ValueError, RecursionError):
        yield html.unescape(content)
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value


def _id_columns(forgotten: Sequence[Record]) -> set[tuple[str, str]]:
    """(column, id) of records the user gave ids: a quarantined row with that id is about the same thing."""
    return {
        (name, value)
        for record in forgotten
        for name, value in record.fields.items()
        if record.key == f"id:{value}"
    }
