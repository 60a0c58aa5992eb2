"""Everything that belongs to the labels of a task, row by row: read out of one project, put into another.

A row goes by the name of its kind. Users go by their names and texts by their keys and revisions, so that
rows find their place in a project in which both have other ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from headway.errors import DataError
from headway.ids import new_id
from headway.records import User
from headway.store import schema
from headway.store.queue import count_again
from headway.store.schema import (
    answers,
    guidelines,
    imports,
    items,
    labels,
    records,
    tombstones,
    users,
    withdrawals,
)
from headway.store.tombstones import key_digest
from headway.store.users import folded

_FETCHED = 1_000

#: kind of row → its table, in an order in which each row finds those that decide about it
KINDS: dict[str, Table] = {
    "label": labels,
    "guideline": guidelines,
    "record": records,
    "item": items,
    "answer": answers,
    "annotation": schema.annotations,
    "withdrawal": withdrawals,
}
_USER_COLUMNS = {"item": "assigned_to", "answer": "user"}

Row = Mapping[str, Any]


def columns_of(kind: str) -> list[str]:
    """The columns of a kind of row, those left out that only mean something in their own project."""
    return [column.name for column in KINDS[kind].columns if column.name not in ("task", "import")]


def read_rows(connection: Connection, task: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row of a task with its kind, in the order of `KINDS`."""
    names = dict(map(tuple, connection.execute(select(users.c.id, users.c.name))))
    given = schema.annotations
    of_task = select(given.c.record).where(given.c.task == task)
    of_queue = select(items.c.record).where(items.c.task == task)
    for kind, table in KINDS.items():
        query = select(*(table.c[name] for name in columns_of(kind)))
        if kind == "record":
            query = query.where(records.c.id.in_(of_task.union(of_queue)))
        elif kind == "withdrawal":
            mine = select(given.c.id).where(given.c.task == task)
            query = query.where(withdrawals.c.annotation.in_(mine))
        else:
            query = query.where(table.c.task == task)
        for row in connection.execute(query.order_by(*table.primary_key.columns)).mappings():
            values = dict(row)
            if (column := _USER_COLUMNS.get(kind)) is not None:
                values[column] = names.get(values[column])
            yield kind, values


@dataclass
class Added:
    """How many rows of each kind were new."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    #: users that were not there, and got no password
    users: list[str] = field(default_factory=list)
    #: texts that were forgotten here, and are left out with all that was said of them
    forgotten: int = 0
    #: answers to texts that the same users have answered here, left out with their labels
    left_out: int = 0


def write_rows(
    connection: Connection, task: str, rows: Iterable[tuple[str, Row]], source: str, now: str
) -> Added:
    """Put rows into a task; what is there already stays as it is.

    Rows come in the order of `KINDS`. Users of unknown names are added as annotators without a password.
    Raises `DataError` where the labels are another task's of this project.
    """
    writer = _Writer(connection, task, source, now)
    for kind, row in rows:
        writer.write(kind, row)
    for record in writer.changed:
        count_again(connection, task, record)
    return writer.added


class _Writer:
    def __init__(self, connection: Connection, task: str, source: str, now: str) -> None:
        self._connection = connection
        self._task, self._source, self._now = task, source, now
        #: id in the file → id here; None for what was forgotten
        self._records: dict[str, str | None] = {}
        self._annotations: set[str] = set()
        #: annotations of answers that are left out
        self._left_out: set[str | None] = set()
        #: record and user → keys of the answers that were here before
        self._before: dict[tuple[str, str], set[str]] = {}
        #: records of which an item or an answer is new
        self.changed: set[str] = set()
        self._users: dict[str, str] = {}
        self._import: str | None = None
        self.added = Added()

    def write(self, kind: str, row: Row) -> None:
        values = dict(row)
        if kind == "record":
            self._write_record(values)
            return
        if "record" in values:
            values["record"] = self._records[values["record"]]
            if values["record"] is None:
                return
        column = _USER_COLUMNS.get(kind)
        if column is not None and values[column] is not None:
            values[column] = self._user(values[column])
        if self._is_left_out(kind, values):
            return
        if kind != "withdrawal":
            values["task"] = self._task
        if kind == "annotation":
            self._check_task(values["id"])
        self._insert(kind, values)
        if kind == "annotation":
            self._annotations.add(values["id"])

    def _is_left_out(self, kind: str, values: Row) -> bool:
        """Whether a row belongs to an answer of somebody who has answered the same text here."""
        if kind == "answer":
            before = self._keys_before(values["record"], values["user"])
            if before:
                self._left_out.add(values["annotation"])
                self.added.left_out += values["key"] not in before
            return bool(before)
        if kind == "annotation":
            return values["id"] in self._left_out
        return kind == "withdrawal" and values["annotation"] not in self._annotations

    def _keys_before(self, record: str, user: str) -> set[str]:
        if (record, user) not in self._before:
            mine = answers.c.task == self._task, answers.c.record == record, answers.c.user == user
            keys = self._connection.execute(select(answers.c.key).where(*mine)).scalars()
            self._before[record, user] = set(keys)
        return self._before[record, user]

    def _write_record(self, values: dict[str, Any]) -> None:
        buried = tombstones.c.key_digest == key_digest(values["key"])
        if self._connection.execute(select(tombstones.c.key_digest).where(buried)).first():
            self._records[values["id"]] = None
            self.added.forgotten += 1
            return
        same = records.c.key == values["key"], records.c.revision == values["revision"]
        there = self._connection.execute(select(records.c.id).where(*same)).scalar()
        self._records[values["id"]] = there or values["id"]
        if there is None:
            values["import"] = self._import_id()
            self._insert("record", values)

    def _insert(self, kind: str, values: dict[str, Any]) -> None:
        table = KINDS[kind]
        one = [column == values[column.name] for column in table.primary_key.columns]
        if self._connection.execute(select(*table.primary_key.columns).where(*one)).first() is None:
            self._connection.execute(insert(table).values(**values))
            self.added.counts[kind] += 1
            if kind in ("item", "answer"):
                self.changed.add(values["record"])

    def _check_task(self, annotation: str) -> None:
        given = schema.annotations.c
        query = select(given.task).where(given.id == annotation, given.task != self._task)
        task = self._connection.execute(query).scalar()
        if task is not None:
            raise DataError(
                f"{self._source} holds labels of the task {task!r} of this project, not of {self._task!r}.",
                next_step=f"Give `--task {task}`. Into another task `headway import` reads labels from csv.",
            )

    def _user(self, name: str) -> str:
        if name not in self._users:
            query = select(users.c.id).where(users.c.folded == folded(name))
            there = self._connection.execute(query).scalar()
            if there is None:
                new = User(id=new_id(), name=name, role="annotator", created_at=self._now)
                self._connection.execute(insert(users).values(**vars(new), folded=folded(name)))
                self.added.users.append(name)
            self._users[name] = there or new.id
        return self._users[name]

    def _import_id(self) -> str:
        if self._import is None:
            self._import = new_id()
            values = {"id": self._import, "source": self._source, "state": "complete"}
            self._connection.execute(
                insert(imports).values(**values, started_at=self._now, counts={"read": 0})
            )
        return self._import
