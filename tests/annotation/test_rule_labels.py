from __future__ import annotations

from pathlib import Path

import pytest

from headway.annotation import rule_labels
from headway.annotation.rule_labels import Changes, apply_votes, remove_labels
from headway.datasets.labelled import given_by_people
from headway.datasets.ruled import rule_votes
from headway.store import Store
from headway.store.rules import change_labels
from tests.annotated import TASK, annotate, import_texts
from tests.annotation.ruling import ask, silent, write_rules


@pytest.fixture
def texts(store: Store) -> list[str]:
    return import_texts(store, ["我要退款", "refund please", "where is my parcel", "谢谢"])


def apply(store: Store, folder: Path, **rules: tuple[str | None, str]) -> Changes:
    return apply_votes(store, TASK, ask(store, write_rules(folder, **rules)), progress=silent)


def said(store: Store, at: str = "9999") -> dict[str, dict[str, str]]:
    votes, records = rule_votes(store, TASK, at)
    return {records[record].text: by_rule for record, by_rule in votes.items()}


MONEY = ("退款", "keywords = ['退款', 'refund']")
WHERE = ("delivery", "keywords = ['where']")


def test_what_rules_say_is_kept_and_is_nobodys_label(store: Store, tmp_path: Path, texts: list[str]) -> None:
    annotate(store, "我要退款", [("Ann", "other")])
    assert apply(store, tmp_path, 钱=MONEY, where=WHERE) == Changes(added=3)
    assert said(store) == {
        "我要退款": {"钱": "退款"},
        "refund please": {"钱": "退款"},
        "where is my parcel": {"where": "delivery"},
    }
    given, _ = given_by_people(store, TASK, "9999")
    assert given == {texts[0]: {"Ann": "other"}}


def test_what_is_said_again_is_not_written_again(store: Store, tmp_path: Path, texts: list[str]) -> None:
    apply(store, tmp_path, 钱=MONEY, where=WHERE)
    assert apply(store, tmp_path, 钱=MONEY, where=WHERE) == Changes(unchanged=3)


def test_what_a_rule_says_now_replaces_what_it_said_before(
    store: Store, tmp_path: Path, texts: list[str]
) -> None:
    apply(store, tmp_path, 钱=MONEY, where=WHERE)
    before = store.now()
    found = apply(store, tmp_path, 钱=("other", "keywords = ['退款', '谢谢']"), where=WHERE)
    assert found == Changes(added=2, unchanged=1, withdrawn=2)
    assert said(store) == {
        "我要退款": {"钱": "other"},
        "谢谢": {"钱": "other"},
        "where is my parcel": {"where": "delivery"},
    }
    # A version for an earlier moment still has what was said then.
    assert said(store, before)["refund please"] == {"钱": "退款"}


def test_a_rule_that_is_gone_is_taken_back(store: Store, tmp_path: Path, texts: list[str]) -> None:
    apply(store, tmp_path, 钱=MONEY, where=WHERE)
    assert apply(store, tmp_path, where=WHERE) == Changes(unchanged=1, withdrawn=2)
    assert said(store) == {"where is my parcel": {"where": "delivery"}}


def test_all_can_be_taken_back_and_given_again(store: Store, tmp_path: Path, texts: list[str]) -> None:
    annotate(store, "我要退款", [("Ann", "other"), ("Rule: Bob", "other")])
    apply(store, tmp_path, 钱=MONEY, where=WHERE)
    assert remove_labels(store, TASK, progress=silent) == (["where", "钱"], 3)
    assert said(store) == {}
    assert remove_labels(store, TASK, progress=silent) == ([], 0)
    assert given_by_people(store, TASK, "9999")[0][texts[0]].keys() == {"Ann", "Rule: Bob"}
    assert apply(store, tmp_path, 钱=MONEY) == Changes(added=2)


def test_labels_that_came_twice_from_elsewhere_end_as_one(
    store: Store, tmp_path: Path, texts: list[str]
) -> None:
    annotate(store, "我要退款", [("rule:钱", "退款"), ("rule:钱", "退款"), ("rule:钱", "other")])
    assert apply(store, tmp_path, 钱=MONEY) == Changes(added=1, unchanged=1, withdrawn=2)
    assert said(store)["我要退款"] == {"钱": "退款"}


def test_many_labels_are_written_in_short_transactions(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_labels, "BATCH", 3)
    import_texts(store, [f"第{number}条 refund" for number in range(10)])
    assert apply(store, tmp_path, 钱=MONEY) == Changes(added=10)
    assert apply(store, tmp_path, 钱=("other", MONEY[1])) == Changes(added=10, withdrawn=10)
    assert {label for by_rule in said(store).values() for label in by_rule.values()} == {"other"}


def test_what_was_interrupted_is_completed_by_doing_it_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_labels, "BATCH", 3)
    import_texts(store, [f"第{number}条 refund" for number in range(10)])
    calls = []

    def interrupted(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        change_labels(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("headway.store.rules.change_labels", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply(store, tmp_path, 钱=MONEY)
    assert len(said(store)) == 6
    assert apply(store, tmp_path, 钱=MONEY) == Changes(added=4, unchanged=6)
