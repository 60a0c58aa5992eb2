from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.cleaning.label_leaks import label_leaks
from tests.cleaning.texts import Row, table_of

ENGLISH = {"refund": "I want my money back for order", "delivery": "where is the parcel of order"}
CHINESE = {"退款": "我不想要了，请把钱还给我，订单号", "物流": "三天了还没有到，请查一下，订单号"}


def rows(words: dict[str, str], write: Callable[[str, str], str], leaking: int = 20) -> list[Row]:
    """Twenty rows of each label, of which some are written as given."""
    return [
        (write(f"{text} {n}", label) if n < leaking else f"{text} {n}", label)
        for n in range(20)
        for label, text in words.items()
    ]


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
@pytest.mark.parametrize(
    ("write", "form", "leaking"),
    [
        (lambda text, label: f"__label__{label} {text}", "marker", 10),
        (lambda text, label: f"{text} (label: {label})", "marker", 10),
        (lambda text, label: f'{{"text": "{text}", "label": "{label}"}}', "marker", 10),
        (lambda text, label: f"{text} 标签：{label}", "marker", 10),
        (lambda text, label: f"【{label}】{text}", "bracket", 10),
        (lambda text, label: f"{text} [{label.upper()}]", "bracket", 10),
        (lambda text, label: f"{label}: {text}", "start", 12),
        (lambda text, label: f"{label}|{text}", "start", 12),
        (lambda text, label: f"{text} -> {label}", "end", 12),
        (lambda text, label: f"{label} {text}", "first word", 18),
        (lambda text, label: f"{text} {label}", "last word", 18),
    ],
)
def test_a_label_in_a_fixed_place_is_found(
    words: dict[str, str], write: Callable[[str, str], str], form: str, leaking: int
) -> None:
    given = rows(words, write, leaking)
    found = label_leaks(table_of(given))
    assert form in found.forms
    assert found.rows.tolist() == [n // 2 < leaking for n in range(40)]


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh"])
@pytest.mark.parametrize(
    "write",
    [
        lambda text, label: f"{text} {label} please",
        lambda text, label: f"about the {label}, {text}",
        lambda text, label: f"{text}：{label}的问题",
        lambda text, _: text,
    ],
)
def test_a_label_that_is_a_word_of_the_message_is_no_leak(
    words: dict[str, str], write: Callable[[str, str], str]
) -> None:
    assert not label_leaks(table_of(rows(words, write))).rows.any()


def test_what_is_natural_for_one_label_is_no_leak() -> None:
    given: list[Row] = [(f"Refund {thing} please", "refund") for thing in map(str, range(30))]
    given += [(f"where is order {n}", "delivery") for n in range(30)]
    given += [(f"order {n} is broken", "damage") for n in range(30)]
    assert label_leaks(table_of(given)).forms == {}


def test_a_few_rows_with_a_marker_are_no_leak() -> None:
    assert label_leaks(table_of(rows(ENGLISH, lambda text, label: f"[{label}] {text}", 2))).forms == {}


def test_labels_that_stand_there_by_chance_are_no_leak() -> None:
    names = ["good", "bad"]
    given: list[Row] = [(f"[{names[n % 2]}] text {n}", names[n // 2 % 2]) for n in range(80)]
    assert label_leaks(table_of(given)).forms == {}


def test_numbered_lists_are_no_leak() -> None:
    given: list[Row] = [(f"1、房间很大 {n}", "1") for n in range(30)]
    given += [(f"房间太小 {n}", "0") for n in range(30)]
    assert label_leaks(table_of(given)).forms == {}


@pytest.mark.parametrize(
    "given", [[], [("退款", None)], [("a: a", "a")], [("x", "a")] * 3 + [("y", "b")] * 3]
)
def test_of_little_nothing_is_said(given: list[Row]) -> None:
    assert label_leaks(table_of(given)).forms == {}


def test_real_intents_do_not_leak(shared: Path) -> None:
    with (shared / "data" / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        given: list[Row] = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    assert len(given) > 9_000
    assert label_leaks(table_of(given)).forms == {}


def test_real_intents_with_their_label_in_front_do(shared: Path) -> None:
    with (shared / "data" / "banking77" / "train.csv").open(encoding="utf-8", newline="") as file:
        given: list[Row] = [
            (f"{row['category']}: {row['text']}" if n % 2 else row["text"], row["category"])
            for n, row in enumerate(csv.DictReader(file))
        ]
    found = label_leaks(table_of(given))
    assert found.rows.sum() == len(given) // 2
