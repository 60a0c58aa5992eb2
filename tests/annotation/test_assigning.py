from __future__ import annotations

import pytest

from headway.access.users import add_user, change_role, disable_user
from headway.annotation.assigning import assign, release
from headway.annotation.filling import fill_queue
from headway.errors import HeadwayError, UsageError
from tests.annotated import TASK
from tests.annotation.conftest import MakeDesk

TEXTS = [f"第 {n} 条 text" for n in range(10)]


def test_assigned_texts_are_given_to_one_person_alone(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    ann, li = desk.person("Ann"), desk.person("李雷")
    assert assign(desk.store, TASK, "李雷", 4) == {"assigned": 4, "waiting": 4}
    assert desk.texts(ann, 10) == TEXTS[4:]
    assert desk.texts(li, 10) == TEXTS[:4]


def test_what_is_in_somebodys_hands_or_labelled_is_not_assigned(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    ann, li = desk.person("Ann"), desk.person("李雷")
    desk.say(ann, desk.records[0])
    assert desk.texts(ann, 2) == TEXTS[1:3]
    assert assign(desk.store, TASK, "李雷", 100)["assigned"] == 7
    assert assign(desk.store, TASK, "李雷", 100) == {"assigned": 0, "waiting": 7}
    desk.say(li, desk.records[3])
    assert assign(desk.store, TASK, "李雷", 1)["waiting"] == 6


def test_what_is_not_labelled_can_be_given_back(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    ann, li = desk.person("Ann"), desk.person("李雷")
    assign(desk.store, TASK, "李雷", 10)
    desk.say(li, desk.records[0])
    assert desk.texts(ann, 10) == []
    assert release(desk.store, TASK, "李雷") == 9
    assert desk.texts(ann, 10) == TEXTS[1:]


def test_who_cannot_label_is_assigned_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS)
    add_user(desk.store, "Viewer", "viewer")
    desk.person("Gone")
    disable_user(desk.store, "Gone")
    for name in ("Viewer", "Gone"):
        with pytest.raises(UsageError, match="may not label"):
            assign(desk.store, TASK, name, 1)
    with pytest.raises(HeadwayError, match="nobody-of-that-name"):
        assign(desk.store, TASK, "nobody-of-that-name", 1)
    change_role(desk.store, "Viewer", "annotator")
    assert assign(desk.store, TASK, "Viewer", 1)["assigned"] == 1


def test_texts_for_several_people_and_for_one_exclude_each_other(make_desk: MakeDesk) -> None:
    desk = make_desk(*TEXTS, overlap=2)
    desk.person("Ann")
    with pytest.raises(UsageError, match="labelled by 2 people"):
        assign(desk.store, TASK, "Ann", 1)
    fill_queue(desk.store, TASK, overlap=1)
    assign(desk.store, TASK, "Ann", 3)
    with pytest.raises(UsageError, match="3 texts of 'intents' are assigned"):
        fill_queue(desk.store, TASK, overlap=2)
    release(desk.store, TASK, "Ann")
    fill_queue(desk.store, TASK, overlap=2)
