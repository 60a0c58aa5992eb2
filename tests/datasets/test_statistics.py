from __future__ import annotations

from typing import Any

from headway.datasets import statistics
from headway.records import DatasetRow, Split


def rows(*found: tuple[str, str]) -> list[DatasetRow]:
    return [DatasetRow(str(n), text, label, Split.TRAIN, text) for n, (text, label) in enumerate(found)]


def describe(found: list[DatasetRow]) -> dict[str, Any]:
    """What is said of rows whose cluster is their text."""
    return statistics.describe(found, [row.text for row in found])


def test_counts_lengths_and_language() -> None:
    said = describe(
        rows(("我要退款", "退款"), ("快递在哪里啊", "物流"), ("退", "退款"), ("我要退款", "退款"))
    )
    assert (said["rows"], said["texts"], said["duplicate_rows"]) == (4, 3, 1)
    assert said["labels"] == {"退款": 3, "物流": 1}
    assert (said["characters"]["shortest"], said["characters"]["longest"]) == (1, 6)
    assert said["language"] == "zh"
    assert said["contradicting_texts"] == 0


def test_what_is_odd_about_the_labels_is_said() -> None:
    said = describe(rows(("a", "Refund"), ("b", "refund "), ("c", "refund"), ("c", "card"), ("d", "card")))
    alike = next(problem for problem in said["problems"] if "differ only in case, spaces" in problem)
    assert "'Refund'" in alike
    assert "'refund '" in alike
    assert "1 texts have more than one label." in said["problems"]
    assert said["contradicting_texts"] == 1


def test_five_thousand_labels_are_described() -> None:
    said = describe(rows(*((f"text {n}", f"标签 {n % 5_000}") for n in range(10_000))))
    assert len(said["labels"]) == 5_000
    assert said["problems"] == []
    assert said["language"] == "en"


def test_labels_by_split_and_lengths_are_there_to_be_drawn() -> None:
    found = [
        DatasetRow("1", "退款", "a", Split.TRAIN, "1"),
        DatasetRow("2", "x" * 10, "a", Split.TEST, "2"),
        DatasetRow("3", "x" * 20_000, "b", Split.VALIDATION, "3"),
    ]
    said = describe(found)
    assert said["label_splits"] == {
        "a": {"train": 1, "validation": 0, "test": 1},
        "b": {"train": 0, "validation": 1, "test": 0},
    }
    counted = dict(zip(said["lengths"]["from"], said["lengths"]["texts"], strict=True))
    assert {start: count for start, count in counted.items() if count} == {0: 1, 10: 1, 10_000: 1}
    by_split = said["lengths"]["splits"]
    assert [sum(column) for column in zip(*by_split.values(), strict=True)] == said["lengths"]["texts"]
    assert by_split["test"].index(1) == said["lengths"]["from"].index(10)
    assert "Labels without a text for training: 'b'." in said["problems"]


def test_a_group_too_large_to_be_divided_is_said() -> None:
    template = [DatasetRow(str(n), f"订单 {n}", "订单", Split.TRAIN, "one group") for n in range(12)]
    single = [DatasetRow(f"s{n}", f"text {n}", "other", Split.TRAIN, f"s{n}") for n in range(30)]
    said = describe([*template, *single])["problems"]
    assert len(said) == 1
    assert said[0].startswith("12 of the 12 rows of '订单' belong together")
