"""Importing a file: rows become records and annotations, what cannot be used goes to quarantine."""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, tzinfo
from pathlib import Path

from headway.errors import DataError
from headway.records import Annotation, Import, Record, Split, new_id
from headway.sources.formats import read_rows
from headway.sources.items import Columns, Item, ItemReader
from headway.sources.quarantine import Quarantine
from headway.sources.rows import BadRow, Row
from headway.store import Store
from headway.store import records as record_rows

_BATCH = 2_000
# So many rows of a file are looked at for its columns: in jsonl a row may lack what it has no value for.
_LOOKED_AT = 100


def check_files(paths: Sequence[Path], columns: Columns, format_name: str | None = None) -> None:
    """Look at the start of every file and report all that is wrong with any of them at once.

    Raises `DataError` for a file that is missing, empty, without rows or without one of the columns.
    """
    problems, steps = [], []
    for path in paths:
        try:
            _check_columns(path, _columns_of(path, format_name), columns)
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
        items_of = ItemReader(columns, split, timezone)
        with Quarantine(store.project / "quarantine", started) as quarantine:
            for batch in _batches(read_rows(path, format_name)):
                items = []
                for row in batch:
                    item = row if isinstance(row, BadRow) else items_of.read(row)
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


def _columns_of(path: Path, format_name: str | None) -> dict[str, None]:
    """The columns that the first rows have, in their order."""
    found: dict[str, None] = {}
    why = ""
    for row in itertools.islice(read_rows(path, format_name), _LOOKED_AT):
        if isinstance(row, Row):
            found.update(dict.fromkeys(row.fields))
        else:
            why = why or f" Line {row.line}: {row.reason}."
    if not found:
        raise DataError(
            f"{path} holds no row that can be read.{why}", next_step="Is it UTF-8, with a header?"
        )
    return found


def _check_columns(path: Path, found: dict[str, None], columns: Columns) -> None:
    missing = [name for name in columns.names() if name not in found]
    if missing:
        near = difflib.get_close_matches(missing[0], found, n=1, cutoff=0.5)
        raise DataError(
            f"{path} has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, found))}.",
            next_step=f"Did you mean {near[0]!r}?" if near else "Name one of the columns it has.",
        )


def _batches(rows: Iterator[Row | BadRow]) -> Iterator[list[Row | BadRow]]:
    while batch := list(itertools.islice(rows, _BATCH)):
        yield batch


def _write_batch(
    store: Store, started: Import, task: str, items: Sequence[Item], split: Split | None
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
