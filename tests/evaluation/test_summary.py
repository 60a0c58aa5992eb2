"""The report in words says what the figures say, in both languages."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from headway.evaluation import Baseline, build_report
from headway.evaluation.champion import Champion
from headway.evaluation.looks import Look

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
        ("file", 0, "texts of the file"),
    ],
)
def test_it_says_what_the_data_were(make: Make, kind: str, looks: int, expected: str) -> None:
    data = {"kind": kind, "name": "x", "dataset_hash": "", "n": 200, "looks": looks}
    assert expected in words(make, data=data)


def test_looks_at_several_models_cost_points_and_at_one_do_not(make: Make) -> None:
    data = {"kind": "test", "name": "x", "dataset_hash": "", "n": 200, "looks": 4}
    same = [Look("", "intents@3", 0.8)] * 3
    others = [Look("", f"intents@{i}", 0.8) for i in range(3)]
    assert "always at this model" in words(make, data=data, earlier_looks=same)
    many = words(make, data=data, earlier_looks=others)
    assert "at 4 models" in many
    optimism = build_report(make(data=data, earlier_looks=others))["looks"]["optimism"]
    assert f"up to {100 * optimism:.1f} points too good" in many
    assert "涉及 4 个模型" in words(make, "zh", data=data, earlier_looks=others)


def test_better_worse_and_equal_to_the_champion_are_told_apart(make: Make) -> None:
    given = make()
    wrong = [given.labels[(given.labels.index(label) + 1) % 3] for label in given.y_true]
    for y_pred, english, chinese in (
        (wrong, "better than the champion intents@1", "优于当前的冠军模型 intents@1"),
        (given.y_true, "worse than the champion intents@1", "不如当前的冠军模型 intents@1"),
        (given.y_pred, "not clearly different from the champion", "没有明显差别"),
    ):
        champion = Champion("intents@1", given.labels, y_pred)
        summary = build_report(dataclasses.replace(given, champion=champion))["summary"]
        assert english in "\n".join(summary["en"])
        assert chinese in "\n".join(summary["zh"])


def test_weak_slices_are_named_and_even_ones_said_to_be_even(make: Make) -> None:
    given = make(accuracy=1.0)
    wrong = [given.labels[(given.labels.index(label) + 1) % 3] for label in given.y_true[:50]]
    columns = {"渠道": ["电话"] * 60 + ["网页"] * 140}
    weak = dataclasses.replace(given, y_pred=wrong + list(given.y_pred[50:]), columns=columns)
    summary = build_report(weak)["summary"]
    assert any("clearly weaker on" in one and "渠道 = 电话 (16.7% of 60 rows" in one for one in summary["en"])
    assert any("明显较弱" in one and "渠道 = 电话（60 条中 16.7% 正确" in one for one in summary["zh"])
    assert "No slice" in words(make, accuracy=1.0, columns=columns)


def test_confidence_that_is_off_is_told_from_what_chance_does(make: Make) -> None:
    assert "would stay below" in words(make, accuracy=0.2)
    assert "期望校准误差" in words(make, "zh", accuracy=0.2)
    given = make()
    right = np.mean([truth == label for truth, label in zip(given.y_true, given.y_pred, strict=True)])
    scores = np.full((200, 3), (1 - right) / 2, dtype=np.float32)
    scores[np.arange(200), [given.labels.index(label) for label in given.y_pred]] = right
    honest = build_report(dataclasses.replace(given, scores=scores, baseline=None))["summary"]
    assert any("may show as much" in sentence for sentence in honest["en"])
    assert any("完全校准的模型也可能有这样的误差" in sentence for sentence in honest["zh"])


def test_what_more_labels_would_bring_is_said(make: Make) -> None:
    points = [
        {"rows": r, "n": 300, "accuracy": a, "interval": [a - 0.1, a + 0.1]}
        for r, a in ((50, 0.5), (100, 0.6), (200, 0.65))
    ]
    assert "Twice the labels: about +" in words(make, learning_curve=points)
    assert "标注数据翻倍" in words(make, "zh", learning_curve=points)


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
