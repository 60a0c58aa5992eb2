"""Rows put into a project's tables past the importer, for tests that need no file."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from headway.ids import new_id
from headway.records import Record
from headway.store import Store, schema


def insert_import(store: Store, **values: Any) -> str:
    """A complete import of nothing; gives its id."""
    row = {"id": new_id(), "source": "表.csv", "state": "complete", "started_at": store.now(), "counts": {}}
    with store.writing() as connection:
        connection.execute(insert(schema.imports).values(**row | values))
    return str((row | values)["id"])


def insert_records(
    store: Store, records: Sequence[Record], *, import_id: str | None = None, task: str | None = None
) -> str:
    """Records of an import, each with a label where a task is named; gives the import's id."""
    brought_by = import_id or insert_import(store)
    labels = [
        {
            "task": task,
            "record": one.id,
            "label": "退款",
            "author": "import:表.csv",
            "created_at": store.now(),
        }
        for one in records
    ]
    with store.writing() as connection:
        rows = [{**dataclasses.asdict(one), "import": brought_by} for one in records]
        connection.execute(insert(schema.records), rows)
        if task:
            values = [{**label, "id": new_id(), "import": brought_by} for label in labels]
            connection.execute(insert(schema.annotations), values)
    return brought_by
