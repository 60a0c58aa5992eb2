from __future__ import annotations

import itertools

import pytest

from headway.annotation.assistant import Assistant, open_assistant
from headway.annotation.encoding import prepare
from headway.annotation.filling import fill_queue
from headway.annotation.labels import set_labels
from headway.ids import new_id
from headway.records import Record
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store.queue import count_items, item_texts
from tests import annotated
from tests.annotated import TASK, annotate
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import Desk
from tests.projects import mixed, tiny_base
from tests.store.rows import insert_records

MESSAGES = mixed(120)
NAMES = sorted({label for _, label in MESSAGES})


@pytest.fixture
def desk(
    make_desk: MakeDesk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    # The hash of its id decides which record is left to chance: other ids would make another test each time.
    numbers = itertools.count()
    monkeypatch.setattr(annotated, "new_id", lambda: f"{next(numbers):020d}")
    desk = make_desk(*dict.fromkeys(text for text, _ in MESSAGES))
    set_labels(desk.store, TASK, NAMES)
    prepare(desk.store, TASK, str(tiny_base(tmp_path_factory.getbasetemp())), "fp32")
    return desk


@pytest.fixture
def assistant(desk: Desk) -> Assistant:
    found = open_assistant(desk.store, desk.writer, TASK, AnnotationSettings())
    assert found is not None
    return found


def label_of(text: str) -> str:
    return dict(MESSAGES)[text]


def test_before_the_first_label_texts_unlike_each_other_come_first(desk: Desk, assistant: Assistant) -> None:
    done = assistant.refresh()
    assert done is not None
    assert (done.n_labels, done.n_pool) == (0, len(desk.records))
    first = desk.queue.take(desk.person("Ann"), 20)
    assert {held.item.picked for held in first} <= {"asked", "chance"}
    assert len({label_of(held.item.text) for held in first}) > len(NAMES) / 2


def test_it_learns_from_answers_and_suggests_labels(desk: Desk, assistant: Assistant) -> None:
    ann = desk.person("Ann")
    assistant.refresh()
    for _ in range(16):
        for one in desk.queue.take(ann, 5):
            desk.say(ann, one.item.record, label_of(one.item.text))
        done = assistant.refresh()
    assert done is not None
    assert done.n_labels == 80
    held = desk.queue.take(ann, 50)
    right = [one.item.suggestions[0]["label"] == label_of(one.item.text) for one in held]
    # Among eight labels chance would be right one time in eight.
    assert sum(right) > len(right) / 4
    for one in held:
        scores = [suggestion["score"] for suggestion in one.item.suggestions]
        assert scores == sorted(scores, reverse=True)
        assert len(scores) == 3


def test_one_text_in_ten_is_left_to_chance_whatever_is_known(desk: Desk, assistant: Assistant) -> None:
    assistant.refresh()
    with desk.store.reading() as connection:
        query = "SELECT picked, count(*) FROM items GROUP BY picked"
        counts = dict(map(tuple, connection.exec_driver_sql(query)))
        total = count_items(connection, TASK)["items"]
    # With fewer texts than places every one of them has a place.
    assert sum(counts.values()) == total == counts["asked"] + counts["chance"]
    assert 0.02 * total < counts["chance"] < 0.25 * total


def test_texts_are_asked_for_as_the_settings_say(desk: Desk) -> None:
    settings = AnnotationSettings(strategy="least_confidence")
    assistant = open_assistant(desk.store, desk.writer, TASK, settings)
    assert assistant is not None
    ann = desk.person("Ann")
    for one in desk.queue.take(ann, 40):
        desk.say(ann, one.item.record, label_of(one.item.text))
    assistant.refresh()
    asked = [one.item for one in desk.queue.take(ann, 50) if one.item.picked == "asked"]
    surest = [item.suggestions[0]["score"] for item in asked]
    assert len(surest) > 20
    assert surest == sorted(surest)


def test_a_text_somebody_has_labelled_keeps_its_place_until_others_have(
    make_desk: MakeDesk, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = make_desk(*dict.fromkeys(text for text, _ in MESSAGES), overlap=2)
    set_labels(desk.store, TASK, NAMES)
    prepare(desk.store, TASK, str(tiny_base(tmp_path_factory.getbasetemp())), "fp32")
    assistant = open_assistant(desk.store, desk.writer, TASK, AnnotationSettings())
    assert assistant is not None
    assistant.refresh()
    ann = desk.person("Ann")
    (first,) = desk.queue.take(ann, 1)
    desk.say(ann, first.item.record, NAMES[0])
    assistant.refresh()
    assert first.item.text in desk.texts(desk.person("波"), 3)


def test_texts_and_labels_that_come_later_are_taken_in(desk: Desk, assistant: Assistant) -> None:
    assistant.refresh()
    insert_records(desk.store, [Record(id=new_id(), key="新", revision=1, text="我的发票什么时候开")])
    fill_queue(desk.store, TASK)
    set_labels(desk.store, TASK, [*NAMES, "发票"])
    ann = desk.person("Ann")
    with desk.store.reading() as connection:
        (record,) = [key for key, text in item_texts(connection, TASK).items() if "发票什么时候开" in text]
    desk.say(ann, record, "发票")
    done = assistant.refresh()
    assert done is not None
    assert done.n_labels == 1


def test_without_labels_to_give_there_is_nothing_to_learn(store: Store, desk: Desk) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM labels")
    assistant = open_assistant(store, desk.writer, TASK, AnnotationSettings())
    assert assistant is not None
    assert assistant.refresh() is None


def test_labels_from_a_file_are_learned_from_though_they_were_never_in_the_queue(
    desk: Desk, assistant: Assistant
) -> None:
    texts = [Record(id=new_id(), key=f"k{n}", revision=1, text=f"发票 {n}") for n in range(3)]
    insert_records(desk.store, texts)
    annotate(desk.store, "发票 0", [("import:old.csv", NAMES[0])])
    annotate(desk.store, "发票 1", [("import:old.csv", "a label that is not in use")])
    annotate(desk.store, "发票 2", [("rule:invoice", NAMES[0])])
    done = assistant.refresh()
    assert done is not None
    assert (done.n_labels, done.n_pool) == (1, len(desk.records))


def test_labels_and_learner_are_measured(desk: Desk, assistant: Assistant) -> None:
    assert assistant.measure() is None
    ann = desk.person("Ann")
    for record, (_, label) in zip(desk.records, dict(MESSAGES).items(), strict=True):
        desk.say(ann, record, label)
    measured = assistant.measure()
    assert measured is not None
    assert measured.outlook is not None
    assert measured.outlook["labels"] == len(desk.records)
    assert set(measured.suspects) == {"n", "rows"}
