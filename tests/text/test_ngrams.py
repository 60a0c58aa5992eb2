from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headway.text import character_ngrams


def test_words_and_characters_alike() -> None:
    assert character_ngrams("Ab", 1, 2) == [" ", "a", "b", " ", " a", "ab", "b "]
    assert character_ngrams("退款", 2, 3) == [" 退", "退款", "款 ", " 退款", "退款 "]
    assert character_ngrams("", 3, 5) == []


@given(st.text(max_size=30), st.integers(1, 4), st.integers(0, 3))
def test_every_window_is_there_once(text: str, low: int, more: int) -> None:
    length = len(text.lower()) + 2
    grams = character_ngrams(text, low, low + more)
    assert len(grams) == sum(max(length - size + 1, 0) for size in range(low, low + more + 1))
    assert all(gram in f" {text.lower()} " for gram in grams)
