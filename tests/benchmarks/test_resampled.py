"""The corpus: sizes, both languages, and near-duplicates that are told from their origin."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.inputs import Inputs, MissingInputError
from benchmarks.resampled import resample, vary
from headway.text import han_share

EN = "I have been waiting for my card to arrive"
ZH = "我上个星期在你们店里买的洗衣机到现在还没有送到"


@pytest.mark.parametrize(
    ("text", "language"), [(EN, "en"), (ZH, "zh"), ("a short one", "en"), ("很短的话", "zh")]
)
def test_a_variant_is_another_text_of_about_the_same_length(text: str, language: str) -> None:
    rng = random.Random(0)
    variants = {vary(text, language, rng) for _ in range(50)}
    assert len(variants) > 3
    assert all(abs(len(variant.replace("  ", " ").strip()) - len(text)) <= 5 for variant in variants)


def test_a_fifth_is_planted_and_half_is_chinese(shared: Path) -> None:
    corpus = resample(Inputs(shared / "data", shared / "models"), 2_000)
    assert (len(corpus.texts), len(corpus.planted)) == (2_000, 400)
    assert resample(Inputs(shared / "data", shared / "models"), 2_000) == corpus
    copies = {copy for copy, _ in corpus.planted}
    assert len(copies) == 400
    assert copies.isdisjoint(parent for _, parent in corpus.planted)
    chinese = sum(han_share(text) >= 0.5 for text in corpus.texts) / 2_000
    assert 0.4 < chinese < 0.6


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="banking77"):
        resample(Inputs(tmp_path, tmp_path), 10)
