from __future__ import annotations

from collections.abc import Sequence

import pytest

from headway.records import Annotation, Import, Record, Split, new_id
from headway.store import Store
from headway.store import records as rows
from headway.store.tasks import add_task

ALWAYS = "9999"


@pytest.fixture
def task(store: Store) -> str:
    return add_task(store, "意图", "text-classification").name


def record(key: str, text: str, revision: int = 1, split: Split | None = None) -> Record:
    return Record(new_id(), key, revision, text, {"城市": "上海"}, split, None)


def labels(
    made: Sequence[Record], label: str, at: str = "2026", author: str = "import:a.csv"
) -> list[Annotation]:
    return [Annotation(new_id(), "意图", one.id, label, author, at) for one in made]


def add(store: Store, made: Sequence[Record], label: str = "退款", at: str = "2026") -> Import:
    started = rows.start_import(store, "a.csv", "CC-BY-4.0")
    rows.add_batch(store, started.id, made, labels(made, label, at))
    return started


def seen(store: Store, cut_off: str = ALWAYS) -> list[tuple[str, str]]:
    return [
        (record.text, annotation.label)
        for record, annotation in rows.labelled_records(store, "意图", cut_off)
    ]


def test_records_are_seen_when_their_import_is_complete(store: Store, task: str) -> None:
    started = add(store, [record("1", "我要退款", split=Split.TEST), record("2", "where is my card")])
    assert (seen(store), rows.count_records(store), rows.list_imports(store)) == ([], 0, [])
    done = Import(started.id, "a.csv", read=3, added=2, quarantined=1, labels=2, quarantine="q/a.jsonl")
    rows.finish_import(store, done)
    assert seen(store) == [("我要退款", "退款"), ("where is my card", "退款")]
    assert rows.count_records(store) == 2
    assert rows.list_imports(store) == [done]
    first, _ = next(rows.labelled_records(store, task, ALWAYS))
    assert (first.split, first.fields) == (Split.TEST, {"城市": "上海"})


def test_only_the_newest_revision_counts(store: Store, task: str) -> None:
    rows.finish_import(store, add(store, [record("1", "old")]))
    rows.finish_import(store, add(store, [record("1", "new", revision=2)], "物流"))
    assert seen(store) == [("new", "物流")]
    assert rows.count_records(store) == 1
    assert rows.newest_revisions(store, ["1", "2"])["1"].text == "new"


def test_labels_after_the_cut_off_do_not_count(store: Store, task: str) -> None:
    rows.finish_import(store, add(store, [record("1", "a")], at="2026-01-01"))
    rows.finish_import(store, add(store, [record("2", "b")], at="2026-02-01"))
    assert seen(store, "2026-01-15") == [("a", "退款")]


def test_a_dead_import_hides_and_changes_nothing(store: Store, task: str) -> None:
    kept = record("1", "old text")
    rows.finish_import(store, add(store, [kept]))
    dead = add(store, [record("1", "new text", revision=2), record("2", "other")])
    rows.add_batch(store, dead.id, [], labels([kept], "another label"))
    assert seen(store) == [("old text", "退款")]
    assert rows.count_records(store) == 1
    rows.finish_import(store, add(store, [record("3", "after")]))
    assert seen(store) == [("old text", "退款"), ("after", "退款")]
    assert rows.newest_revisions(store, ["1"])["1"].text == "old text"
    assert rows.newest_file_labels(store, task, [kept.id]) == {kept.id: "退款"}


def test_an_import_that_came_to_nothing_is_taken_back(store: Store, task: str) -> None:
    rows.drop_import(store, add(store, [record("1", "a")]).id)
    assert rows.newest_revisions(store, ["1"]) == {}
    assert rows.list_imports(store) == []


def test_the_last_label_of_a_file_is_found_and_those_of_people_are_not(store: Store, task: str) -> None:
    made = [record(str(number), f"text {number}") for number in range(1_200)]
    started = add(store, made, "a")
    rows.add_batch(store, started.id, [], labels(made[:1], "b", "2026-02"))
    rows.add_batch(store, started.id, [], labels(made[:1], "c", "2026-03", author="王芳"))
    found = rows.newest_file_labels(store, task, [one.id for one in made])
    assert len(found) == 1_200
    assert found[made[0].id] == "b"
    assert len(rows.newest_revisions(store, [one.key for one in made])) == 1_200
    assert rows.newest_revisions(store, []) == {}
    assert rows.newest_file_labels(store, task, []) == {}
