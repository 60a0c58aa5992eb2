from __future__ import annotations

import pytest

from headway.annotation.status import status
from headway.store import Store
from tests.annotated import TASK, annotate, import_texts


@pytest.fixture
def team(store: Store) -> Store:
    """Forty texts by three people: Ann and 李 are right, Bob takes every second complaint for a question."""
    texts = [f"第{number}条 message number {number}" for number in range(40)]
    import_texts(store, [*texts, "nobody has seen this"])
    for number, text in enumerate(texts):
        truth = ("投诉", "提问", "退款")[number % 3]
        said = "提问" if truth == "投诉" and number % 2 else truth
        annotate(store, text, [("Ann", truth), ("Bob", said), ("李", truth)])
    return store


def test_what_is_there_is_counted(team: Store) -> None:
    found = status(team, TASK)
    assert (found["records"], found["labelled"], found["answered_by_several"]) == (41, 40, 40)
    assert found["answers"] == 120
    assert found["agreement"]["alpha"]["low"] < found["agreement"]["alpha"]["value"] < 1
    assert [pair["percent"] for pair in found["agreement"]["pairs"]] == pytest.approx([33 / 40, 1, 33 / 40])


def test_who_errs_and_how_is_told_the_least_accurate_first(team: Store) -> None:
    bob, *others = status(team, TASK)["annotators"]
    assert bob["name"] == "Bob"
    assert bob["accuracy"] == pytest.approx(33 / 40, abs=0.01)
    (mistake,) = bob["mistakes"]
    assert (mistake["true"], mistake["given"]) == ("投诉", "提问")
    assert mistake["share"] == pytest.approx(0.5, abs=0.1)
    assert [one["name"] for one in others] == ["Ann", "李"]
    assert all(one["accuracy"] > 0.99 and not one["mistakes"] for one in others)


def test_texts_with_different_answers_are_listed_the_most_doubtful_first(team: Store) -> None:
    annotate(team, "nobody has seen this", [("Ann", "退款"), ("李", "投诉")])
    disputed = status(team, TASK)["disputed"]
    assert len(disputed) == 8
    assert disputed[0]["text"] == "nobody has seen this"
    assert disputed[0]["answers"] == {"Ann": "退款", "李": "投诉"}
    assert [one["label"] for one in disputed[1:]] == ["投诉"] * 7
    assert status(team, TASK, disputed=3)["disputed"] == disputed[:3]


def test_who_changes_their_mind_counts_once(team: Store) -> None:
    annotate(team, "第1条 message number 1", [("Bob", "投诉"), ("Bob", "提问")])
    found = status(team, TASK)
    assert found["answers"] == 120


def test_rules_and_models_are_no_annotators(team: Store) -> None:
    annotate(team, "第1条 message number 1", [("rule:refund", "退款"), ("model:intents@1", "退款")])
    found = status(team, TASK)
    assert found["answers"] == 120
    assert {one["name"] for one in found["annotators"]} == {"Ann", "Bob", "李"}


def test_one_answer_a_text_says_nothing_of_anybody(store: Store) -> None:
    import_texts(store, ["a", "b"])
    annotate(store, "a", [("Ann", "x")])
    annotate(store, "b", [("李", "y")])
    found = status(store, TASK)
    assert (found["labelled"], found["answered_by_several"]) == (2, 0)
    assert found["annotators"] == []
    assert found["agreement"]["alpha"] is None


def test_who_has_answered_alone_throughout_is_not_judged(store: Store) -> None:
    import_texts(store, [f"text {number}" for number in range(12)])
    for number in range(12):
        together = [("Ann", "x"), ("李", "x")]
        annotate(store, f"text {number}", [("import:表.csv", "yz"[number % 2])] if number < 9 else together)
    found = status(store, TASK, confusion=True)
    judged = {row["name"]: (row["answers"], row["accuracy"], row["mistakes"]) for row in found["annotators"]}
    assert judged["import:表.csv"] == (9, None, [])
    assert judged["Ann"][1] == pytest.approx(1, abs=0.01)


def test_of_a_label_that_somebody_never_met_there_is_no_confusion(store: Store) -> None:
    import_texts(store, [f"text {number}" for number in range(20)])
    for number in range(20):
        label = "退款" if number < 10 else "投诉"
        second = ("Ann", label) if number < 10 else ("Bob", label)
        annotate(store, f"text {number}", [("李", label), second])
    found = status(store, TASK, confusion=True)
    tables = {row["name"]: row["confusion"] for row in found["annotators"]}
    refund, complaint = (found["labels"].index(label) for label in ("退款", "投诉"))
    assert (tables["Ann"][complaint], tables["Bob"][refund]) == (None, None)
    assert tables["Ann"][refund][refund] > 0.8
    assert None not in tables["李"]


def test_a_task_without_a_label_has_a_status(store: Store) -> None:
    import_texts(store, ["a"])
    found = status(store, TASK)
    assert (found["records"], found["labelled"], found["answers"]) == (1, 0, 0)
    assert found["disputed"] == []


def test_tables_of_confusion_are_told_when_asked_for(team: Store) -> None:
    assert "labels" not in status(team, TASK)
    found = status(team, TASK, confusion=True)
    assert set(found["labels"]) == {"退款", "投诉", "提问"}
    for row in found["annotators"]:
        table = row["confusion"]
        assert [sum(shares) for shares in table] == pytest.approx([1.0] * 3)
    least = found["annotators"][0]
    (mistake,) = least["mistakes"]
    cell = least["confusion"][found["labels"].index(mistake["true"])][found["labels"].index(mistake["given"])]
    assert cell == mistake["share"]
