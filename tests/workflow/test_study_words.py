from __future__ import annotations

from typing import Any

import pytest

from headway.workflow.study_words import folds_words, repeats_words, search_words

SPREAD = {"mean": 0.9123, "deviation": 0.0217, "min": 0.88, "max": 0.94, "values": [0.88, 0.94]}
FOLDS: dict[str, Any] = {
    "folds": 5,
    "of": 5,
    "rows": 1234,
    "accuracy": {**SPREAD, "pooled": 0.91, "interval": [0.89, 0.93]},
    "macro_f1": {**SPREAD, "pooled": 0.9},
}
REPEATS: dict[str, Any] = {
    "seeds": [3, 4, 5],
    "of": 3,
    "by_chance": True,
    "accuracy": SPREAD,
    "macro_f1": SPREAD,
}
SEARCH: dict[str, Any] = {
    "trials": {"done": 7, "pruned": 2, "failed": 1},
    "rows": 1500,
    "best": 4,
    "settings": {"c": 12.3456789, "targets": "all"},
    "accuracy": 0.934,
    "gain": 0.021,
    "luck": 0.012,
    "clear": True,
    "ended": "trials",
}


def test_folds_are_told_with_mean_deviation_and_interval() -> None:
    words = folds_words(FOLDS)
    for part in ("91.2%", "2.2", "1,234", "91.0%", "89.0%", "93.0%"):
        assert part in words["en"]
        assert part in words["zh"]
    assert words["en"].startswith("Cross-validation in 5 folds")
    assert words["zh"].startswith("5 折交叉验证")


def test_folds_that_the_budget_cut_are_told_so() -> None:
    words = folds_words({**FOLDS, "folds": 1, "accuracy": {**FOLDS["accuracy"], "deviation": None}})
    assert "1 of 5 folds" in words["en"]
    assert "The budget allowed no more." in words["en"]
    assert "5 折交叉验证（完成 1 折）" in words["zh"]
    assert "None" not in words["en"] + words["zh"]
    nothing = folds_words({"folds": 0, "of": 5, "rows": 0})
    assert "did not reach for a single fold" in nothing["en"]
    assert "没有进行交叉验证" in nothing["zh"]


def test_repeats_are_told_with_the_reason_for_the_first_seed() -> None:
    words = repeats_words(REPEATS)
    for part in ("91.2%", "88.0%", "94.0%", "2.2"):
        assert part in words["en"]
        assert part in words["zh"]
    assert "Over 3 seeds (3 to 5)" in words["en"]
    assert "The model of seed 3 is published" in words["en"]
    assert "would flatter" in words["en"]
    assert "发布的是种子 3 的模型" in words["zh"]


def test_repeats_without_chance_and_repeats_that_were_cut() -> None:
    same = repeats_words({**REPEATS, "seeds": [0, 1], "of": 5, "by_chance": False})
    assert "draws nothing by chance: seed 1 gave the same model as seed 0" in same["en"]
    assert "不含随机因素" in same["zh"]
    cut = repeats_words({**REPEATS, "seeds": [0], "of": 5})
    assert "only one seed" in cut["en"]
    assert "The budget allowed no more." in cut["en"]
    assert "预算只允许这么多次" in cut["zh"]


def test_a_search_is_told_with_how_much_of_it_is_luck() -> None:
    words = search_words(SEARCH)
    for part in ("10", "1,500", "c=12.35", "targets=all", "93.4%", "2.1", "1.2", "7"):
        assert part in words["en"]
        assert part in words["zh"]
    assert words["en"].endswith("so this is more than noise.")
    assert words["zh"].endswith("所以这不只是噪声。")


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        ({"clear": False}, "no more than noise", "与噪声没有区别"),
        ({"best": 0}, "These are the defaults", "这就是默认设置"),
        ({"gain": None, "luck": None}, "could not be measured", "没有测得结果"),
        ({"trials": {"done": 1}, "best": 0}, "1 set of settings", "没有再试别的"),
        ({"ended": "budget"}, "The budget allowed no more.", "预算只允许"),
        ({"ended": "interrupted"}, "The search was interrupted", "搜索被中断"),
        (
            {"trials": {"done": 10}},
            "tried 10 sets of settings on 1,500 held-out training texts. Best",
            "10 组设置。",
        ),
    ],
)
def test_how_a_search_ended_is_told(change: dict[str, Any], en: str, zh: str) -> None:
    words = search_words({**SEARCH, **change})
    assert en in words["en"]
    assert zh in words["zh"]
