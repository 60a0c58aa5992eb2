from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from headway.comparison.bases_words import Judged, choose_base, fit_warnings, recommendation, warnings_in_both
from headway.models import BaseModel
from headway.models.bases import warnings_for

N = 1_000
BASE = BaseModel(
    name="tiny",
    folder=Path(),
    licence="mit",
    licence_source="README.md",
    languages=("zh", "en"),
    pooling="mean",
    prefix="",
    max_length=128,
    architecture="bert",
    sha256="0" * 64,
)


def judged(name: str, accuracy: float, speed: float) -> Judged:
    """One that is right on the first so many of a thousand texts."""
    return Judged(name, np.arange(N) < round(accuracy * N), {"base": name, "texts_per_second": speed})


BASELINE = judged("baseline", 0.70, 10_000.0)


def said(*bases: Judged, baseline: Judged = BASELINE) -> tuple[str, str, str]:
    """What is recommended, and the words for it in English and Chinese."""
    taken, recommended = choose_base(bases, baseline)
    words = recommendation(bases, baseline, taken, recommended)
    assert len(words["en"]) == len(words["zh"])
    return recommended.name, " ".join(words["en"]), "".join(words["zh"])


def test_one_that_is_clearly_better_is_taken_although_it_is_slower() -> None:
    name, english, chinese = said(judged("minilm", 0.80, 800.0), judged("e5-small", 0.84, 400.0))
    assert name == "e5-small"
    assert "Take e5-small: its accuracy is 84.0%, clearly better than the baseline" in english
    assert "e5-small is clearly better than minilm by 4.0 points" in english
    assert "takes 2.0 times as long (400 against 800 texts/s)" in english
    assert "推荐 e5-small" in chinese
    assert "明显优于 minilm，高 4.0 个百分点" in chinese
    assert "用时是它的 2.0 倍" in chinese


def test_without_a_clear_difference_the_faster_one_is_taken() -> None:
    name, english, chinese = said(judged("minilm", 0.839, 800.0), judged("e5-small", 0.84, 400.0))
    assert name == "minilm"
    assert "Between minilm and e5-small there is no clear difference (−0.1 points" in english
    assert "minilm is 2.0 times as fast" in english
    assert "没有明显差别（相差 −0.1 个百分点" in chinese


def test_of_two_that_are_about_as_fast_the_more_accurate_one_is_taken() -> None:
    name, english, _ = said(judged("one", 0.839, 420.0), judged("other", 0.84, 400.0))
    assert name == "other"
    assert "is about as fast" in english


def test_a_base_that_is_not_clearly_better_leaves_the_baseline() -> None:
    name, english, chinese = said(judged("minilm", 0.701, 800.0))
    assert name == "baseline"
    assert "No base model compared is clearly better than the baseline" in english
    assert "differs from it by +0.1 points" in english
    assert "minilm is the only base model" in english
    assert "请保留基线" in chinese


def test_a_baseline_that_is_clearly_better_is_said_so() -> None:
    name, english, chinese = said(judged("minilm", 0.5, 800.0))
    assert name == "baseline"
    assert "is clearly better than minilm by 20.0 points" in english
    assert "明显优于 minilm，高 20.0 个百分点" in chinese


def test_the_fastest_is_not_taken_where_only_a_slower_one_beats_the_baseline() -> None:
    # On few texts: the fast one ties with the slow one, but not clearly with the baseline either.
    baseline, fast, slow = (
        Judged(name, np.arange(60) < right, {"base": name, "texts_per_second": speed})
        for name, right, speed in (("baseline", 40, 10_000.0), ("fast", 43, 800.0), ("slow", 46, 100.0))
    )
    assert slow.clearly_better(baseline)
    assert not slow.clearly_better(fast)
    assert not fast.clearly_better(baseline)
    assert said(fast, slow, baseline=baseline)[0] == "slow"


@pytest.mark.parametrize(
    ("changed", "language", "chinese"),
    [
        ({}, "zh", []),
        ({"licence": "unknown", "licence_source": ""}, "zh", ["没有说明许可证"]),
        ({"licence": "other", "licence_source": "LICENSE"}, "en", ["使用自己的许可证（LICENSE）"]),
        ({"licence": "cc-by-nc-4.0"}, "zh", ["许可证是 cc-by-nc-4.0，不允许商用"]),
        ({"languages": ("en",)}, "zh", ["没有用中文训练过"]),
        ({"languages": ("de", "fr")}, "en", ["是用 de、fr 训练的"]),
        ({"languages": ("en",), "licence": "unknown"}, "zh", ["没有用中文训练过", "没有说明许可证"]),
        ({"languages": (), "licence": "unknown"}, "zh", ["没有说明许可证"]),
    ],
)
def test_warnings_about_a_base_are_said_in_both_languages(
    changed: dict[str, object], language: str, chinese: list[str]
) -> None:
    base = dataclasses.replace(BASE, **changed)  # type: ignore[arg-type]
    found = warnings_in_both(base, language)
    assert [one["en"] for one in found] == warnings_for(base, language)
    assert len(found) == len(chinese)
    assert all(part in one["zh"] for part, one in zip(chinese, found, strict=True))


def test_unknown_tokens_and_texts_cut_off_are_said_where_there_are_many() -> None:
    few = {"unknown_rate": 0.02, "truncation_rate": 0.0}
    assert fit_warnings("tiny", few) == []
    (unknown,) = fit_warnings("tiny", {**few, "unknown_rate": 0.668})
    assert "does not know 66.8% of the tokens" in unknown["en"]
    assert "66.8% 的词元是 tiny 不认识的" in unknown["zh"]
    (cut,) = fit_warnings("tiny", {**few, "truncation_rate": 0.3})
    assert "ends of 30.0% of the texts" in cut["en"]
    assert "30.0% 的文本太长" in cut["zh"]
