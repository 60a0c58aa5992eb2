from __future__ import annotations

import pytest

from headway.annotation.filling import fill_queue, overlap_of
from headway.errors import DataError
from headway.ids import new_id
from headway.records import Record
from headway.store import Store
from tests.annotated import TASK, annotate, import_texts
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import Desk
from tests.store.rows import insert_import, insert_records


def test_texts_without_a_label_come_in_once(store: Store) -> None:
    import_texts(store, ["一", "two", "三"])
    annotate(store, "two", [("import:a.csv", "other")])
    assert overlap_of(store, TASK) == 1
    assert fill_queue(store, TASK, overlap=2) == {
        "added": 2, "items": 2, "gold": 0, "done": 0, "labels_left": 4,
    }  # fmt: skip
    assert fill_queue(store, TASK)["added"] == 0
    assert overlap_of(store, TASK) == 2
    assert fill_queue(store, TASK, labelled=True)["added"] == 1


def test_only_the_newest_revision_of_a_complete_import_is_labelled(store: Store) -> None:
    (old,) = import_texts(store, ["旧"])
    insert_records(store, [Record(id=new_id(), key="旧", revision=2, text="新")])
    running = insert_import(store, state="running")
    insert_records(store, [Record(id=new_id(), key="x", revision=1, text="half")], import_id=running)
    newer = Record(id=new_id(), key="旧", revision=3, text="not yet")
    insert_records(store, [newer], import_id=running)
    assert fill_queue(store, TASK)["added"] == 1
    with store.reading() as connection:
        (text,) = connection.exec_driver_sql(
            "SELECT text FROM items JOIN records ON records.id = items.record"
        ).scalars()
    assert (text, bool(old)) == ("新", True)


def test_fewer_people_close_what_is_done_and_more_open_it_again(make_desk: MakeDesk) -> None:
    desk: Desk = make_desk("一", overlap=2)
    desk.say(desk.person("Ann"), desk.records[0])
    bo = desk.person("波")
    assert desk.texts(bo) == ["一"]
    assert fill_queue(desk.store, TASK, overlap=1)["labels_left"] == 0
    assert desk.texts(desk.person("Third")) == []
    assert fill_queue(desk.store, TASK, overlap=3)["labels_left"] == 2
    assert desk.texts(desk.person("Fourth")) == ["一"]


def test_a_known_label_that_nobody_can_give_is_refused(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    annotate(desk.store, "一", [("import:gold.csv", "0")])
    with pytest.raises(DataError, match="'0'"):
        fill_queue(desk.store, TASK, gold_from="import:gold.csv")
    ann = desk.person("Ann")
    assert desk.texts(ann) == ["一", "two"]
    assert desk.queue.progress(ann)["gold"] == 0
