from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text import dominant_language, han_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("退款", 1.0),
        ("refund please", 0.0),
        ("", 0.0),
        ("123 ，。!?", 0.0),
        ("用 iPhone 付", 2 / 3),
        ("𠮷", 1.0),
    ],
)
def test_share_of_chinese(text: str, share: float) -> None:
    assert han_share(text) == pytest.approx(share)


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        (["我要退款", "快递到哪里了"], "zh"),
        (["I want a refund", "where is it"], "en"),
        (["我的iPhone坏了", "客服的态度很好", "thanks"], "zh"),
        (["123", "?", "退款"], "zh"),
        (["123", "…"], "en"),
        ([], "en"),
    ],
)
def test_most_texts_decide(texts: list[str], language: str) -> None:
    assert dominant_language(iter(texts)) == language


@given(st.text())
def test_the_share_is_between_nothing_and_all(text: str) -> None:
    assert 0.0 <= han_share(text) <= 1.0
