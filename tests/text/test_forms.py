"""Full-width and traditional characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.forms import is_traditional, to_half_width, to_simplified


@pytest.mark.parametrize(
    ("raw", "half"),
    [
        ("ＡＢＣ　１２３", "ABC 123"),
        ("电话：１３８－００１３－８０００", "电话：138-0013-8000"),
        ("ａ＠ｂ．ｃｏｍ，１００％", "a@b.com，100%"),
        ("好！（真的）？～；", "好！（真的）？～；"),
        ("＜ｂ＞＆", "＜b＞＆"),
        ("￥９９", "￥99"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_letters_and_digits_are_narrowed_and_punctuation_stays(raw: str, half: str) -> None:
    assert to_half_width(raw) == half


@pytest.mark.parametrize(
    ("raw", "simplified"),
    [
        ("請問我的貨到了嗎", "请问我的货到了吗"),
        ("花唄額度怎麼調高", "花呗额度怎么调高"),
        ("乾隆皇帝與乾燥機", "乾隆皇帝与干燥机"),
        ("refund 退貨", "refund 退货"),
        ("退\ud800貨", "退\ufffd货"),
    ],
)
def test_traditional_is_simplified_by_characters_and_phrases(raw: str, simplified: str) -> None:
    assert to_simplified(raw) == simplified


@pytest.mark.parametrize(
    "text",
    [
        "退款什么时候到账",
        "哪吒之魔童降世",
        "著名的于姓",
        "乾坤未定",
        "營業時間は午前９時からです",
        "日本語の文字を変換しないでください",
        "refund",
        "",
    ],
)
def test_simplified_chinese_japanese_and_others_stay(text: str) -> None:
    assert to_simplified(text) == text


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        ("請問貨到了嗎", True),
        ("退貨", True),
        ("退款", False),
        ("昨天在台北買了一本书，非常喜欢，推荐给大家看看", False),
        ("昨天在台北買了一本書，非常喜欢，推荐给大家看看", True),
        ("營業時間は午前９時から", False),
        ("refund", False),
    ],
)
def test_two_characters_or_one_of_few_make_a_text_traditional(text: str, traditional: bool) -> None:
    assert is_traditional(text) is traditional


HAN = st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF))


@given(st.one_of(st.text(), HAN, st.text(alphabet="Ａａ\u0301１．貨薴請乾隆は，")))
@pytest.mark.parametrize("step", [to_half_width, to_simplified])
def test_each_step_twice_is_the_step_once_and_stays_composed(step, text: str) -> None:  # type: ignore[no-untyped-def]
    once = step(text)
    assert step(once) == once
    if unicodedata.is_normalized("NFC", text):
        assert unicodedata.is_normalized("NFC", once)


@given(HAN)
def test_simplifying_keeps_the_length_and_leaves_nothing_traditional(text: str) -> None:
    simplified = to_simplified(text)
    assert len(simplified) == len(text)
    assert not is_traditional(simplified)
