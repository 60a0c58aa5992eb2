from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.annotation.dump import dump, load
from headway.annotation.filling import fill_queue
from headway.annotation.labels import set_guideline, set_labels
from headway.care.forget import forget
from headway.datasets.labelled import given_by_people
from headway.errors import DataError, NewerProjectError
from headway.store import Store
from headway.store.answers import all_answers
from headway.store.queue import count_items
from headway.store.tasks import add_task
from headway.store.tombstones import Selection
from tests.annotated import TASK, annotate, import_texts
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import LABELS, Desk


def busy(desk: Desk) -> Desk:
    """Somebody labelled, changed, took back, skipped, and came too late."""
    ann, bo = desk.person("Ann"), desk.person("波")
    set_guideline(desk.store, TASK, "第一版", "Ann")
    desk.say(ann, desk.records[0], "退款", comment="好", shown={"suggestions": []})
    set_guideline(desk.store, TASK, "second", "Ann")
    desk.say(ann, desk.records[0], "other", seen=1, flagged=True)
    desk.say(bo, desk.records[1], "delivery", seconds=2.5)
    desk.say(bo, desk.records[1], None, action="withdraw", seen=1)
    desk.say(ann, desk.records[2], None)
    desk.say(bo, desk.records[0], "other")
    annotate(desk.store, "three", [("import:gold.csv", "退款")])
    fill_queue(desk.store, TASK, gold_from="import:gold.csv")
    set_labels(desk.store, TASK, LABELS[:2])
    return desk


def write(path: Path, lines: list[Any]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def other_project(folder: Path) -> Store:
    store = Store.create(folder)
    add_task(store, TASK, "text-classification")
    return store


def test_another_project_exports_the_same(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = busy(make_desk("一", "two", "three"))
    before = list(dump(desk.store, TASK))
    file = write(tmp_path / "labels.jsonl", before)
    store = other_project(tmp_path / "other")
    found = load(store, TASK, file)
    assert found["added"] == {
        "label": 3, "guideline": 2, "record": 3, "annotation": 4, "withdrawal": 2, "item": 3, "answer": 6,
    }  # fmt: skip
    assert sorted(found["users"]) == ["Ann", "波"]
    assert list(dump(store, TASK)) == before
    assert given_by_people(store, TASK, "9999") == given_by_people(desk.store, TASK, "9999")
    # A second time nothing is new.
    assert set(load(store, TASK, file)["added"].values()) == {0}
    assert list(dump(store, TASK)) == before
    store.close()


def test_texts_that_are_there_under_other_ids_are_found(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = busy(make_desk("一", "two", "three"))
    file = write(tmp_path / "labels.jsonl", list(dump(desk.store, TASK)))
    store = Store.create(tmp_path / "other")
    import_texts(store, ["three", "two", "一"])
    assert load(store, TASK, file)["added"]["record"] == 0
    given, texts = given_by_people(store, TASK, "9999")
    assert {texts[record]: said for record, said in given.items()}["一"] == {"Ann": "other"}
    with store.reading() as connection:
        assert count_items(connection, TASK)["gold"] == 1
    store.close()


def test_what_was_forgotten_does_not_come_back(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = busy(make_desk("一", "two", "three"))
    file = write(tmp_path / "labels.jsonl", list(dump(desk.store, TASK)))
    store = desk.store
    forget(store, Selection(contains="一"))
    found = load(store, TASK, file)
    assert found["forgotten"] == 1
    assert set(found["added"].values()) == {0}
    assert "一" not in {line.get("text") for line in dump(store, TASK)}


def test_of_two_projects_what_somebody_said_here_stands(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = busy(make_desk("一", "two", "three", "四"))
    file = write(tmp_path / "labels.jsonl", list(dump(desk.store, TASK)))
    store = Store.create(tmp_path / "other")
    here = Desk(store, ["一", "two", "three", "四"])
    ann = here.person("ＡＮＮ")
    here.say(ann, here.records[0], "delivery", key="key-of-this-project")
    before = given_by_people(store, TASK, "9999")[0][here.records[0]]
    for _ in range(2):
        found = load(store, TASK, file)
        assert found["left_out"] == 2
        given, texts = given_by_people(store, TASK, "9999")
        said = {texts[record]: labels for record, labels in given.items()}
        assert said["一"] == before == {"ＡＮＮ": "delivery"}
        with store.reading() as connection:
            current = [(one.record, one.user) for one in all_answers(connection, TASK) if one.current]
        assert len(set(current)) == len(current) == 3
    here.writer.close()
    store.close()


def test_answers_of_others_to_a_text_that_is_queued_here_count(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk("一", "two")
    desk.say(desk.person("波"), desk.records[0], "退款")
    file = write(tmp_path / "labels.jsonl", list(dump(desk.store, TASK)))
    store = Store.create(tmp_path / "other")
    here = Desk(store, ["一", "two"])
    assert load(store, TASK, file)["left_out"] == 0
    assert here.texts(here.person("Ann")) == ["two"]
    here.writer.close()
    store.close()


def test_labels_of_another_task_of_the_project_are_refused(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = busy(make_desk("一", "two", "three"))
    file = write(tmp_path / "labels.jsonl", list(dump(desk.store, TASK)))
    add_task(desk.store, "主题", "text-classification")
    with pytest.raises(DataError, match=f"the task '{TASK}' of this project, not of '主题'"):
        load(desk.store, "主题", file)
    assert [line for line in dump(desk.store, "主题") if "kind" in line] == []


GOOD_RECORD = {
    "kind": "record", "id": "r1", "key": "id:1", "revision": 1, "text": "一", "fields": {}, "split": None,
    "time": None,
}  # fmt: skip
HEAD = {"format": "headway-annotations", "version": 1, "task": TASK}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not an object", "no row of a kind"),
        ({"kind": "user", "name": "admin"}, "no row of a kind"),
        ({"kind": "label", "name": "a"}, "position, retired_at"),
        ({"kind": "label", "name": "a", "position": "0", "retired_at": None}, "its position is '0', not int"),
        ({"kind": "label", "name": None, "position": 0, "retired_at": None}, "its name is null"),
        ({"kind": "label", "name": "a\0", "position": 0, "retired_at": None}, "holds what no text can"),
        ({"kind": "label", "name": "\ud800", "position": 0, "retired_at": None}, "holds what no text can"),
        ({**GOOD_RECORD, "id": "r2", "fields": {"a": 1}}, "fields are not all texts"),
        ({**GOOD_RECORD, "id": "r2", "split": "everything"}, "its split is 'everything'"),
        ({"kind": "withdrawal", "annotation": "nothing", "at": "2026"}, "does not stand before it"),
        ({**GOOD_RECORD, "text": "two"}, "the same record: r1"),
    ],
)
def test_all_bad_lines_are_named_and_nothing_is_read(
    store: Store, tmp_path: Path, line: Any, reason: str
) -> None:
    add_task(store, TASK, "text-classification")
    file = tmp_path / "labels.jsonl"
    lines = [HEAD, GOOD_RECORD, line, "also bad"]
    file.write_text("".join(json.dumps(one) + "\n" for one in lines) + "{no json\n", "utf-8")
    with pytest.raises(DataError) as refused:
        load(store, TASK, file)
    for part in ("line 3", reason, "line 4", "line 5"):
        assert part in str(refused.value)
    assert [line for line in dump(store, TASK) if "kind" in line] == []


def test_a_key_that_comes_twice_is_named_with_its_line(make_desk: MakeDesk, tmp_path: Path) -> None:
    desk = make_desk("一", "two")
    ann = desk.person("Ann")
    for record in desk.records:
        desk.say(ann, record, "退款")
    lines = list(dump(desk.store, TASK))
    first, second = [place for place, line in enumerate(lines) if line.get("kind") == "answer"]
    lines[second] = {**lines[second], "key": lines[first]["key"], "user": "ANN"}
    file = write(tmp_path / "标注.jsonl", lines)
    store = other_project(tmp_path / "other")
    with pytest.raises(DataError) as refused:
        load(store, TASK, file)
    for part in ("标注.jsonl", f"line {second + 1}: ", f"the same answer: ann, {lines[first]['key']}"):
        assert part in str(refused.value)
    assert [line for line in dump(store, TASK) if "kind" in line] == []
    store.close()


@pytest.mark.parametrize("content", ["", "{}", "text,label\na,b\n", "[" * 100_000, '{"format": "else"}'])
def test_a_file_of_another_kind_is_refused(store: Store, tmp_path: Path, content: str) -> None:
    add_task(store, TASK, "text-classification")
    file = tmp_path / "labels.jsonl"
    file.write_text(content, "utf-8")
    with pytest.raises(DataError, match="headway annotate export"):
        load(store, TASK, file)


def test_a_later_version_is_refused(store: Store, tmp_path: Path) -> None:
    add_task(store, TASK, "text-classification")
    with pytest.raises(NewerProjectError, match="version 2"):
        load(store, TASK, write(tmp_path / "labels.jsonl", [{**HEAD, "version": 2}]))


text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


answers = st.lists(st.tuples(st.sampled_from(["Ann", "李", "import:a"]), text), max_size=3)


@settings(max_examples=15)
@given(said=st.dictionaries(text, answers, min_size=1, max_size=5))
def test_any_labels_survive_the_way_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, said: dict[str, list[tuple[str, str]]]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    store = Store.create(folder / "one")
    import_texts(store, list(said))
    for one, labels in said.items():
        annotate(store, one, labels)
    lines = list(dump(store, TASK))
    file = write(folder / "labels.jsonl", lines)
    other = other_project(folder / "two")
    load(other, TASK, file)
    assert list(dump(other, TASK)) == lines
    store.close()
    other.close()
