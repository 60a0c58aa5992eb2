"""Rows of the labels a task allows, and of how to label by them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from headway.records import Guideline, Label
from headway.store import schema
from headway.store.schema import guidelines, labels
from headway.store.store import Store

_LABEL = tuple(labels.c[field.name] for field in dataclasses.fields(Label))
_GUIDELINE = tuple(guidelines.c[field.name] for field in dataclasses.fields(Guideline))
# Built once: each answer asks for them.
_LABELS = select(*_LABEL).where(labels.c.task == bindparam("of_task")).order_by(labels.c.position)
_NEWEST = (
    select(*_GUIDELINE)
    .where(guidelines.c.task == bindparam("of_task"))
    .order_by(guidelines.c.version.desc())
    .limit(1)
)


def list_labels(connection: Connection, task: str) -> list[Label]:
    """All labels of a task in their order, retired ones too."""
    return [Label(**row) for row in connection.execute(_LABELS, {"of_task": task}).mappings()]


def names_in_use(connection: Connection, task: str) -> list[str]:
    """The labels that annotators can give, in their order."""
    return [label.name for label in list_labels(connection, task) if label.retired_at is None]


def used_labels(connection: Connection, task: str) -> list[str]:
    """The labels that annotations of a task have, the most frequent first."""
    annotations = schema.annotations
    query = (
        select(annotations.c.label)
        .where(annotations.c.task == task)
        .group_by(annotations.c.label)
        .order_by(func.count().desc(), annotations.c.label)
    )
    return list(connection.execute(query).scalars())


def count_labels(store: Store, task: str) -> dict[str, int]:
    """Label → how often it was given in a task and not taken back, the most frequent first.

    Those of imports that are not complete do not count.
    """
    annotations, imports = schema.annotations, schema.imports
    running = select(imports.c.id).where(imports.c.state != "complete").scalar_subquery()
    label_import = annotations.c["import"]
    query = (
        select(annotations.c.label, func.count().label("n"))
        .where(
            annotations.c.task == task,
            annotations.c.id.not_in(select(schema.withdrawals.c.annotation)),
            or_(label_import.is_(None), label_import.not_in(running)),
        )
        .group_by(annotations.c.label)
        .order_by(func.count().desc(), annotations.c.label)
    )
    with store.reading() as connection:
        return {row.label: row.n for row in connection.execute(query)}


def set_labels(store: Store, task: str, names: Sequence[str]) -> list[Label]:
    """Make these the labels of a task, in this order; others it has are retired, and kept."""
    with store.writing() as connection:
        known = {label.name: label for label in list_labels(connection, task)}
        new = [name for name in names if name not in known]
        if new:
            rows = [{"task": task, "name": name, "position": 0} for name in new]
            connection.execute(insert(labels), rows)
        gone = [name for name in known if name not in names]
        for position, name in enumerate([*names, *gone]):
            one = labels.c.task == task, labels.c.name == name
            at = (known[name].retired_at or store.now()) if name in gone else None
            connection.execute(update(labels).where(*one).values(position=position, retired_at=at))
        return list_labels(connection, task)


def newest_guideline(connection: Connection, task: str) -> Guideline | None:
    """The guidelines in force; None where there never were any."""
    row = connection.execute(_NEWEST, {"of_task": task}).mappings().first()
    return Guideline(**row) if row else None


def add_guideline(store: Store, task: str, text: str, author: str) -> Guideline:
    """Keep a new version; where the text is that of the newest, that one is given."""
    with store.writing() as connection:
        newest = newest_guideline(connection, task)
        if newest is not None and newest.text == text:
            return newest
        version = newest.version + 1 if newest else 1
        added = Guideline(task, version, text, author, store.now())
        connection.execute(insert(guidelines).values(**dataclasses.asdict(added)))
    return added
