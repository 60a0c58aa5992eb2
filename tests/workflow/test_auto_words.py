from __future__ import annotations

import pytest

from headway.evaluation.bootstrap import PairedDifference
from headway.workflow.auto_words import (
    NAMES,
    OF_FEWER_ROWS,
    all_right,
    compared,
    more_time,
    not_tried,
    too_slow,
    untried,
)

FOUND = PairedDifference(0.021, -0.012, 0.053)


def test_a_trial_is_told_with_its_interval_what_is_expected_and_the_verdict() -> None:
    words = compared("full", "probe", FOUND, 0.018, 1_365, True)
    assert words["en"] == (
        "On 1,365 held-out texts full fine-tuning differs from probe by +2.1 (-1.2 … +5.3) points; "
        "with what it brought on other data, +1.8 are to be expected: it was kept."
    )
    assert words["zh"] == (
        "在留出的 1,365 条文本上，全量微调与probe相差 +2.1 (-1.2 … +5.3) 个百分点；"
        "结合其在其他数据上的表现，预计为 +1.8：予以采用。"
    )


def test_what_was_kept_before_has_the_name_of_a_sentence() -> None:
    words = compared("full", "lora", FOUND, -0.001, 40, False)
    assert "full fine-tuning differs from LoRA" in words["en"]
    assert words["en"].endswith("-0.1 are to be expected: not enough to be kept.")
    assert "全量微调与LoRA相差" in words["zh"]
    assert words["zh"].endswith("预计为 -0.1：不足以采用。")


def test_a_recipe_kept_without_a_trial_is_told_with_gain_risk_and_cost() -> None:
    words = untried("full", 0.033, 0.0018, 0.0151, 290.0)
    assert words["en"] == (
        "The budget does not reach for a trial of full fine-tuning and for training it on all rows, and the "
        "1/5 that a trial leaves out would bring about 1.5 points. So it was kept without a trial: on other "
        "data it brought 3.3 points more, and that it may be worse on yours costs 0.2 on average. With about "
        "4 min 50 s it would be tried first."
    )
    for part in ("全量微调", "1/5 数据约值 1.5", "多带来 3.3", "平均损失 0.2", "约 4 分 50 秒即可先行试训"):
        assert part in words["zh"]


def test_a_training_without_a_trial_that_was_given_up_is_told() -> None:
    words = too_slow("lora")
    assert words["en"].startswith("LoRA was begun at once, on all rows")
    assert words["en"].endswith("so it was tried first.")
    assert "LoRA曾直接用全部数据开始训练" in words["zh"]
    assert "改为先行试训" in words["zh"]


@pytest.mark.parametrize("recipe", NAMES)
def test_more_time_is_told_in_points_and_minutes(recipe: str) -> None:
    words = more_time(recipe, 0.0204, 3_600)
    assert f"about 2.0 points: {NAMES[recipe]} needs about 1 h 0 min" in words["en"]
    assert "约 2.0 个百分点" in words["zh"]
    assert "1 小时" in words["zh"]


def test_the_rest_is_said_in_both_languages() -> None:
    assert "all 1,234 texts" in all_right(1_234)["en"]
    assert "1,234 条文本" in all_right(1_234)["zh"]
    assert "learned from 4/5 of them" in OF_FEWER_ROWS["en"]
    assert "4/5" in OF_FEWER_ROWS["zh"]
    assert not_tried("lora", "peft is not installed.") == {
        "en": "lora could not be tried: peft is not installed.",
        "zh": "未能尝试 lora：peft is not installed.",
    }
