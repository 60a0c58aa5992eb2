"""The script of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.scripts import LATIN_WORD, OTHER_SCRIPT, is_japanese, script_of


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("refund", "latin"),
        ("退款", "zh"),
        ("返金してください", "ja"),
        ("환불", "ko"),
        ("возврат", "ru"),
        ("استرداد", "ar"),
        ("คืนเงิน", "th"),
        ("वापसी", "hi"),
        ("επιστροφή", "el"),
        ("החזר", "he"),
        ("Я купил iPhone", "ru"),
        ("123 ，。!?", ""),
        ("", ""),
        ("\u0e31", ""),
    ],
)
def test_most_of_the_letters_decide(text: str, script: str) -> None:
    assert script_of(text) == script


@pytest.mark.parametrize(
    ("text", "japanese"),
    [
        ("首相、辞任を表明", True),
        ("アイフォン", True),
        ("奶茶の店很好喝", False),
        ("(づ￣3￣)づ 好喜欢", False),
        ("海贼王ワンピース最新一话", False),
        ("退款", False),
    ],
)
def test_hiragana_in_earnest_makes_japanese(text: str, japanese: bool) -> None:
    assert is_japanese(text) is japanese


@given(st.text())
def test_a_text_with_no_other_script_is_latin_chinese_or_none(text: str) -> None:
    if not OTHER_SCRIPT.search(text):
        assert script_of(text) in ("latin", "zh", "")


@given(st.text(alphabet="abcÄéñ", min_size=1))
def test_latin_words_are_latin(text: str) -> None:
    assert LATIN_WORD.fullmatch(text)
    assert script_of(text) == "latin"
