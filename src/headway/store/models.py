"""Rows of model versions and of the history of their aliases."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import Connection, func, insert, select

from headway.records import AliasEvent, ModelVersion
from headway.store.schema import alias_events, models
from headway.store.store import Store


def add_version(store: Store, version: ModelVersion, *, alias: str | None = None) -> ModelVersion:
    """Register a version under the next number of its name.

    With `alias`, the alias is given to it in the same transaction if no version holds it yet.
    """
    with store.writing() as connection:
        query = select(func.coalesce(func.max(models.c.version), 0)).where(models.c.name == version.name)
        numbered = dataclasses.replace(version, version=int(connection.execute(query).scalar_one()) + 1)
        values = dataclasses.asdict(numbered)
        del values["aliases"]
        connection.execute(insert(models).values(**values))
        if alias and alias not in _pointers(connection, version.name):
            _add_event(connection, AliasEvent(version.name, alias, numbered.version, store.now(), "register"))
    return get_version(store, numbered.name, numbered.version)


def list_versions(store: Store, name: str | None = None) -> list[ModelVersion]:
    """All versions, or those of one name, the oldest first."""
    query = select(models).order_by(models.c.created_at, models.c.name, models.c.version)
    if name is not None:
        query = query.where(models.c.name == name)
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
        pointers = {name: _pointers(connection, name) for name in {row["name"] for row in rows}}
    return [
        ModelVersion(
            **row,
            aliases=tuple(
                alias for alias, number in pointers[row["name"]].items() if number == row["version"]
            ),
        )
        for row in rows
    ]


def get_version(store: Store, name: str, number: int) -> ModelVersion:
    """One version; the caller knows that it exists."""
    return next(version for version in list_versions(store, name) if version.version == number)


def add_alias_event(store: Store, event: AliasEvent) -> None:
    """Point an alias elsewhere; one transaction, so a reader sees the old version or the new one."""
    with store.writing() as connection:
        _add_event(connection, event)


def alias_history(store: Store, name: str) -> list[AliasEvent]:
    """Every change of a model's aliases, the oldest first."""
    query = select(alias_events).where(alias_events.c.model == name).order_by(alias_events.c.number)
    with store.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [AliasEvent(**{key: value for key, value in row.items() if key != "number"}) for row in rows]


def _pointers(connection: Connection, name: str) -> dict[str, int]:
    query = select(alias_events).where(alias_events.c.model == name).order_by(alias_events.c.number)
    return {row["alias"]: row["version"] for row in connection.execute(query).mappings()}


def _add_event(connection: Connection, event: AliasEvent) -> None:
    values: dict[str, Any] = dataclasses.asdict(event)
    connection.execute(insert(alias_events).values(**values))
