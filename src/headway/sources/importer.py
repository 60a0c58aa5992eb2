"""Importing a file: rows become records and annotations, what cannot be used goes to quarantine."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from headway.errors import DataError
from headway.records import Annotation, Import, Record, Split, new_id, timestamp
from headway.sources.formats import read_rows
from headway.sources.quarantine import Quarantine
from headway.sources.rows import BadRow, Row
from headway.store import Store
from headway.store import records as record_rows
from headway.text import prepare

_BATCH = 2_000
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
class _Item:
    """A usable row: a record to be, and its label if it has one."""

    line: int
    key: str
    text: str
    fields: dict[str, str]
    label: str | None
    time: str | None


def check_files(paths: Sequence[Path], columns: Columns, format_name: str | None = None) -> None:
    """Look at the start of every file and report all that is wrong with any of them at once.

    Raises `DataError` for a file that is missing, empty, without rows or without one of the columns.
    """
    problems, steps = [], []
    for path in paths:
        try:
            _check_columns(path, _first_row(path, format_name), columns)
        except DataError as error:
            problems.append(error.message)
            steps.append(error.next_step)
    if problems:
        raise DataError("\n".join(problems), next_step=next((step for step in steps if step), None))


def import_file(
    store: Store,
    task: str,
    path: Path,
    columns: Columns,
    *,
    split: Split | None = None,
    format_name: str | None = None,
    licence: str | None = None,
    timezone: tzinfo = UTC,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Import:
    """Read one file into the project and say what became of each row.

    `progress` is called with the number of rows read so far. The records are seen when the last row is
    in; an interrupted import leaves nothing behind. Raises `DataError` where no row can be used.
    """
    check_files([path], columns, format_name)
    with store.exclusive("import"):
        started = record_rows.start_import(store, _source_name(path), licence)
        counts: Counter[str] = Counter()
        occurrences: Counter[bytes] = Counter()
        with Quarantine(store.project / "quarantine", started) as quarantine:
            for batch in _batches(read_rows(path, format_name)):
                items = []
                for row in batch:
                    item = row if isinstance(row, BadRow) else _item(row, columns, occurrences, timezone)
                    if isinstance(item, BadRow):
                        quarantine.add(item)
                    else:
                        items.append(item)
                counts["read"] += len(batch)
                quarantine.sync()
                counts.update(_write_batch(store, started, task, items, split))
                progress(counts["read"])
            done = dataclasses.replace(
                started,
                read=counts["read"],
                added=counts["added"],
                revised=counts["revised"],
                known=counts["known"],
                labels=counts["labels"],
                quarantined=quarantine.count,
                quarantine=quarantine.relative_path,
            )
        if done.read == done.quarantined:
            record_rows.drop_import(store, started.id)
            raise DataError(
                f"None of the {done.read:,} rows of {path} can be used. {quarantine.summary()}",
                next_step=f"See {quarantine.path} for each row and its reason.",
            )
        record_rows.finish_import(store, done)
    return done


def _source_name(path: Path) -> str:
    """The file's name; what in it is not UTF-8 (a GBK name on Linux) becomes U+FFFD."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _first_row(path: Path, format_name: str | None) -> Row:
    why = ""
    for row in read_rows(path, format_name):
        if isinstance(row, Row):
            return row
        why = why or f" Line {row.line}: {row.reason}."
    raise DataError(f"{path} holds no row that can be read.{why}", next_step="Is it UTF-8, with a header?")


def _check_columns(path: Path, row: Row, columns: Columns) -> None:
    missing = [name for name in columns.names() if name not in row.fields]
    if missing:
        near = difflib.get_close_matches(missing[0], row.fields, n=1, cutoff=0.5)
        raise DataError(
            f"{path} has no column {', '.join(map(repr, missing))}; "
            f"it has {', '.join(map(repr, row.fields))}.",
            next_step=f"Did you mean {near[0]!r}?" if near else "Name one of the columns it has.",
        )


def _batches(rows: Iterator[Row | BadRow]) -> Iterator[list[Row | BadRow]]:
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch


def _item(row: Row, columns: Columns, occurrences: Counter[bytes], timezone: tzinfo) -> _Item | BadRow:
    """A usable item, or the row with all that is wrong with it."""
    reasons = [f"there is no column {name!r}" for name in columns.names() if name not in row.fields]
    text = row.fields.get(columns.text, "")
    if not reasons:
        reasons = list(_text_problems(text, columns.text))
    reasons += [f"column {name!r} holds a NUL byte" for name, value in row.fields.items() if "\0" in value]
    reasons += [
        f"column {name!r} is not valid Unicode" for name, value in row.fields.items() if _broken(name + value)
    ]
    time, problem = _moment(row.fields.get(columns.time, "") if columns.time else "", timezone)
    reasons += [problem] if problem else []
    if columns.id and not reasons and not row.fields[columns.id].strip():
        reasons.append(f"the id in column {columns.id!r} is empty")
    if reasons:
        raw = json.dumps(row.fields, ensure_ascii=True)
        return BadRow(row.line, "; ".join(reasons), raw if len(raw) < LONGEST_TEXT else raw[:2_000] + "…")
    label = row.fields[columns.label] if columns.label else ""
    rest = {name: value for name, value in row.fields.items() if name not in {columns.text, columns.label}}
    key = f"id:{row.fields[columns.id]}" if columns.id else _row_key(row, occurrences)
    return _Item(row.line, key, text, rest, label if label.strip() else None, time)


def _text_problems(text: str, column: str) -> Iterable[str]:
    if not prepare(text):
        yield f"the text in column {column!r} is empty"
    if len(text) > LONGEST_TEXT:
        yield f"the text has {len(text):,} characters; at most {LONGEST_TEXT:,} are taken"


def _broken(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def _moment(value: str, timezone: tzinfo) -> tuple[str | None, str | None]:
    """(UTC time, None), (None, problem) or (None, None) where there is no time."""
    if not value.strip():
        return None, None
    try:
        moment = datetime.fromisoformat(value.strip())
        return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=timezone)), None
    except (ValueError, OverflowError):
        return None, f"the time {value!r} is not ISO 8601 (2026-11-22T08:30:00)"


def _row_key(row: Row, occurrences: Counter[bytes]) -> str:
    canonical = json.dumps(row.fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).digest()[:16]
    occurrences[digest] += 1
    return f"row:{digest.hex()}:{occurrences[digest]}"


def _write_batch(
    store: Store, started: Import, task: str, items: Sequence[_Item], split: Split | None
) -> Counter[str]:
    newest = record_rows.newest_revisions(store, list({item.key for item in items}))
    labels = record_rows.newest_file_labels(store, task, [record.id for record in newest.values()])
    counts: Counter[str] = Counter(added=0, revised=0, known=0, labels=0)
    records: list[Record] = []
    annotations: list[Annotation] = []
    now = store.now()
    for item in items:
        record = newest.get(item.key)
        if record is not None and record.text == item.text:
            counts["known"] += 1
        else:
            counts["revised" if record else "added"] += 1
            revision = record.revision + 1 if record else 1
            record = Record(new_id(), item.key, revision, item.text, item.fields, split, item.time)
            records.append(record)
            newest[item.key] = record
        if item.label is not None and labels.get(record.id) != item.label:
            counts["labels"] += 1
            labels[record.id] = item.label
            author = f"import:{started.source}"
            annotations.append(Annotation(new_id(), task, record.id, item.label, author, now))
    record_rows.add_batch(store, started.id, records, annotations)
    return counts
