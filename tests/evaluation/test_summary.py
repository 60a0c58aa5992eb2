"""The report in words says what the figures say, in both languages."""

from __future__ import annotations

import dataclasses

import pytest

from headway.evaluation import Baseline, build_report

from .conftest import Make


def words(make: Make, language: str = "en", **changes: object) -> str:
    return "\n".join(build_report(make(**changes))["summary"][language])


def test_the_verdict_comes_first_with_its_interval(make: Make) -> None:
    report = build_report(make())
    for language in ("en", "zh"):
        verdict = report["summary"][language][0]
        assert f"{100 * report['metrics']['accuracy']:.1f}%" in verdict
        assert f"{100 * report['interval']['accuracy'][0]:.1f}%" in verdict
        assert "200" in verdict


def test_both_languages_say_equally_much(make: Make) -> None:
    summary = build_report(make())["summary"]
    assert len(summary["en"]) == len(summary["zh"])


def test_better_worse_and_equal_to_the_baseline_are_told_apart(make: Make) -> None:
    given = make()
    assert "better than the baseline “tf-idf”" in words(make)
    assert "高" in words(make, "zh")
    perfect = dataclasses.replace(given, baseline=Baseline("oracle", given.y_true))
    assert "The baseline “oracle” is better" in "\n".join(build_report(perfect)["summary"]["en"])
    same = dataclasses.replace(given, baseline=Baseline("twin", given.y_pred))
    assert "may be chance" in "\n".join(build_report(same)["summary"]["en"])
    assert "No baseline was measured" in words(make, baseline=None)


@pytest.mark.parametrize(
    ("kind", "looks", "expected"),
    [
        ("test", 1, "first look"),
        ("test", 4, "looked at 4 times"),
        ("validation", 0, "expect slightly less"),
        ("file", 0, "texts of the file"),
    ],
)
def test_it_says_what_the_data_were(make: Make, kind: str, looks: int, expected: str) -> None:
    data = {"kind": kind, "name": "x", "dataset_hash": "", "n": 200, "looks": looks}
    assert expected in words(make, data=data)


def test_few_rows_are_called_few(make: Make) -> None:
    assert "the interval is wide" in words(make, n=20)
    assert "the interval is wide" not in words(make, n=200)


def test_the_weakest_labels_and_the_cost_are_named(make: Make) -> None:
    report = build_report(make("zh"))
    weakest = min(report["per_class"], key=lambda row: row["f1"])["label"]
    text = "\n".join(report["summary"]["zh"])
    assert f"最弱的标签：“{weakest}”" in text
    assert "训练用时 1 分 15 秒" in text


def test_a_perfect_model_has_no_weakest_label(make: Make) -> None:
    assert "Weakest" not in words(make, accuracy=1.0)
