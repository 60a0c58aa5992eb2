from __future__ import annotations

from sqlalchemy import insert, update

from headway.cleaning.corpus import read_corpus
from headway.ids import new_id
from headway.records import CleaningPolicy
from headway.store import Store, schema
from headway.store.schema import imports
from headway.store.tasks import add_task
from tests.cleaning.texts import TASK, add_rows


def test_rows_texts_and_labels_are_read(store: Store) -> None:
    ids = add_rows(store, [("退款 ", "a"), ("退款", "A"), ("card", None), ("退款 ", "a")], split="test")
    corpus = read_corpus(store, TASK, CleaningPolicy(labels={"A": "a"}))
    assert corpus.ids == ids
    assert (corpus.raws, corpus.raw.tolist()) == (["退款 ", "退款", "card"], [0, 1, 2, 0])
    assert (corpus.table.texts, corpus.table.text.tolist()) == (["退款", "card"], [0, 0, 1, 0])
    assert (corpus.table.labels, corpus.table.label.tolist()) == (["a"], [0, 0, -1, 0])
    assert corpus.given_labels == {"a": 2, "A": 1}
    assert set(corpus.sources) == {"a.csv"}
    assert set(corpus.splits) == {"test"}


def test_the_newest_revision_and_the_newest_label_count(store: Store) -> None:
    (old,) = add_rows(store, [("old", "a")])
    (new,) = add_rows(store, [("new", "b")], revision=2)
    with store.writing() as connection:
        row = {"task": TASK, "author": "jo", "import": None}
        later = {"id": new_id(), "record": new, "label": "c", "created_at": "9999", **row}
        of_the_old = {"id": new_id(), "record": old, "label": "d", "created_at": "9999", **row}
        connection.execute(insert(schema.annotations), [later, of_the_old])
    corpus = read_corpus(store, TASK, CleaningPolicy())
    assert (corpus.raws, corpus.table.labels) == (["new"], ["c"])


def test_what_is_still_being_imported_is_not_seen(store: Store) -> None:
    add_rows(store, [("old", "a")])
    add_rows(store, [("new", "b")], revision=2)
    with store.writing() as connection:
        running = connection.execute(imports.select().order_by(imports.c.id)).all()[-1].id
        connection.execute(update(imports).where(imports.c.id == running).values(state="running"))
    corpus = read_corpus(store, TASK, CleaningPolicy())
    assert (corpus.raws, corpus.table.labels) == (["old"], ["a"])


def test_an_empty_project_gives_an_empty_corpus(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    corpus = read_corpus(store, TASK, CleaningPolicy())
    assert len(corpus) == len(corpus.raws) == len(corpus.table.texts) == 0
