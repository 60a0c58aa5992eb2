from __future__ import annotations

from typing import Any

import pytest

from headway.annotation.review import decide, to_review
from headway.annotation.status import status
from headway.datasets.labelled import RULES, agreed_labels
from headway.errors import CheckFailedError, DataError
from tests.annotated import TASK, annotate, import_texts
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import Desk


def disputed(make_desk: MakeDesk) -> Desk:
    """Two people disagree on the first text, agree on the second, and one remarks on the third."""
    desk = make_desk("一", "two", "三", overlap=2)
    ann, bo = desk.person("Ann"), desk.person("波")
    desk.say(ann, desk.records[0], "退款")
    desk.say(bo, desk.records[0], "other")
    desk.say(ann, desk.records[1], "退款")
    desk.say(bo, desk.records[1], "退款")
    desk.say(ann, desk.records[2], "退款", comment="不确定", flagged=True)
    return desk


def agreed(desk: Desk, rule: str) -> dict[str, str]:
    found = agreed_labels(desk.store, TASK, "9999", rule=rule)  # type: ignore[arg-type]
    return {record.text: label for record, label in found}


def test_what_waits_is_what_differs_and_what_was_remarked(make_desk: MakeDesk) -> None:
    desk = disputed(make_desk)
    first, second = to_review(desk.store, TASK)
    assert (first["text"], first["answers"]) == ("一", {"Ann": "退款", "波": "other"})
    assert second["text"] == "三"
    assert second["remarks"] == [{"author": "Ann", "label": "退款", "comment": "不确定", "flagged": True}]
    assert len(to_review(desk.store, TASK, n=1)) == 1


def test_what_is_decided_makes_room_for_further_remarks(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two", "三", overlap=1)
    ann = desk.person("Ann")
    for record in desk.records:
        desk.say(ann, record, "退款", comment="?")
    for text, record in zip(("一", "two", "三"), desk.records, strict=True):
        assert [row["text"] for row in to_review(desk.store, TASK, n=1)] == [text]
        decide(desk.store, desk.writer, TASK, ann, record, "other")
    assert to_review(desk.store, TASK, n=1) == []


@pytest.mark.parametrize("rule", RULES)
def test_a_decision_counts_by_every_rule_and_whoever_answers_later(make_desk: MakeDesk, rule: str) -> None:
    desk = disputed(make_desk)
    lead = desk.person("Lead")
    decide(desk.store, desk.writer, TASK, lead, desk.records[0], "delivery")
    desk.clock.pass_minutes(1)
    desk.say(desk.person("Late"), desk.records[2], "other")
    assert agreed(desk, rule)["一"] == "delivery"
    assert [row["text"] for row in to_review(desk.store, TASK)] == ["三"]
    found = status(desk.store, TASK)
    # Who decides is no annotator: agreement is what it was.
    assert (found["decided"], found["answered_by_several"]) == (1, 3)
    assert {row["name"] for row in found["annotators"]} == {"Ann", "波", "Late"}


def test_a_decision_is_changed_and_taken_back(make_desk: MakeDesk) -> None:
    desk = disputed(make_desk)
    lead = desk.person("Lead")
    for label, seen in (("delivery", None), ("other", "delivery")):
        desk.clock.pass_minutes(1)
        decide(desk.store, desk.writer, TASK, lead, desk.records[0], label, seen)
        assert agreed(desk, "majority")["一"] == label
    desk.clock.pass_minutes(1)
    decide(desk.store, desk.writer, TASK, lead, desk.records[0], None, "other")
    assert [row["text"] for row in to_review(desk.store, TASK)] == ["一", "三"]


def test_of_two_who_decide_otherwise_the_second_is_told(make_desk: MakeDesk) -> None:
    desk = disputed(make_desk)
    lead, another = desk.person("Lead"), desk.person("另一位")
    decide(desk.store, desk.writer, TASK, lead, desk.records[0], "delivery")
    # Both say the same: there is nothing to tell.
    decide(desk.store, desk.writer, TASK, another, desk.records[0], "delivery")
    with pytest.raises(CheckFailedError, match="decided for 'delivery' meanwhile"):
        decide(desk.store, desk.writer, TASK, another, desk.records[0], "other")
    assert agreed(desk, "majority")["一"] == "delivery"
    decide(desk.store, desk.writer, TASK, lead, desk.records[0], None, "delivery")
    with pytest.raises(CheckFailedError, match="took the decision back"):
        decide(desk.store, desk.writer, TASK, another, desk.records[0], "other", "delivery")
    assert status(desk.store, TASK)["decided"] == 0


@pytest.mark.parametrize(("record", "label"), [("nothing", "退款"), (None, "nothing")])
def test_what_is_not_there_is_refused(make_desk: MakeDesk, record: str | None, label: str) -> None:
    desk = disputed(make_desk)
    with pytest.raises(DataError, match="nothing"):
        decide(desk.store, desk.writer, TASK, desk.person("Lead"), record or desk.records[0], label)
    assert status(desk.store, TASK)["decided"] == 0


def suspect(record: str, text: str) -> dict[str, Any]:
    return {
        "key": record,
        "text": text,
        "label": "退款",
        "label_score": 0.01,
        "predicted": "other",
        "score": 0.9,
    }


def test_suspects_come_after_what_people_said_until_they_are_decided(make_desk: MakeDesk) -> None:
    desk = disputed(make_desk)
    suspects = [suspect(desk.records[1], "two"), suspect(desk.records[2], "三"), suspect("gone", "gone")]
    rows = to_review(desk.store, TASK, suspects)
    assert [(row["text"], row["suspect"] and row["suspect"]["predicted"]) for row in rows] == [
        ("一", None),
        ("三", "other"),
        ("two", "other"),
    ]
    decide(desk.store, desk.writer, TASK, desk.person("Lead"), desk.records[1], "退款")
    assert [row["text"] for row in to_review(desk.store, TASK, suspects)] == ["一", "三"]


def test_a_label_from_a_file_can_be_suspected_and_decided_on_though_it_was_never_queued(
    make_desk: MakeDesk,
) -> None:
    desk = disputed(make_desk)
    (record,) = import_texts(desk.store, ["我的发票呢"])
    suspects = [suspect(record, "我的发票呢")]
    assert "我的发票呢" not in [row["text"] for row in to_review(desk.store, TASK, suspects)]
    annotate(desk.store, "我的发票呢", [("import:old.csv", "退款")])
    assert to_review(desk.store, TASK, suspects)[-1]["text"] == "我的发票呢"
    decide(desk.store, desk.writer, TASK, desk.person("Lead"), record, "other")
    assert agreed(desk, "latest")["我的发票呢"] == "other"
