"""Rows of tombstones: by the hash of its key a forgotten record is known, and not taken in again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    String,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)

from headway.errors import UsageError
from headway.records import DatasetVersion, Record
from headway.store import schema
from headway.store.schema import datasets, imports, records, tombstones
from headway.store.store import Store

_VARIABLES = 500


@dataclass(frozen=True)
class Selection:
    """Which records are meant; raises `UsageError` where not exactly one of the four is given."""

    #: the id the user gave it when it was imported
    id: str | None = None
    #: the project's own id of one of its revisions
    record: str | None = None
    #: a piece of its text or of one of its fields, exactly
    contains: str | None = None
    #: a column beside text and label, and the value it has to have
    where: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        given = [name for name in ("id", "record", "contains", "where") if getattr(self, name) is not None]
        if len(given) != 1:
            raise UsageError(
                f"What is to be forgotten is said in one way, not by {' and '.join(given) or 'none'}.",
                next_step="Give one of --id, --record, --contains and --where.",
            )
        if not (self.contains is None or self.contains.strip()) or not (self.where is None or self.where[0]):
            raise UsageError("What is to be forgotten is empty.", next_step="Name a text, or COLUMN=VALUE.")

    @property
    def way(self) -> str:
        """How it selects, without the value, which may be personal."""
        if self.where is not None:
            return f"where {self.where[0]}"
        return "contains" if self.contains is not None else "record" if self.record is not None else "id"

    def matches(self, record: Record) -> bool:
        """Whether one revision of a record is meant."""
        if self.contains is not None:
            return any(self.contains in value for value in (record.text, *record.fields.values()))
        if self.where is not None:
            return record.fields.get(self.where[0]) == self.where[1]
        if self.id is not None:
            return record.key == f"id:{self.id}"
        return record.id == self.record


def key_digest(key: str) -> str:
    """What a tombstone keeps of a record's key: the hexadecimal sha256 of its UTF-8."""
    return hashlib.sha256(key.encode()).hexdigest()


def forgotten_keys(store: Store) -> dict[str, str]:
    """Digest of each forgotten key → when it was forgotten."""
    with store.reading() as connection:
        rows = connection.execute(select(tombstones.c.key_digest, tombstones.c.forgotten_at))
        return {row.key_digest: row.forgotten_at for row in rows}


def find_records(store: Store, selection: Selection) -> list[Record]:
    """Every revision of each record of which one is meant, those of a running import among them."""
    with store.reading() as connection:
        candidates = connection.execute(select(records).where(_maybe(selection))).mappings()
        keys = list({row["key"] for row in candidates if selection.matches(_record(row))})
        found: list[Record] = []
        for some in _portions(keys):
            query = select(records).where(records.c.key.in_(some)).order_by(records.c.id)
            found += map(_record, connection.execute(query).mappings())
    return found


def count_annotations(store: Store, forgotten: Sequence[Record]) -> int:
    """How many labels some records have, over all tasks."""
    with store.reading() as connection:
        return sum(
            int(
                connection.execute(
                    select(func.count())
                    .select_from(schema.annotations)
                    .where(schema.annotations.c.record.in_(some))
                ).scalar_one()
            )
            for some in _portions([record.id for record in forgotten])
        )


def bury(
    store: Store,
    forgotten: Sequence[Record],
    rewritten: Sequence[tuple[DatasetVersion, str, int]],
    reason: str,
) -> str:
    """Delete records with what was said of them, leave tombstones, point versions at new blobs; gives when.

    `rewritten` is, for each version that held some of the records, its new blob and how many rows went. The
    notes of all imports go, too: they show pieces of the files, known rows among them; so does what jobs
    found out. All of it is one transaction, and what is deleted is overwritten in the database's pages.
    """
    now = store.now()
    digests = {key_digest(record.key) for record in forgotten}
    with store.writing() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        for some in _portions([record.id for record in forgotten]):
            _delete_annotations(connection, some)
            for table in (schema.answers, schema.leases, schema.items):
                connection.execute(delete(table).where(table.c.record.in_(some)))
            connection.execute(delete(records).where(records.c.id.in_(some)))
        _drop_notes(connection)
        # What a job found out may quote them.
        connection.execute(update(schema.jobs).values(result=None, error=None))
        known = set(connection.execute(select(tombstones.c.key_digest)).scalars())
        rows = [{"key_digest": digest, "forgotten_at": now, "reason": reason} for digest in digests - known]
        if rows:
            connection.execute(insert(tombstones), rows)
        for version, blob, gone in rewritten:
            connection.execute(
                update(datasets)
                .where(datasets.c.task == version.task, datasets.c.number == version.number)
                .values(blob=blob, forgotten=datasets.c.forgotten + gone)
            )
    return now


def _delete_annotations(connection: Connection, of_records: Sequence[str]) -> None:
    annotations, withdrawals = schema.annotations, schema.withdrawals
    mine = annotations.c.record.in_(of_records)
    theirs = withdrawals.c.annotation.in_(select(annotations.c.id).where(mine))
    connection.execute(delete(withdrawals).where(theirs))
    connection.execute(delete(annotations).where(mine))


def _drop_notes(connection: Connection) -> None:
    for import_id, counts in connection.execute(select(imports.c.id, imports.c.counts)).all():
        if counts.get("notes"):
            without = update(imports).where(imports.c.id == import_id).values(counts={**counts, "notes": []})
            connection.execute(without)


def _maybe(selection: Selection) -> ColumnElement[bool]:
    """What every record that is meant fulfils; whether it is meant, `Selection.matches` decides."""
    if selection.contains is not None:
        return or_(func.instr(records.c.text, selection.contains) > 0, _in_fields(selection.contains))
    if selection.where is not None:
        return _in_fields(selection.where[1])
    if selection.id is not None:
        return records.c.key == f"id:{selection.id}"
    return records.c.id == selection.record


def _in_fields(value: str) -> ColumnElement[bool]:
    """Fields are stored as JSON: a value stands in it escaped, its Chinese either way."""
    fields = type_coerce(records.c.fields, String)
    return or_(*(func.instr(fields, form) > 0 for form in escaped(value)))


def escaped(text: str) -> set[str]:
    """The forms a text has inside a JSON string."""
    return {json.dumps(text, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}


def _record(row: Any) -> Record:
    return Record(row["id"], row["key"], row["revision"], row["text"], row["fields"])


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _VARIABLES):
        yield values[start : start + _VARIABLES]
