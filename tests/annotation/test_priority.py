from __future__ import annotations

import pytest

from headway.annotation.filling import fill_queue
from headway.annotation.priority import put_back, put_first
from headway.errors import UsageError
from headway.store.queue import Place, get_item, set_places
from headway.store.records import list_imports
from tests.annotated import TASK, import_texts
from tests.annotation.conftest import MakeDesk

TEXTS = ["where is my order", "订单到哪了", "Refund, please", "我要退款 refund", "hello", "你好"]


def test_texts_with_some_words_come_first_in_the_order_they_came_in(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    assert put_first(desk.store, TASK, containing="REFUND") == {"moved": 2, "waiting": 2}
    ann = desk.person("Ann")
    assert desk.texts(ann, 6) == [*TEXTS[2:4], *TEXTS[:2], *TEXTS[4:]]


def test_chinese_words_are_found_too(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    assert put_first(desk.store, TASK, containing="退款")["moved"] == 1
    assert desk.texts(desk.person("李雷"), 1) == [TEXTS[3]]


def test_texts_of_one_import_come_first_and_of_these_those_with_the_words(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    import_texts(desk.store, ["later refund", "later hello"])
    fill_queue(desk.store, TASK)
    newest = list_imports(desk.store)[-1].id
    assert put_first(desk.store, TASK, containing="refund", source=newest)["moved"] == 1
    assert put_first(desk.store, TASK, source=newest) == {"moved": 1, "waiting": 2}
    assert desk.texts(desk.person("Ann"), 3) == ["later refund", "later hello", TEXTS[0]]


def test_what_is_labelled_stays_and_what_was_first_can_be_put_back(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    ann = desk.person("Ann")
    desk.say(ann, desk.records[2])
    assert put_first(desk.store, TASK, containing="refund") == {"moved": 1, "waiting": 1}
    assert put_back(desk.store, TASK) == 1
    assert put_back(desk.store, TASK) == 0
    assert desk.texts(ann, 2) == TEXTS[:2]


def test_a_learner_leaves_them_first_and_suggests_labels_for_them(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    put_first(desk.store, TASK, containing="hello")
    suggested = [{"label": "其他", "score": 0.9}]
    places = [Place(desk.records[0], -2.0, "asked"), Place(desk.records[4], -1.0, "chance", suggested)]
    with desk.store.writing() as connection:
        set_places(connection, TASK, places)
        set_places(connection, TASK, places)
        hello = get_item(connection, TASK, desk.records[4])
    assert hello is not None
    # Chosen by hand, it says nothing about texts left to chance.
    assert (hello.picked, list(hello.suggestions)) == ("first", suggested)
    assert desk.texts(desk.person("Ann"), 3) == [TEXTS[4], TEXTS[0], TEXTS[1]]
    with desk.store.writing() as connection:
        set_places(connection, TASK, [])
    assert put_first(desk.store, TASK, containing="hello") == {"moved": 0, "waiting": 1}


def test_words_that_no_text_has_move_none(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    assert put_first(desk.store, TASK, containing="%") == {"moved": 0, "waiting": 0}


def test_it_has_to_be_said_which(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    for containing in (None, ""):
        with pytest.raises(UsageError, match="which texts"):
            put_first(desk.store, TASK, containing=containing)
    with pytest.raises(UsageError, match="no-such-import") as caught:
        put_first(desk.store, TASK, source="no-such-import")
    assert "headway import" in str(caught.value.next_step)
