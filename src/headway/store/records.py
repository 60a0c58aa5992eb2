"""Rows of imports, records and annotations."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update

from headway.records import Annotation, Import, Record, Split, new_id
from headway.store import schema
from headway.store.schema import imports, records
from headway.store.store import Store

_COUNTS = ("read", "added", "revised", "known", "quarantined", "labels", "quarantine")
# SQLite allows some thousand variables a statement; staying far below keeps every backend content.
_VARIABLES = 500


def start_import(store: Store, source: str, licence: str | None) -> Import:
    """Open an import. What an interrupted one left behind is removed first."""
    with store.writing() as connection:
        dead = select(imports.c.id).where(imports.c.state == "running").scalar_subquery()
        connection.execute(delete(schema.annotations).where(schema.annotations.c["import"].in_(dead)))
        connection.execute(delete(records).where(records.c["import"].in_(dead)))
        connection.execute(delete(imports).where(imports.c.state == "running"))
        started = Import(id=new_id(), source=source)
        connection.execute(
            insert(imports).values(
                id=started.id,
                source=source,
                state="running",
                started_at=store.now(),
                licence=licence,
                counts={},
            )
        )
    return started


def finish_import(store: Store, done: Import) -> None:
    """Close an import: from this moment its records are seen."""
    counts = {name: getattr(done, name) for name in _COUNTS}
    with store.writing() as connection:
        connection.execute(
            update(imports).where(imports.c.id == done.id).values(state="complete", counts=counts)
        )


def drop_import(store: Store, import_id: str) -> None:
    """Take back an import that came to nothing."""
    with store.writing() as connection:
        connection.execute(delete(schema.annotations).where(schema.annotations.c["import"] == import_id))
        connection.execute(delete(records).where(records.c["import"] == import_id))
        connection.execute(delete(imports).where(imports.c.id == import_id))


def list_imports(store: Store) -> list[Import]:
    """All complete imports, the oldest first."""
    query = select(imports).where(imports.c.state == "complete").order_by(imports.c.started_at)
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [Import(id=row["id"], source=row["source"], **row["counts"]) for row in rows]


def newest_revisions(store: Store, keys: Sequence[str]) -> dict[str, Record]:
    """The newest revision of each key that is known, those of the running import among them."""
    found: dict[str, Record] = {}
    with store.reading() as connection:
        for start in range(0, len(keys), _VARIABLES):
            query = (
                select(records)
                .where(records.c.key.in_(keys[start : start + _VARIABLES]))
                .order_by(records.c.revision)
            )
            for row in connection.execute(query).mappings():
                found[row["key"]] = _record(row)
    return found


def newest_file_labels(store: Store, task: str, record_ids: Sequence[str]) -> dict[str, str]:
    """Record id → the label a file gave it last, where one did."""
    found: dict[str, str] = {}
    with store.reading() as connection:
        for start in range(0, len(record_ids), _VARIABLES):
            query = (
                select(schema.annotations.c.record, schema.annotations.c.label)
                .where(
                    schema.annotations.c.task == task,
                    schema.annotations.c.author.startswith("import:"),
                    schema.annotations.c.record.in_(record_ids[start : start + _VARIABLES]),
                )
                .order_by(schema.annotations.c.created_at, schema.annotations.c.id)
            )
            found.update((row.record, row.label) for row in connection.execute(query))
    return found


def add_batch(
    store: Store, import_id: str, new_records: Sequence[Record], new_annotations: Sequence[Annotation]
) -> None:
    """Write one batch of an import in one short transaction."""
    with store.writing() as connection:
        if new_records:
            rows = [{**dataclasses.asdict(record), "import": import_id} for record in new_records]
            connection.execute(insert(records), rows)
        if new_annotations:
            rows = [{**dataclasses.asdict(annotation), "import": import_id} for annotation in new_annotations]
            connection.execute(insert(schema.annotations), rows)


def labelled_records(store: Store, task: str, cut_off: str) -> Iterator[tuple[Record, Annotation]]:
    """Each annotation of a task up to a moment, with its record, oldest first.

    Only the newest revision of a record counts, and only records and labels of complete imports.
    """
    complete = select(imports.c.id).where(imports.c.state == "complete").scalar_subquery()
    newest = select(records.c.key, func.max(records.c.revision).label("revision"))
    latest = newest.where(records.c["import"].in_(complete)).group_by(records.c.key).subquery()
    label_import = schema.annotations.c["import"]
    query = (
        select(
            records,
            schema.annotations.c.id.label("annotation_id"),
            schema.annotations.c.label,
            schema.annotations.c.author,
            schema.annotations.c.created_at,
        )
        .join(schema.annotations, schema.annotations.c.record == records.c.id)
        .join(latest, and_(latest.c.key == records.c.key, latest.c.revision == records.c.revision))
        .where(
            schema.annotations.c.task == task,
            schema.annotations.c.created_at <= cut_off,
            or_(label_import.is_(None), label_import.in_(complete)),
        )
        .order_by(schema.annotations.c.created_at, schema.annotations.c.id)
    )
    with store.reading() as connection:
        for row in connection.execute(query).mappings():
            record = _record(row)
            yield (
                record,
                Annotation(
                    row["annotation_id"], task, record.id, row["label"], row["author"], row["created_at"]
                ),
            )


def count_records(store: Store) -> int:
    """How many texts the project holds (the newest revision of each)."""
    query = (
        select(func.count(func.distinct(records.c.key)))
        .join(imports, imports.c.id == records.c["import"])
        .where(imports.c.state == "complete")
    )
    with store.reading() as connection:
        return int(connection.execute(query).scalar_one())


def _record(row: Any) -> Record:
    return Record(
        id=row["id"],
        key=row["key"],
        revision=row["revision"],
        text=row["text"],
        fields=row["fields"],
        split=Split(row["split"]) if row["split"] else None,
        time=row["time"],
    )
