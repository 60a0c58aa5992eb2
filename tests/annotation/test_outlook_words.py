from __future__ import annotations

from typing import Any, get_args

import pytest

from headway.annotation.outlook import Advice
from headway.annotation.outlook_words import outlook_words

FOUND: dict[str, Any] = {
    "labels": 1_200,
    "accuracy": {"n": 118, "accuracy": 0.842, "low": 0.77, "high": 0.9},
    "more": 200,
    "gain": 0.0137,
    "low": -0.0061,
    "high": 0.021,
    "seconds": 4_200.0,
    "cost": 90.0,
    "currency": "¥",
    "reason": "go-on",
    "least_gain": 0.005,
    "target": 0.8,
    "agreed": 0.83,
}


def test_gain_time_and_money_stand_in_one_sentence_in_both_languages() -> None:
    assert outlook_words(FOUND, "en") == [
        "After 1,200 labels the learner has 84.2% right (77.0% … 90.0%). The next 200 labels: "
        "+1.4 points (−0.6 to +2.1), about 70 min, ¥90 at your rate.",
        "Labelling on pays.",
    ]
    assert outlook_words(FOUND, "zh") == [
        "标注 1,200 条后，学习模型的正确率为 84.2%（77.0% … 90.0%）。再标注 200 条：+1.4 个百分点"
        "（−0.6 至 +2.1），约 70 分钟，按您的费率为 ¥90。",
        "值得继续标注。",
    ]


def test_what_is_not_known_is_left_out() -> None:
    unpaid = {**FOUND, "cost": None, "seconds": 7_200.0}
    assert outlook_words(unpaid, "en")[0].endswith("(−0.6 to +2.1), about 2.0 h.")
    untimed = {**FOUND, "cost": None, "seconds": None, "gain": 0.0004}
    assert outlook_words(untimed, "zh")[0].endswith("再标注 200 条：0.0 个百分点（−0.6 至 +2.1）。")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_advice_has_words_with_its_figures(language: str) -> None:
    said = {reason: outlook_words({**FOUND, "reason": reason}, language)[1] for reason in get_args(Advice)}
    assert len(set(said.values())) == len(said)
    assert "118" in said["too-early"]
    assert "80.0%" in said["target"]
    assert "83.0%" in said["as-people"]
    assert "0.5" in said["little-to-gain"]
