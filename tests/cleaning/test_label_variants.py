from __future__ import annotations

import pytest

from headway.cleaning.label_variants import label_variants, renaming


@pytest.mark.parametrize(
    "labels",
    [
        ["refund", "Refund", "REFUND ", "ｒｅｆｕｎｄ", "'refund'", "refund."],
        ["card_arrival", "card arrival", "Card-Arrival", "cardArrival"],
        ["退款", " 退款", "退 款", "“退款”", "退款。"],
        ["class 1", "class_1", "Class1"],
    ],
)
def test_spellings_of_one_label_are_found(labels: list[str]) -> None:
    (found,) = label_variants({label: n for n, label in enumerate(labels, start=1)})
    assert set(found.counts) == set(labels)
    assert found.suggested == labels[-1]
    assert renaming([found]) == dict.fromkeys(labels[:-1], labels[-1])


@pytest.mark.parametrize(
    "labels",
    [
        ["1", "-1", "+1", "0"],
        ["AA", "AA+", "AA-"],
        ["C", "C++", "C#"],
        ["1.5", "15", "1 5"],
        ["+", "-", "?"],
        ["退款", "退货", "不退款"],
        ["refund", "refunds", "no refund"],
        ["check_invoice", "check_invoices"],
        ["繁體", "繁体"],
    ],
)
def test_labels_that_may_mean_different_things_are_left_alone(labels: list[str]) -> None:
    assert label_variants(dict.fromkeys(labels, 5)) == []


def test_of_equally_frequent_spellings_the_shorter_and_then_the_first_is_suggested() -> None:
    assert label_variants({"refund ": 2, "refund": 2})[0].suggested == "refund"
    assert label_variants({"refund": 2, "Refund": 2})[0].suggested == "Refund"


def test_the_largest_group_comes_first() -> None:
    found = label_variants({"a": 1, "A": 1, "退款": 9, "退款 ": 1})
    assert [group.suggested for group in found] == ["退款", "A"]


def test_five_thousand_labels_are_no_trouble() -> None:
    counts = {f"标签 {n}": n + 1 for n in range(5000)} | {"标签_77": 1}
    (found,) = label_variants(counts)
    assert found.suggested == "标签 77"
