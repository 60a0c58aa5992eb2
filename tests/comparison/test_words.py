from __future__ import annotations

from typing import Any

import pytest

from headway.comparison.words import summary, warnings


def row(name: str, accuracy: float | None = 0.9, **values: Any) -> dict[str, Any]:
    """A row as `compare` makes it, measured on the rows "v"."""
    return {
        "name": name,
        "accuracy": accuracy,
        "interval": None if accuracy is None else [accuracy - 0.02, accuracy + 0.02],
        "state": "done",
        "size_bytes": 1_000,
        "measured_on": "v" if accuracy is not None else None,
        "dataset_number": 1,
        "front": None,
        "dominated_by": [],
        "overlaps_best": None,
        "problem": None,
        **values,
    }


def said(*rows: dict[str, Any]) -> tuple[str, str]:
    """All sentences in English, and in Chinese."""
    words = summary({"rows": list(rows)})
    assert len(words["en"]) == len(words["zh"])
    return " ".join(words["en"]), "".join(words["zh"])


def test_front_and_dominated_are_named() -> None:
    english, chinese = said(
        row("m@1", front=True),
        row("m@2", 0.8, front=True),
        row("m@3", 0.7, front=False, dominated_by=["m@1", "m@2"]),
    )
    assert "On the Pareto front are m@1 and m@2" in english
    assert "m@3 is dominated by m@1 and m@2" in english
    assert "帕累托前沿上的有 m@1 和 m@2" in chinese
    assert "m@3 不如 m@1 和 m@2" in chinese


def test_a_front_of_one_is_said_so() -> None:
    english, chinese = said(row("m@1", front=True), row("m@2", 0.8, front=False, dominated_by=["m@1"]))
    assert "m@1 alone is the Pareto front" in english
    assert "帕累托前沿上只有它" in chinese


@pytest.mark.parametrize("overlaps", [True, False])
def test_an_overlap_is_no_proof_and_its_absence_is_clear(overlaps: bool) -> None:
    english, chinese = said(row("m@1"), row("m@2", 0.88, overlaps_best=overlaps))
    assert ("overlaps that of m@2" in english and "no proof" in english) == overlaps
    assert ("lies above that of m@2" in english) != overlaps
    assert ("不能证明" in chinese) == overlaps
    assert "90.0% (95% interval: 88.0% to 92.0%)" in english


def test_one_with_figures_among_others_without() -> None:
    english, chinese = said(row("m@1"), row("r", None, state="failed"))
    assert "m@1 is the only one with figures" in english
    assert "只有 m@1 有数字" in chinese
    assert "validation texts:" not in english


def test_nothing_to_compare() -> None:
    assert said(row("r", None, state="failed"))[0].startswith("None of them has a validation figure")


def test_other_validation_texts_are_said_first() -> None:
    rows = [row("m@1"), row("m@2", measured_on="w", dataset_number=2), row("m@3", measured_on="w")]
    assert "different validation texts" in said(*rows[:2])[0]
    (warning,) = warnings({"rows": rows})
    assert warning["en"].endswith("dataset version 1: m@1; dataset version 1 and 2: m@2 and m@3.")
    assert warning["zh"].endswith("数据集版本 1：m@1；数据集版本 1 和 2：m@2 和 m@3。")


@pytest.mark.parametrize(
    ("values", "english", "chinese"),
    [
        (
            {"accuracy": None, "state": "failed", "problem": "no disk"},
            "failed and has no figures: no disk",
            "失败了",
        ),
        ({"accuracy": None, "state": "running"}, "is still running and has no figures.", "仍在运行"),
        ({"accuracy": None, "state": "killed"}, "was killed", "被强行结束了"),
        ({"accuracy": None}, "no validation figure on record.", "没有留下验证数字。"),
        ({"accuracy": None, "state": "registered"}, "no validation figure on record.", "没有留下验证数字。"),
        ({"size_bytes": None, "problem": "damaged"}, "size and speed are not known: damaged", "打不开"),
    ],
)
def test_what_is_missing_is_a_warning(values: dict[str, Any], english: str, chinese: str) -> None:
    found = warnings({"rows": [row("m@1"), row("m@2", **values)]})
    assert len(found) == 1
    assert english in found[0]["en"]
    assert chinese in found[0]["zh"]
    assert all("m@2" in words for words in found[0].values())


def test_nothing_is_warned_of_where_nothing_is_wrong() -> None:
    assert warnings({"rows": [row("m@1"), row("m@2")]}) == []
