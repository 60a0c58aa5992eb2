from __future__ import annotations

from sqlalchemy import select, update

from headway.store import Store, schema
from headway.store.labels import (
    add_guideline,
    count_labels,
    list_labels,
    newest_guideline,
    set_labels,
    used_labels,
)
from headway.store.records import start_import, withdraw_annotation
from headway.store.tasks import add_task
from tests.annotated import TASK, annotate, import_texts


def test_the_order_of_labels_is_kept_and_tasks_do_not_share_them(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    add_task(store, "other", "text-classification")
    set_labels(store, TASK, ["b", "甲", "a"])
    set_labels(store, "other", ["x", "y"])
    with store.reading() as connection:
        found = list_labels(connection, TASK)
    assert [(label.name, label.position) for label in found] == [("b", 0), ("甲", 1), ("a", 2)]


def test_used_labels_are_counted(store: Store) -> None:
    import_texts(store, ["一", "two"])
    annotate(store, "一", [("Ann", "甲"), ("Bob", "a")])
    annotate(store, "two", [("Ann", "甲")])
    with store.reading() as connection:
        assert used_labels(connection, TASK) == ["甲", "a"]


def test_labels_that_were_taken_back_or_are_of_a_running_import_do_not_count(store: Store) -> None:
    import_texts(store, ["一", "two"])
    annotate(store, "一", [("Ann", "a"), ("Bob", "甲")])
    annotate(store, "two", [("Ann", "甲"), ("Bob", "b")])
    assert list(count_labels(store, TASK).items()) == [("甲", 2), ("a", 1), ("b", 1)]
    given, running = schema.annotations, start_import(store, "a.csv", None).id
    with store.writing() as connection:
        of_b = select(given.c.id).where(given.c.label == "b")
        withdraw_annotation(connection, connection.execute(of_b).scalar_one(), store.now())
        connection.execute(update(given).where(given.c.label == "a").values({"import": running}))
    assert count_labels(store, TASK) == {"甲": 2}
    assert count_labels(store, "other") == {}


def test_guidelines_have_versions_of_their_task(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    add_task(store, "other", "text-classification")
    add_guideline(store, TASK, "one", "Ann")
    add_guideline(store, TASK, "二", "Ann")
    with store.reading() as connection:
        newest = newest_guideline(connection, TASK)
        assert newest is not None
        assert (newest.version, newest.text) == (2, "二")
        assert newest_guideline(connection, "other") is None
