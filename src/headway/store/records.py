"""Rows of imports, records and annotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, and_, delete, func, insert, or_, select, update

from headway.errors import UsageError
from headway.ids import new_id
from headway.records import Annotation, Import, Record, Split
from headway.store import schema
from headway.store.rules import BY_RULE
from headway.store.schema import imports, records, withdrawals
from headway.store.store import Store

_COUNTS = ("read", "added", "revised", "known", "quarantined", "labels", "quarantine", "notes")
# SQLite allows some thousand variables a statement; staying far below keeps every backend content.
_VARIABLES = 500
_FETCHED = 1_000


# Built once: each answer in the console writes one.
_ADD_ANNOTATION = insert(schema.annotations)

#: What is written of a record and of an annotation: values in the order of the columns, fields as JSON.
RecordRow = tuple[str, str, int, str, str, str | None, str | None, str]
AnnotationRow = tuple[str, str, str, str, str, str, str | None]


class KnownRecord(NamedTuple):
    """What an import must know of the newest revision of a record."""

    id: str
    revision: int
    text: str


class FileLabel(NamedTuple):
    """A label that a file gave a record."""

    label: str
    author: str
    created_at: str


def start_import(store: Store, source: str, licence: str | None, digest: str | None = None) -> Import:
    """Open an import, or take up the interrupted one of this digest: its counts say how far it came.

    What other interrupted imports left behind is removed first: their records are hidden, and would stand in
    the way of the same records in this file.
    """
    running = imports.c.state == "running"
    with store.writing() as connection:
        query = select(imports).where(running, imports.c.digest == digest)
        mine = connection.execute(query).mappings().first() if digest else None
        others = and_(running, imports.c.id != mine["id"]) if mine else running
        dead = select(imports.c.id).where(others).scalar_subquery()
        connection.execute(delete(schema.annotations).where(schema.annotations.c["import"].in_(dead)))
        connection.execute(delete(records).where(records.c["import"].in_(dead)))
        connection.execute(delete(imports).where(others))
        if mine:
            return _import(mine)
        started = Import(id=new_id(), source=source, started_at=store.now())
        connection.execute(
            insert(imports).values(
                id=started.id,
                source=source,
                state="running",
                started_at=started.started_at,
                licence=licence,
                counts={},
                digest=digest,
            )
        )
    return started


def finish_import(store: Store, done: Import) -> None:
    """Close an import: from this moment its records are seen."""
    with store.writing() as connection:
        _set_counts(connection, done, state="complete")


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
    return [_import(row) for row in rows]


def get_import(store: Store, import_id: str) -> Import:
    """The complete import of an id. Raises `UsageError` where there is none."""
    query = select(imports).where(imports.c.state == "complete", imports.c.id == import_id)
    with store.reading() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise UsageError(
            f"There is no import {import_id!r}.",
            next_step="headway import says the id of each import; the page Data of the console lists them.",
        )
    return _import(row)


def has_records(store: Store, besides: str) -> bool:
    """Whether there are records of any import but one."""
    with store.reading() as connection:
        query = select(records.c.id).where(records.c["import"] != besides).limit(1)
        return connection.execute(query).first() is not None


def newest_revisions(store: Store, keys: Sequence[str]) -> dict[str, KnownRecord]:
    """The newest revision of each key that is known, those of the running import among them."""
    found: dict[str, KnownRecord] = {}
    columns = records.c.key, records.c.id, records.c.revision, records.c.text
    with store.reading() as connection:
        for start in range(0, len(keys), _VARIABLES):
            asked = records.c.key.in_(keys[start : start + _VARIABLES])
            query = select(*columns).where(asked).order_by(records.c.revision)
            found.update((key, KnownRecord(*rest)) for key, *rest in connection.execute(query))
    return found


def file_labels(store: Store, task: str, record_ids: Sequence[str]) -> dict[str, list[FileLabel]]:
    """Record id → the labels that files gave it, in the order of their time; records without are left out."""
    found: dict[str, list[FileLabel]] = {}
    annotations = schema.annotations
    columns = (annotations.c.record, annotations.c.label, annotations.c.author, annotations.c.created_at)
    with store.reading() as connection:
        for start in range(0, len(record_ids), _VARIABLES):
            query = (
                select(*columns)
                .where(
                    annotations.c.task == task,
                    annotations.c.author.startswith("import:"),
                    annotations.c.record.in_(record_ids[start : start + _VARIABLES]),
                )
                .order_by(annotations.c.created_at, annotations.c.id)
            )
            for record, *rest in connection.execute(query):
                found.setdefault(record, []).append(FileLabel(*rest))
    return found


def add_batch(
    store: Store, so_far: Import, new_records: Sequence[RecordRow], new_annotations: Sequence[AnnotationRow]
) -> None:
    """Write one batch of an import, and how far it came with it, in one short transaction."""
    with store.writing() as connection:
        _insert_many(connection, records, new_records)
        _insert_many(connection, schema.annotations, new_annotations)
        _set_counts(connection, so_far, state="running")


def _insert_many(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows whose values stand in the order of the columns, as the database driver takes them.

    Past SQLAlchemy, which spends longer on the parameters of a row than SQLite does on writing it.
    """
    if rows:
        statement = str(insert(table).compile(dialect=connection.dialect))
        connection.exec_driver_sql(statement, list(rows))


def _set_counts(connection: Connection, so_far: Import, *, state: str) -> None:
    counts = {name: getattr(so_far, name) for name in _COUNTS}
    connection.execute(update(imports).where(imports.c.id == so_far.id).values(state=state, counts=counts))


def _import(row: Any) -> Import:
    counts = row["counts"]
    notes = tuple(counts.get("notes", ()))
    plain = {name: row[name] for name in ("id", "source", "started_at")}
    return Import(**plain, **{**counts, "notes": notes})


def labelled_records(
    store: Store, task: str, cut_off: str, *, by_rules: bool = False
) -> Iterator[tuple[Record, Annotation]]:
    """Each annotation of a task up to a moment, with its record, oldest first.

    What rules say is left out, or with `by_rules` all else. Only the newest revision of a record counts, and
    only records and labels of complete imports; a label that was taken back by then does not. Labels that a
    file dates back were not known before its import began, so they do not count before it either.
    """
    finished = select(imports.c.id).where(imports.c.state == "complete")
    complete = finished.scalar_subquery()
    known_then = finished.where(imports.c.started_at <= cut_off).scalar_subquery()
    newest = select(records.c.key, func.max(records.c.revision).label("revision"))
    latest = newest.where(records.c["import"].in_(complete)).group_by(records.c.key).subquery()
    label_import = schema.annotations.c["import"]
    taken_back = select(withdrawals.c.annotation).where(withdrawals.c.at <= cut_off)
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
            BY_RULE if by_rules else ~BY_RULE,
            schema.annotations.c.id.not_in(taken_back),
            or_(label_import.is_(None), label_import.in_(known_then)),
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


def add_annotation(connection: Connection, annotation: Annotation) -> None:
    """Keep a label that somebody gave by hand."""
    connection.execute(_ADD_ANNOTATION, vars(annotation))


def withdraw_annotation(connection: Connection, annotation_id: str, at: str) -> None:
    """From a moment on a label counts no more; what is asked for an earlier moment still has it."""
    connection.execute(insert(withdrawals).values(annotation=annotation_id, at=at))


def live_annotations(
    connection: Connection, task: str, record: str, author_begins: str = ""
) -> dict[str, str]:
    """Id → label of a record's labels that were not taken back, by authors whose names begin so."""
    given = schema.annotations
    query = select(given.c.id, given.c.label).where(
        given.c.task == task,
        given.c.record == record,
        given.c.author.startswith(author_begins, autoescape=True),
        given.c.id.not_in(select(withdrawals.c.annotation)),
    )
    return {row.id: row.label for row in connection.execute(query)}


def iter_texts(store: Store) -> Iterator[tuple[str, str, str | None, str]]:
    """(record id, raw text, split the user gave, source) of each record's newest revision, the oldest first.

    Only of complete imports. Plain tuples of four columns: made for millions of them.
    """
    with store.reading() as connection:
        complete = select(imports.c.id, imports.c.source).where(imports.c.state == "complete")
        sources = {row.id: row.source for row in connection.execute(complete)}
        old = _superseded(connection, set(sources))
        columns = records.c.id, records.c.text, records.c.split, records.c["import"]
        for part in connection.execute(select(*columns).order_by(records.c.id)).partitions(_FETCHED):
            for record, text, split, import_id in part:
                if import_id in sources and record not in old:
                    yield record, text, split, sources[import_id]


def _superseded(connection: Connection, complete: Set[str]) -> set[str]:
    """Ids of the records that have a newer revision in a complete import. Few have: they are looked up."""
    query = select(records.c.key, records.c.revision, records.c["import"]).where(records.c.revision > 1)
    newest: dict[str, int] = {}
    for key, revision, import_id in connection.execute(query):
        if import_id in complete:
            newest[key] = max(revision, newest.get(key, 0))
    found: set[str] = set()
    keys = list(newest)
    for start in range(0, len(keys), _VARIABLES):
        asked = records.c.key.in_(keys[start : start + _VARIABLES])
        query = select(records.c.key, records.c.revision, records.c.id).where(asked)
        found.update(record for key, revision, record in connection.execute(query) if revision < newest[key])
    return found


def iter_labels(store: Store, task: str) -> Iterator[tuple[str, str]]:
    """(record id, label) of each annotation of a task, the oldest first.

    Those of running imports and of rules are not among them.
    """
    annotations = schema.annotations
    running = select(imports.c.id).where(imports.c.state != "complete").scalar_subquery()
    query = (
        select(annotations.c.record, annotations.c.label)
        .where(
            annotations.c.task == task,
            ~BY_RULE,
            annotations.c.id.not_in(select(withdrawals.c.annotation)),
            or_(annotations.c["import"].is_(None), annotations.c["import"].not_in(running)),
        )
        .order_by(annotations.c.created_at, annotations.c.id)
    )
    with store.reading() as connection:
        for part in connection.execute(query).partitions(_FETCHED):
            yield from map(tuple, part)


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
