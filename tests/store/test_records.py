from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence

import pytest

from headway.errors import UsageError
from headway.ids import new_id
from headway.records import Import, Record, Split
from headway.store import Store
from headway.store import records as rows
from headway.store.tasks import add_task

ALWAYS = "9999"


@pytest.fixture
def task(store: Store) -> str:
    return add_task(store, "意图", "text-classification").name


def record(key: str, text: str, revision: int = 1, split: Split | None = None) -> Record:
    return Record(new_id(), key, revision, text, {"城市": "上海"}, split, None)


def write(
    store: Store,
    so_far: Import,
    made: Sequence[Record],
    label: str = "退款",
    at: str = "2026",
    author: str = "import:a.csv",
    new: bool = True,
) -> None:
    """Writes records, if they are new, with a label each."""
    records: list[rows.RecordRow] = [
        (one.id, one.key, one.revision, one.text, json.dumps(one.fields), one.split, one.time, so_far.id)
        for one in made
    ]
    annotations: list[rows.AnnotationRow] = [
        (new_id(), "意图", one.id, label, author, at, so_far.id) for one in made
    ]
    rows.add_batch(store, so_far, records if new else [], annotations)


def add(store: Store, made: Sequence[Record], label: str = "退款", at: str = "2026") -> Import:
    started = rows.start_import(store, "a.csv", "CC-BY-4.0")
    write(store, started, made, label, at)
    return started


def seen(store: Store, cut_off: str = ALWAYS) -> list[tuple[str, str]]:
    return [
        (record.text, annotation.label)
        for record, annotation in rows.labelled_records(store, "意图", cut_off)
    ]


def test_records_are_seen_when_their_import_is_complete(store: Store, task: str) -> None:
    started = add(store, [record("1", "我要退款", split=Split.TEST), record("2", "where is my card")])
    assert (seen(store), rows.count_records(store), rows.list_imports(store)) == ([], 0, [])
    counts = {"read": 3, "added": 2, "quarantined": 1, "labels": 2}
    done = dataclasses.replace(started, **counts, quarantine="q/a", notes=("utf-8",))  # type: ignore[arg-type]
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
    rows.finish_import(store, add(store, [record("1", "a")], at=store.now()))
    between = store.now()
    rows.finish_import(store, add(store, [record("2", "b")], at=store.now()))
    assert seen(store, between) == [("a", "退款")]


def test_labels_that_a_file_dates_back_do_not_change_what_was_known_before_it(
    store: Store, task: str
) -> None:
    rows.finish_import(store, add(store, [record("1", "a")], at=store.now()))
    before = store.now()
    rows.finish_import(store, add(store, [record("2", "b")], at="2020-01-01"))
    assert seen(store, before) == [("a", "退款")]
    assert seen(store) == [("b", "退款"), ("a", "退款")]


def test_a_dead_import_hides_and_changes_nothing(store: Store, task: str) -> None:
    kept = record("1", "old text")
    rows.finish_import(store, add(store, [kept]))
    dead = add(store, [record("1", "new text", revision=2), record("2", "other")])
    write(store, dead, [kept], "another label", new=False)
    assert seen(store) == [("old text", "退款")]
    assert rows.count_records(store) == 1
    rows.finish_import(store, add(store, [record("3", "after")]))
    assert seen(store) == [("old text", "退款"), ("after", "退款")]
    assert rows.newest_revisions(store, ["1"])["1"].text == "old text"
    assert [one.label for one in rows.file_labels(store, task, [kept.id])[kept.id]] == ["退款"]


def test_an_import_that_came_to_nothing_is_taken_back(store: Store, task: str) -> None:
    rows.drop_import(store, add(store, [record("1", "a")]).id)
    assert rows.newest_revisions(store, ["1"]) == {}
    assert rows.list_imports(store) == []


def test_the_labels_of_files_are_found_and_those_of_people_are_not(store: Store, task: str) -> None:
    made = [record(str(number), f"text {number}") for number in range(1_200)]
    started = add(store, made, "a")
    write(store, started, made[:1], "b", "2026-02", new=False)
    write(store, started, made[:1], "c", "2026-03", author="王芳", new=False)
    write(store, started, made[1:2], "d", "2025", author="import:a.csv/李雷", new=False)
    found = rows.file_labels(store, task, [one.id for one in made])
    assert len(found) == 1_200
    assert [one.label for one in found[made[0].id]] == ["a", "b"]
    assert found[made[1].id] == [("d", "import:a.csv/李雷", "2025"), ("a", "import:a.csv", "2026")]
    assert len(rows.newest_revisions(store, [one.key for one in made])) == 1_200
    assert rows.newest_revisions(store, []) == {}
    assert rows.file_labels(store, task, []) == {}


def test_an_interrupted_import_is_taken_up_by_its_digest(store: Store, task: str) -> None:
    first = rows.start_import(store, "a.csv", None, "digest a")
    write(store, dataclasses.replace(first, read=2, added=1, quarantined=1, labels=1), [record("1", "a")])
    again = rows.start_import(store, "a.csv", None, "digest a")
    assert (again.id, again.read, again.added, again.quarantined, again.labels) == (first.id, 2, 1, 1, 1)
    rows.finish_import(store, again)
    assert seen(store) == [("a", "退款")]
    assert rows.start_import(store, "a.csv", None, "digest a").id != first.id


def test_another_import_removes_what_was_interrupted_and_nothing_else(store: Store, task: str) -> None:
    rows.finish_import(store, rows.start_import(store, "done.csv", None, "digest b"))
    dead = rows.start_import(store, "a.csv", None, "digest a")
    write(store, dead, [record("1", "a")])
    other = rows.start_import(store, "b.csv", None, "digest b")
    assert rows.newest_revisions(store, ["1"]) == {}
    assert [one.source for one in rows.list_imports(store)] == ["done.csv"]
    assert not rows.has_records(store, besides=other.id)
    write(store, other, [record("2", "b")])
    assert not rows.has_records(store, besides=other.id)
    assert rows.has_records(store, besides="another")


def test_texts_are_read_as_plain_tuples_the_oldest_first(store: Store, task: str) -> None:
    first, second = record("1", "我要退款", split=Split.TEST), record("2", "where is my card")
    rows.finish_import(store, add(store, [first, second]))
    assert list(rows.iter_texts(store)) == [
        (first.id, "我要退款", "test", "a.csv"),
        (second.id, "where is my card", None, "a.csv"),
    ]
    assert list(rows.iter_labels(store, task)) == [(first.id, "退款"), (second.id, "退款")]
    assert list(rows.iter_labels(store, "other")) == []


def test_of_texts_and_labels_the_newest_revision_of_complete_imports_is_read(store: Store, task: str) -> None:
    rows.finish_import(store, add(store, [record(str(n), f"old {n}") for n in range(1_200)]))
    rows.finish_import(store, add(store, [record(str(n), f"new {n}", revision=2) for n in range(1_000)]))
    newest = record("7", "newest 7", revision=3)
    rows.finish_import(store, add(store, [newest]))
    running = add(store, [record("8", "running 8", revision=3), record("x", "running x")], "物流")
    texts = {text for _, text, _, _ in rows.iter_texts(store)}
    assert len(texts) == 1_200
    assert {"newest 7", "new 8", "old 1100"} <= texts
    assert not {"new 7", "old 8", "running 8", "running x"} & texts
    assert len(list(rows.iter_labels(store, task))) == 2_201
    rows.finish_import(store, running)
    assert {"running 8", "running x"} <= {text for _, text, _, _ in rows.iter_texts(store)}


def test_an_import_is_found_by_its_id_when_it_is_complete(store: Store, task: str) -> None:
    started = add(store, [record("1", "我要退款")])
    with pytest.raises(UsageError, match=started.id):
        rows.get_import(store, started.id)
    rows.finish_import(store, started)
    found = rows.get_import(store, started.id)
    assert (found.source, found.started_at) == ("a.csv", started.started_at)
    assert started.started_at
    assert rows.list_imports(store) == [found]
