from __future__ import annotations

import itertools
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from headway.annotation.assigning import assign
from headway.annotation.filling import fill_queue
from headway.annotation.queue import REFUSALS, Queue, Receipt, Submission
from headway.datasets.labelled import given_by_people
from headway.errors import CheckFailedError, DataError
from headway.records import User
from headway.settings import AnnotationSettings
from headway.store import Store, schema
from headway.store.answers import all_answers
from headway.store.labels import set_labels
from headway.store.tasks import add_task
from tests.annotated import TASK
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import Desk


def labels_by(desk: Desk) -> dict[str, dict[str, str]]:
    """Text → author → label, as everything after labelling reads it."""
    given, texts = given_by_people(desk.store, TASK, "2027")
    return {texts[record]: said for record, said in given.items()}


def test_nobody_is_given_what_another_has_in_hand(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two", "三", "four")
    ann, bo = desk.person("Ann"), desk.person("波")
    assert desk.texts(ann, 3) == ["一", "two", "三"]
    assert desk.texts(bo, 3) == ["four"]
    # A reload shows the same texts again.
    assert desk.texts(ann, 3) == ["一", "two", "三"]


def test_what_is_abandoned_goes_to_somebody_else_when_the_lease_is_over(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.texts(ann)
    desk.clock.pass_minutes(14)
    assert desk.texts(bo) == []
    desk.clock.pass_minutes(2)
    assert desk.texts(bo) == ["一", "two"]


def test_whoever_goes_on_keeps_the_texts(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann, bo = desk.person("Ann"), desk.person("波")
    for _ in range(3):
        assert desk.texts(ann) == ["一"]
        desk.clock.pass_minutes(10)
    assert desk.texts(bo) == []


def test_a_clock_that_goes_back_keeps_nothing_forever(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.texts(ann)
    desk.say(ann, desk.records[0], "退款")
    desk.clock.pass_minutes(-600)
    desk.say(ann, desk.records[0], "other", seen=1)
    assert labels_by(desk) == {"一": {"Ann": "other"}}
    second = make_desk("二")
    second.texts(ann)
    second.clock.pass_minutes(-600)
    assert second.texts(bo) == ["二"]


def test_a_label_is_an_annotation_at_once(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    ann = desk.person("Ann")
    receipt = desk.say(ann, desk.records[0], "退款", comment="查一下", seconds=2.5, shown={"suggestions": []})
    assert receipt == Receipt("saved", 1, "退款")
    assert labels_by(desk) == {"一": {"Ann": "退款"}}
    assert desk.texts(ann) == ["two"]
    with desk.store.reading() as connection:
        (answer,) = all_answers(connection, TASK)
    assert (answer.comment, answer.seconds, answer.shown) == ("查一下", 2.5, {"suggestions": []})
    assert desk.queue.progress(ann) == {"items": 2, "gold": 0, "done": 1, "labels_left": 1, "answered": 1}


def test_what_is_sent_twice_counts_once(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann = desk.person("Ann")
    first = desk.say(ann, desk.records[0], "退款", key="same-key")
    assert desk.say(ann, desk.records[0], "退款", key="same-key") == first
    for other in ({"label": "other"}, {"comment": "?"}, {"label": None}):
        with pytest.raises(CheckFailedError, match="same-key"):
            desk.say(ann, desk.records[0], **{"label": "退款", "key": "same-key", "seen": 1, **other})  # type: ignore[arg-type]
    with desk.store.reading() as connection:
        assert len(all_answers(connection, TASK)) == 1


def test_a_key_is_that_of_one_task(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann = desk.person("Ann")
    add_task(desk.store, "意图.v2", "text-classification")
    set_labels(desk.store, "意图.v2", ["退款"])
    fill_queue(desk.store, "意图.v2")
    other = Queue(desk.store, desk.writer, "意图.v2", AnnotationSettings())
    desk.say(ann, desk.records[0], "退款", key="same-key")
    same = Submission(record=desk.records[0], key="same-key", action="label", label="退款")
    assert [other.submit(ann, same) for _ in range(2)] == [Receipt("saved", 1, "退款")] * 2
    assert other.progress(ann)["labels_left"] == 0


def test_an_answer_is_changed_taken_back_and_given_again(make_desk: MakeDesk) -> None:
    desk = make_desk("一", overlap=2)
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.say(bo, desk.records[0], "other")
    desk.say(ann, desk.records[0], "退款")
    assert desk.say(ann, desk.records[0], "delivery", seen=1) == Receipt("saved", 2, "delivery")
    assert labels_by(desk) == {"一": {"波": "other", "Ann": "delivery"}}
    desk.clock.pass_minutes(1)
    before = desk.store.now()
    desk.clock.pass_minutes(1)
    assert desk.say(ann, desk.records[0], None, action="withdraw", seen=2) == Receipt("saved", 3, None)
    assert labels_by(desk) == {"一": {"波": "other"}}
    # What was known at an earlier moment does not change.
    given, _ = given_by_people(desk.store, TASK, before)
    assert given[desk.records[0]] == {"波": "other", "Ann": "delivery"}
    # It is before her again, and nobody takes the place.
    assert desk.texts(desk.person("Third")) == []
    assert desk.texts(ann) == ["一"]
    assert desk.say(ann, desk.records[0], "delivery", seen=3).state == "saved"
    assert labels_by(desk) == {"一": {"波": "other", "Ann": "delivery"}}
    assert desk.queue.progress(ann)["labels_left"] == 0


def test_a_label_given_again_unchanged_stays_the_same_annotation(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann = desk.person("Ann")
    desk.say(ann, desk.records[0], "退款")
    desk.say(ann, desk.records[0], "退款", seen=1, comment="sure")
    with desk.store.reading() as connection:
        first, second = all_answers(connection, TASK)
        assert connection.execute(select(schema.withdrawals)).all() == []
    assert first.annotation == second.annotation


def test_what_is_skipped_goes_to_others_and_not_back(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.texts(ann)
    desk.say(ann, desk.records[0], None)
    assert desk.texts(ann) == ["two"]
    assert desk.texts(bo) == ["一"]
    assert labels_by(desk) == {}


@pytest.mark.parametrize("overlap", [1, 2])
def test_who_takes_a_skip_back_has_a_place_only_where_one_is_left(make_desk: MakeDesk, overlap: int) -> None:
    desk = make_desk("一", overlap=overlap)
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.texts(bo)
    desk.say(bo, desk.records[0], None)
    assert desk.texts(ann) == ["一"]
    assert desk.say(bo, desk.records[0], None, action="withdraw", seen=1).state == "saved"
    assert desk.texts(bo) == ["一"][: overlap - 1]
    assert desk.say(ann, desk.records[0]).state == "saved"
    receipt = desk.say(bo, desk.records[0], "other", seen=2)
    assert receipt.refusal == ("late" if overlap == 1 else None)
    assert labels_by(desk) == {"一": {"Ann": "退款", **({"波": "other"} if overlap == 2 else {})}}


def test_of_two_windows_of_one_person_the_slower_keeps_a_draft(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann = desk.person("Ann")
    desk.say(ann, desk.records[0], "退款")
    loser = desk.say(ann, desk.records[0], "other", comment="想了很久")
    assert loser == Receipt("draft", 1, "退款", "conflict")
    assert labels_by(desk) == {"一": {"Ann": "退款"}}
    with desk.store.reading() as connection:
        draft = all_answers(connection, TASK)[-1]
    assert (draft.action, draft.label, draft.comment, draft.current) == (
        "conflict",
        "other",
        "想了很久",
        False,
    )
    # Having seen what counts, the same may be said again.
    assert desk.say(ann, desk.records[0], "other", seen=1) == Receipt("saved", 3, "other")


def test_who_comes_back_too_late_keeps_a_draft(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.texts(ann)
    desk.clock.pass_minutes(16)
    assert desk.texts(bo) == ["一"]
    assert desk.say(ann, desk.records[0]) == Receipt("draft", 0, None, "late")
    assert desk.say(bo, desk.records[0], "other").state == "saved"
    assert labels_by(desk) == {"一": {"波": "other"}}


def test_who_is_late_but_not_too_late_counts(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann = desk.person("Ann")
    desk.texts(ann)
    desk.clock.pass_minutes(600)
    assert desk.say(ann, desk.records[0]).state == "saved"


def test_a_label_that_was_retired_meanwhile_keeps_a_draft(make_desk: MakeDesk) -> None:
    desk = make_desk("一")
    ann = desk.person("Ann")
    set_labels(desk.store, TASK, ["退款", "delivery"])
    assert desk.say(ann, desk.records[0], "other") == Receipt("draft", 0, None, "retired")


def test_the_guidelines_that_were_in_force_are_kept_with_an_answer(make_desk: MakeDesk) -> None:
    from headway.annotation.labels import set_guideline

    desk = make_desk("一", "two")
    ann = desk.person("Ann")
    desk.say(ann, desk.records[0])
    set_guideline(desk.store, TASK, "退款是指……", "Lee")
    desk.say(ann, desk.records[1])
    with desk.store.reading() as connection:
        assert [answer.guideline for answer in all_answers(connection, TASK)] == [0, 1]


@pytest.mark.parametrize("values", [{"label": "nothing"}, {"record": "nothing"}])
def test_what_is_unknown_is_refused(make_desk: MakeDesk, values: dict[str, str]) -> None:
    desk = make_desk("一")
    with pytest.raises(DataError, match="nothing"):
        desk.say(desk.person("Ann"), **{"record": desk.records[0], "label": "退款", **values})
    assert labels_by(desk) == {}


def test_what_is_assigned_is_given_to_that_one_alone(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    ann, bo = desk.person("Ann"), desk.person("波")
    with desk.store.writing() as connection:
        mine = schema.items.c.record == desk.records[0]
        connection.execute(update(schema.items).where(mine).values(assigned_to=bo.id))
    assert desk.texts(ann) == ["two"]
    assert desk.texts(bo) == ["一"]


@pytest.mark.parametrize(("label", "action"), [("退款", "label"), (None, "skip"), (None, "withdraw")])
def test_what_was_assigned_to_somebody_else_meanwhile_keeps_a_draft(
    make_desk: MakeDesk, label: str | None, action: str
) -> None:
    desk = make_desk("一", "two")
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.texts(ann)
    desk.clock.pass_minutes(16)
    assert assign(desk.store, TASK, "波", 1)["assigned"] == 1
    receipt = desk.say(ann, desk.records[0], label, action=action, comment="想了很久")
    assert receipt == Receipt("draft", 0, None, "assigned")
    with desk.store.reading() as connection:
        (draft,) = all_answers(connection, TASK)
    assert (draft.action, draft.label, draft.comment, draft.current) == ("assigned", label, "想了很久", False)
    assert desk.texts(ann) == ["two"]
    assert desk.say(bo, desk.records[0], "other").state == "saved"
    assert labels_by(desk) == {"一": {"波": "other"}}


def test_texts_with_a_known_label_are_mixed_in_and_everybody_gets_them(make_desk: MakeDesk) -> None:
    from tests.annotated import annotate

    desk = make_desk(*(f"text {n}" for n in range(60)), gold_share=0.2)
    for n in range(10):
        annotate(desk.store, f"text {n}", [("import:gold.csv", "other")])
    fill_queue(desk.store, TASK, gold_from="import:gold.csv")
    for name in ("Ann", "波"):
        person = desk.person(name)
        gold, total = 0, 0
        for _ in range(25):
            (held,) = desk.queue.take(person, 1)
            gold += held.item.gold is not None
            total += 1
            desk.say(person, held.item.record)
        assert abs(gold - 0.2 * total) <= 1


class Swarm:
    """People who label at once, and stop, come back, click twice, undo and reload as people do."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk = desk
        self.seed = seed
        self.again: list[str] = []
        self.keys = itertools.count()

    def work(self, user: User) -> int:
        draw = random.Random(f"{self.seed}{user.name}")
        answered: set[str] = set()
        saved = 0
        while held := self.desk.queue.take(user, draw.randint(1, 4)):
            self.again += [one.item.record for one in held if one.item.record in answered]
            if draw.random() < 0.2:
                # The browser is closed, or the page loaded anew.
                continue
            for one in held[: draw.randint(1, len(held))]:
                key = f"{user.name}-{next(self.keys)}"
                label = None if draw.random() < 0.05 else draw.choice(["退款", "other"])
                seen = one.answer.version if one.answer else 0
                for _ in range(draw.choice([1, 1, 2])):
                    receipt = self.desk.say(user, one.item.record, label, key=key, seen=seen)
                if draw.random() < 0.1:
                    undo = {"action": "withdraw", "seen": receipt.version}
                    self.desk.say(user, one.item.record, None, **undo)
                    continue
                answered.add(one.item.record)
                saved += receipt.state == "saved" and label is not None
        return saved


@pytest.mark.parametrize("overlap", [1, 2, 3])
def test_many_people_at_once_label_every_text_exactly_as_often_as_asked(
    make_desk: MakeDesk, overlap: int
) -> None:
    """The short form of the benchmark `annotator_swarm`."""
    desk = make_desk(*(f"第 {n} 条" for n in range(40)), overlap=overlap)
    people = [desk.person(f"person {n}") for n in range(8)]
    swarm = Swarm(desk, seed=overlap)
    with ThreadPoolExecutor(len(people)) as pool:
        saved = sum(pool.map(swarm.work, people))
        # Whoever ended while others still had texts in hand comes back for what was given up.
        desk.clock.pass_minutes(60)
        saved += sum(pool.map(swarm.work, people))
    given = labels_by(desk)
    assert Counter(len(said) for said in given.values()) == {overlap: 40}
    assert saved == 40 * overlap
    assert swarm.again == []
    with desk.store.reading() as connection:
        answers = all_answers(connection, TASK)
    assert len({(one.user, one.key) for one in answers}) == len(answers)
    assert [one for one in answers if one.action in REFUSALS] == []


def test_forgetting_a_text_forgets_what_was_said_of_it(make_desk: MakeDesk, store: Store) -> None:
    from headway.care.forget import forget
    from headway.store.tombstones import Selection

    desk = make_desk("我的电话是 13800000000", "two")
    ann = desk.person("Ann")
    desk.say(ann, desk.records[0], "退款", comment="13800000000")
    desk.say(ann, desk.records[0], "other", seen=1)
    desk.texts(ann)
    forget(store, Selection(contains="13800000000"))
    with store.reading() as connection:
        assert all_answers(connection, TASK) == []
    assert labels_by(desk) == {}
    assert desk.texts(ann) == ["two"]
