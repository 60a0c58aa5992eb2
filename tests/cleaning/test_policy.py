from __future__ import annotations

import dataclasses
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.cleaning.policy import (
    DROPS,
    OPTIONS,
    STEPS,
    apply_policy,
    policy_before,
    preparation_of,
    with_options,
)
from headway.errors import UsageError
from headway.records import CleaningPolicy, Record, Split
from headway.text.prepare import prepare

KEY = bytes(range(32))
EVERY_DROP = ("short:2", *DROPS[1:])

Labelled = list[tuple[Record, str]]


def labelled(*rows: tuple[str, str]) -> Labelled:
    return [(Record(f"{n:04}", f"k{n}", 1, text), label) for n, (text, label) in enumerate(rows)]


def kept(policy: CleaningPolicy, *rows: tuple[str, str]) -> list[tuple[str, str]]:
    stayed, _ = apply_policy(policy, labelled(*rows), pseudonym_key=KEY)
    return [(record.text, label) for record, label in stayed]


def test_no_policy_changes_nothing() -> None:
    rows = [("退款", "a"), ("退款", "b"), ("", "a"), ("退款", "a")]
    given_rows = labelled(*rows)
    assert apply_policy(CleaningPolicy(), given_rows, pseudonym_key=KEY) == (given_rows, {})


def test_each_rule_leaves_out_its_rows_and_counts_them() -> None:
    long = "我上周三在你们店里买的蓝色水壶到现在还没有送到，请帮我查一下快递到哪里了"
    rows = labelled(
        ("退", "a"),
        ("？？！", "a"),
        ("换货", "a"),
        ("换货", "b"),
        (" 退款 ", "a"),
        ("退款", "a"),
        (long, "a"),
        (long + "！！", "a"),
        (long + "？", "b"),
    )
    stayed, counts = apply_policy(CleaningPolicy(drop=EVERY_DROP), rows, pseudonym_key=KEY)
    assert [record.id for record, _ in stayed] == ["0004", "0006", "0008"]
    assert counts == {
        "short": 1,
        "outliers": 1,
        "contradictions": 2,
        "duplicates": 1,
        "near-duplicates": 1,
    }


def test_a_row_given_as_test_is_kept_before_its_older_copies_in_training() -> None:
    rows = labelled(("我要退款", "a"), ("我要退款", "a"), ("我要退款！", "a"), ("我要退款", "a"))
    splits = (Split.TRAIN, Split.VALIDATION, None, Split.TEST)
    rows = [
        (dataclasses.replace(record, split=split), label)
        for (record, label), split in zip(rows, splits, strict=True)
    ]
    for rules in (("duplicates",), ("near-duplicates",), ("duplicates", "near-duplicates")):
        stayed, _ = apply_policy(CleaningPolicy(drop=rules), rows, pseudonym_key=KEY)
        assert any(record.split is Split.TEST for record, _ in stayed)
    assert [record.split for record, _ in stayed] == [Split.TEST]


def test_rows_that_leak_their_label_stay_out() -> None:
    rows = [(f"[{label}] text number {n}", label) for n in range(10) for label in ("refund", "物流")]
    rows += [("no label here", "refund")]
    assert kept(CleaningPolicy(drop=("label-leaks",)), *rows) == [("no label here", "refund")]


def test_texts_are_compared_as_they_are_prepared() -> None:
    rows = [("<b>退款</b>", "a"), ("退款", "a"), ("ＡＢＣ", "a"), ("ABC", "a")]
    assert len(kept(CleaningPolicy(drop=("duplicates",)), *rows)) == 4
    policy = CleaningPolicy(steps=("html@1", "full-width@1"), drop=("duplicates",))
    assert kept(policy, *rows) == [("<b>退款</b>", "a"), ("ＡＢＣ", "a")]


def test_labels_are_renamed_before_they_are_compared() -> None:
    policy = CleaningPolicy(labels={"Refund": "refund"}, drop=("contradictions",))
    rows = [("退款", "Refund"), ("退款", "refund"), ("card", "card"), ("card", "Refund")]
    assert kept(policy, *rows) == [("退款", "refund"), ("退款", "refund")]


@pytest.mark.parametrize("text", ["请打13800138000找我", "mail me at jo@example.com please"])
def test_personal_data_become_pseudonyms_that_models_read_as_their_kind(text: str) -> None:
    policy = with_options(CleaningPolicy(), ["personal-data"])
    ((masked, _),) = kept(policy, (text, "a"))
    assert "13800138000" not in masked
    assert "jo@example.com" not in masked
    # What a model is trained on and what it is asked are prepared into the same.
    assert prepare(masked, preparation_of(policy)) == prepare(text, preparation_of(policy))
    assert kept(policy, (text, "a")) == kept(policy, (text, "a"))


def test_the_raw_records_are_not_touched() -> None:
    rows = labelled(("打13800138000", "A"))
    before = dataclasses.asdict(rows[0][0])
    apply_policy(with_options(CleaningPolicy(), OPTIONS, labels={"A": "a"}), rows, pseudonym_key=KEY)
    assert dataclasses.asdict(rows[0][0]) == before


texts = st.sampled_from(
    ["退款", "退款 ", "退", "", "card", "Card!", "where is my card now", "where is my card now?", "...", "1"]
)
rows_of_texts = st.lists(st.tuples(texts | st.text(max_size=8), st.sampled_from("ab")), max_size=30)
policies = st.lists(st.sampled_from(EVERY_DROP), unique=True).map(
    lambda drop: CleaningPolicy(drop=tuple(drop))
)


@given(rows_of_texts, policies, st.randoms())
def test_what_stays_does_not_depend_on_the_order(
    rows: list[tuple[str, str]], policy: CleaningPolicy, random: Random
) -> None:
    first = labelled(*rows)
    shuffled = random.sample(first, len(first))
    stayed, counts = apply_policy(policy, first, pseudonym_key=KEY)
    again, recounted = apply_policy(policy, shuffled, pseudonym_key=KEY)
    assert {record.id for record, _ in again} == {record.id for record, _ in stayed}
    assert recounted == counts
    assert [record.id for record, _ in stayed] == sorted(record.id for record, _ in stayed)


@given(rows_of_texts, policies)
def test_every_row_stays_or_is_counted_once(rows: list[tuple[str, str]], policy: CleaningPolicy) -> None:
    stayed, counts = apply_policy(policy, labelled(*rows), pseudonym_key=KEY)
    assert len(stayed) + sum(counts.values()) == len(rows)
    assert set(counts) <= {rule.partition(":")[0] for rule in policy.drop}
    assert all(counts.values())


@given(rows_of_texts)
def test_what_was_done_need_not_be_done_again(rows: list[tuple[str, str]]) -> None:
    policy = CleaningPolicy(drop=("short:2", "contradictions", "duplicates", "near-duplicates"))
    stayed, _ = apply_policy(policy, labelled(*rows), pseudonym_key=KEY)
    assert apply_policy(policy, stayed, pseudonym_key=KEY) == (stayed, {})


def test_options_add_up_in_one_order_whatever_theirs() -> None:
    policy = with_options(with_options(CleaningPolicy(), ["outliers", "full-width"]), ["short", "mojibake"])
    assert policy == with_options(CleaningPolicy(), ["mojibake", "short", "full-width", "outliers"])
    assert policy == CleaningPolicy(steps=("mojibake@1", "full-width@1"), drop=("short:2", "outliers"))
    assert preparation_of(policy) == (
        "mojibake@1",
        "control@1",
        "unicode-nfc@1",
        "full-width@1",
        "whitespace@1",
    )


def test_every_option_does_something() -> None:
    for option in OPTIONS:
        assert with_options(CleaningPolicy(), [option], labels={"A": "a"}) != CleaningPolicy(), option
    policy = with_options(CleaningPolicy(), OPTIONS, least_characters=5, labels={"A": "a"})
    assert set(policy.steps) == {*STEPS.values(), "personal-data@1"}
    assert policy.drop == ("short:5", *DROPS[1:])
    assert (policy.labels, policy.mask) == ({"A": "a"}, True)


def test_a_renamed_label_follows_when_its_new_name_is_renamed() -> None:
    policy = with_options(CleaningPolicy(), ["label-variants"], labels={"REFUND": "Refund"})
    policy = with_options(policy, ["label-variants"], labels={"Refund": "refund"})
    assert policy.labels == {"REFUND": "refund", "Refund": "refund"}
    assert with_options(policy, ["html"], labels={"x": "y"}).labels == policy.labels


def test_all_unknown_options_are_named_at_once() -> None:
    with pytest.raises(UsageError, match="'乱码', 'htm'") as caught:
        with_options(CleaningPolicy(), ["乱码", "html", "htm"])
    assert all(option in (caught.value.next_step or "") for option in OPTIONS)


def test_undo_goes_back_step_by_step() -> None:
    none, one = CleaningPolicy(), CleaningPolicy(mask=True)
    two = dataclasses.replace(one, drop=("duplicates",))
    assert policy_before([]) is None
    assert policy_before([one]) == none
    assert policy_before([one, two]) == one
    assert policy_before([one, two, one]) == none
    assert policy_before([one, two, one, none]) is None
    assert policy_before([one, two, one, none, two]) == none


@given(st.lists(st.sampled_from(OPTIONS), max_size=8))
def test_undoing_as_often_as_was_applied_leads_back_to_the_start(options: list[str]) -> None:
    history: list[CleaningPolicy] = []
    for option in options:
        policy = with_options(history[-1] if history else CleaningPolicy(), [option], labels={"A": "a"})
        if policy != (history[-1] if history else CleaningPolicy()):
            history.append(policy)
    applied = list(history)
    while (before := policy_before(history)) is not None:
        applied.pop()
        assert before == (applied[-1] if applied else CleaningPolicy())
        history.append(before)
    assert applied == []
