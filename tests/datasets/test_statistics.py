from __future__ import annotations

from headway.datasets.statistics import describe
from headway.records import DatasetRow, Split


def rows(*found: tuple[str, str]) -> list[DatasetRow]:
    return [DatasetRow(str(n), text, label, Split.TRAIN, text) for n, (text, label) in enumerate(found)]


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
