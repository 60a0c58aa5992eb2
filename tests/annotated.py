"""Texts that several people have labelled, put into a store without a file."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select

from headway.ids import new_id
from headway.records import Record
from headway.store import Store, schema
from headway.store.tasks import add_task
from tests.store.rows import insert_records

TASK = "intents"


def import_texts(store: Store, texts: Sequence[str]) -> list[str]:
    """Texts without a label, as one import of a task; gives the ids of their records."""
    add_task(store, TASK, "text-classification")
    records = [Record(id=new_id(), key=text, revision=1, text=text) for text in texts]
    insert_records(store, records)
    return [record.id for record in records]


def annotate(store: Store, text: str, said: Sequence[tuple[str, str]]) -> None:
    """What people, one after the other, say of a text: (author, label)."""
    with store.writing() as connection:
        query = select(schema.records.c.id).where(schema.records.c.text == text)
        record = connection.execute(query).scalar_one()
        for author, label in said:
            values = {"task": TASK, "record": record, "label": label, "author": author}
            connection.execute(
                insert(schema.annotations).values(
                    id=new_id(), created_at=store.now(), **values, **{"import": None}
                )
            )
