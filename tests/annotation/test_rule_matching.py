from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from headway.annotation.rule_matching import Function, Keywords, OutOfTimeError, Pattern, Text, fold
from tests.annotation.ruling import ENDLESS, NEVER_ENDING


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("refund", "I want a REFUND.", True),
        ("REFUND", "i want a refund", True),
        ("refund", "refunded", False),
        ("refund", "nonrefund", False),
        ("refund", "ｒｅｆｕｎｄ，谢谢", True),
        ("ｒｅｆｕｎｄ", "refund", True),
        # Chinese stands beside Latin words without a space.
        ("refund", "我要refund谢谢", True),
        ("refund", "我要refunds谢谢", False),
        ("refund", "refund_request", True),
        ("5g", "支持5G网络", True),
        ("5g", "15g", False),
        ("xp", "装的是XP系统", True),
        ("退款", "能不能退款呢", True),
        ("vip客户", "我是SVIP客户", True),
        ("ｖｉｐ", "我是 VIP 吗", True),
        ("money back", "Money\n  Back please", True),
        ("money back", "money　back", True),
        ("c++", "I write C++11 and C", True),
        ("c++", "a c+ and abc++", False),
        ("$5", "it costs $5.", True),
        ("$5", "it costs $55", False),
        ("straße", "STRASSE", True),
        ("café", "cafe\u0301s", False),
        ("café", "the CAFE\u0301.", True),
        ("возврат", "Возврат!", True),
        ("возврат", "возвраты", False),
        ("カメラ", "ｶﾒﾗが壊れた", True),
        ("a.c", "abc", False),
    ],
)
def test_keywords_are_words_in_latin_script_and_stand_anywhere_in_chinese(
    word: str, text: str, found: bool
) -> None:
    assert Keywords.of([word])(Text.of(text)) is found
    assert Keywords.of(["nothing like it", word])(Text.of(text)) is found


@given(st.text(min_size=1).filter(lambda word: bool(fold(word))))
def test_every_keyword_is_found_in_itself_whatever_its_case(word: str) -> None:
    keywords = Keywords.of([word])
    assert keywords(Text.of(word))
    assert keywords(Text.of(f"（{word}）"))
    assert fold(fold(word)) == fold(word)


def test_a_pattern_sees_the_text_with_its_case_and_width() -> None:
    assert Pattern(regex.compile("不(好|满)"))(Text.of("我很不满意"))
    assert not Pattern(regex.compile("Refund"))(Text.of("refund"))
    assert Pattern(regex.compile("(?i)^refund"))(Text.of("Refund"))
    assert not Pattern(regex.compile("ABC"))(Text.of("ＡＢＣ"))


def test_a_pattern_that_never_ends_is_given_up() -> None:
    endless = Pattern(regex.compile(NEVER_ENDING))
    with pytest.raises(OutOfTimeError):
        endless(Text.of(ENDLESS))
    assert endless(Text.of("啊啊吗"))


def test_a_function_gets_the_prepared_text() -> None:
    seen: list[str] = []
    assert Function(lambda text: seen.append(text) or "退款")(Text.of("ＡＢＣ Refund")) == "退款"  # type: ignore[func-returns-value]
    assert seen == ["ＡＢＣ Refund"]
