"""Importing a file: rows become records and annotations, what cannot be used goes to quarantine."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path

from headway.errors import DataError, UsageError
from headway.ids import new_ids
from headway.records import Import, Split
from headway.sources.items import Columns, Item, ItemReader
from headway.sources.labels import new_labels
from headway.sources.plan import Asked, Plan, check_files, stamp_of
from headway.sources.quarantine import Quarantine
from headway.sources.rows import BadRow
from headway.store import Store
from headway.store import records as record_rows
from headway.store.files import machine_errors
from headway.store.records import AnnotationRow, KnownRecord, RecordRow
from headway.store.tombstones import forgotten_keys

#: Rows of one transaction, and characters, of which some files have many in a row.
_BATCH, _BATCH_SIZE = 50_000, 20_000_000


def import_file(
    store: Store,
    task: str,
    path: Path,
    columns: Columns | None = None,
    *,
    split: Split | None = None,
    asked: Asked | None = None,
    licence: str | None = None,
    timezone: tzinfo = UTC,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Import:
    """Look at one file and read it into the project; see `import_planned`.

    Raises `UsageError` for an archive of several files, which `check_files` takes apart.
    """
    plans = check_files([path], columns or Columns(), asked)
    if len(plans) > 1:
        raise UsageError(f"{path} holds {len(plans)} files.", next_step="Use check_files and import_planned.")
    return import_planned(
        store, task, plans[0], split=split, licence=licence, timezone=timezone, progress=progress
    )


def import_planned(
    store: Store,
    task: str,
    plan: Plan,
    *,
    split: Split | None = None,
    licence: str | None = None,
    timezone: tzinfo = UTC,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Import:
    """Read one file into the project and say what became of each row.

    `progress` is called with the number of rows read so far. The records are seen when the last row is in. An
    import that was interrupted is taken up again by the next of the same file read in the same way. Raises
    `DataError` where no row can be used, or where the file changed meanwhile.
    """
    with store.exclusive("import"):
        content = _content_of(plan)
        forgotten = forgotten_keys(store)
        way = (plan.format, dataclasses.astuple(plan.reading), dataclasses.astuple(plan.columns))
        options = (plan.source.name, task, split, str(timezone), sorted(forgotten))
        digest = hashlib.sha256(json.dumps([content, way, options]).encode()).hexdigest()
        started = record_rows.start_import(store, plan.source.name, licence, digest)
        started = dataclasses.replace(started, notes=plan.notes)
        writer = _Writer(store, task, started, split=split, has_ids=plan.columns.id is not None)
        with Quarantine(store.project / "quarantine", started) as quarantine, _without_collector():
            _read(plan, ItemReader(plan.columns, split, timezone, forgotten), writer, quarantine, progress)
        done = writer.so_far
        if _content_of(plan, there=False) != content:
            record_rows.drop_import(store, started.id)
            raise _changed(plan)
        if done.read == done.quarantined:
            record_rows.drop_import(store, started.id)
            raise DataError(
                f"None of the {done.read:,} rows of {plan.source.path} can be used. {quarantine.summary()}",
                next_step=f"See {quarantine.path} for each row and its reason.",
            )
        record_rows.finish_import(store, done)
    return done


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows never form cycles of objects; looking for such in a million of them takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _content_of(plan: Plan, *, there: bool = True) -> str | None:
    """sha256 of the file, or None where it is no longer the one that was looked at.

    Raises `DataError` where it should be `there` and is not.
    """
    with machine_errors(f"reading {plan.source.path}"):
        if stamp_of(plan.source) == plan.stamp:
            with plan.source.open() as file:
                digest = hashlib.sha256()
                while data := file.read(1 << 20):
                    digest.update(data)
            if stamp_of(plan.source) == plan.stamp:
                return digest.hexdigest()
    if there:
        raise _changed(plan)
    return None


def _changed(plan: Plan) -> DataError:
    return DataError(
        f"{plan.source.name} changed while it was read; nothing of it was imported.",
        next_step="Import it when nothing writes to it any more, or import a copy of it.",
    )


def _read(
    plan: Plan, items_of: ItemReader, writer: _Writer, quarantine: Quarantine, progress: Callable[[int], None]
) -> None:
    """Pass every row of the file on, in batches; rows that an interrupted import wrote are read over."""
    items: list[Item] = []
    read, size, written = 0, 0, writer.so_far.read

    def write() -> None:
        nonlocal items, size, written
        quarantine.sync()
        writer.write(items, read, quarantine)
        items, size, written = [], 0, read
        progress(read)

    for row in plan.rows():
        read += 1
        item = row if isinstance(row, BadRow) else items_of.read(row)
        if isinstance(item, BadRow):
            quarantine.add(item)
        elif read > written:
            items.append(item)
            size += item.size
        if read - written >= _BATCH or size > _BATCH_SIZE:
            write()
    if read > written:
        write()


class _Writer:
    """Writes the items of one import and counts what became of them."""

    def __init__(
        self, store: Store, task: str, started: Import, *, split: Split | None, has_ids: bool
    ) -> None:
        self.so_far = started
        # An id of the user's may stand in several rows of a file; a key of ours is another in each.
        self._has_ids = has_ids
        self._store, self._task = store, task
        self._split = split.value if split else None
        # In an empty project only an id that stood in the file before can be known.
        self._look_up_all = record_rows.has_records(store, besides=started.id)

    def write(self, items: Sequence[Item], read: int, quarantine: Quarantine) -> None:
        """Write a batch; `read` rows of the file are then done."""
        keys = list({item.key for item in items if self._look_up_all or item.again})
        known = record_rows.newest_revisions(self._store, keys)
        records, of_items = self._new_records(items, known)
        annotations = self._new_annotations(items, of_items, [one.id for one in known.values()])
        revised = sum(revision > 1 for _id, _key, revision, *_rest in records)
        so_far = self.so_far
        self.so_far = dataclasses.replace(
            so_far,
            read=read,
            added=so_far.added + len(records) - revised,
            revised=so_far.revised + revised,
            known=so_far.known + len(items) - len(records),
            labels=so_far.labels + len(annotations),
            quarantined=quarantine.count,
            quarantine=quarantine.relative_path,
        )
        record_rows.add_batch(self._store, self.so_far, records, annotations)

    def _new_records(
        self, items: Sequence[Item], known: dict[str, KnownRecord]
    ) -> tuple[list[RecordRow], list[str]]:
        """The records that are to be written, and for each item the id of its record."""
        records: list[RecordRow] = []
        of_items: list[str] = []
        newest = dict(known)
        split, import_id = self._split, self.so_far.id
        for item, new in zip(items, new_ids(len(items)), strict=True):
            before = newest.get(item.key)
            if before is not None and before.text == item.text:
                of_items.append(before.id)
                continue
            revision = before.revision + 1 if before else 1
            fields = json.dumps(item.fields) if item.fields else "{}"
            records.append((new, item.key, revision, item.text, fields, split, item.time, import_id))
            of_items.append(new)
            if self._has_ids:
                newest[item.key] = KnownRecord(new, revision, item.text)
        return records, of_items

    def _new_annotations(
        self, items: Sequence[Item], of_items: Sequence[str], known: Sequence[str]
    ) -> list[AnnotationRow]:
        """The labels that are to be written; `known` are records that may have some."""
        store, task, source, import_id = self._store, self._task, self.so_far.source, self.so_far.id
        now, file = store.now(), f"import:{source}"
        given = record_rows.file_labels(store, task, known)
        ids = iter(new_ids(sum(max(1, len(item.labels)) for item in items)))
        found: list[AnnotationRow] = []
        for item, record in zip(items, of_items, strict=True):
            if item.labels or self._has_ids or record in given:
                before = given.setdefault(record, [])
                for label in new_labels(item, before, source, now):
                    found.append((next(ids), task, record, *label, import_id))
                    before.append(label)
                before.sort(key=lambda one: one.created_at)
            elif item.label is not None:
                # Nothing is known of its record, and no other row of the file is about it.
                found.append((next(ids), task, record, item.label, file, now, import_id))
        return found
