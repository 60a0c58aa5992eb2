"""Texts that were decoded with the wrong encoding, and texts that only look like it."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.mojibake import is_mojibake, repair_mojibake, suspects

CHINESE = "我们的用户在手机上下单之后没有收到验证码，请帮忙看一下物流信息！"


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("鐢ㄦ埛浣撻獙寰堝ソ", "用户体验很好"),
        ("浣犲ソ", "你好"),
        ("It鈥檚 fine", "It’s fine"),
        ("ä½\xa0å¥½", "你好"),
        ("ç”¨æˆ·ä½“éªŒå¾ˆå¥½", "用户体验很好"),
        ("Itâ€™s cafÃ© time", "It’s café time"),
        ("China‚Äôs Xi", "China’s Xi"),
        ("MÃ¼ller StraÃŸe", "Müller Straße"),
        ("a \x96 b", "a – b"),
    ],
)
def test_what_was_meant_comes_back(broken: str, meant: str) -> None:
    assert repair_mojibake(broken) == meant
    assert is_mojibake(broken)


@pytest.mark.parametrize(
    "clean",
    [
        "",
        "Where is my card?",
        "退款，谢谢！",
        "“引号”与‘引号’，全角ＡＢＣ　１２３",
        "café naïve Müller ÄÖÜ ß — “quoted” … €50",
        "锂电池 猕猴桃 飓风 濮存昕 韬光养晦 飙歌",
        "茅台 caf茅",
        "Привет, как дела?",
        "¿Dónde está?",
        "ﬁne ½ ² &amp; <b>",
        "👍🏽 好",
        "(｡･ω･｡) ╮(╯_╰)╭ √ ≈ ①",
    ],
)
def test_clean_texts_stay_as_they_are(clean: str) -> None:
    assert repair_mojibake(clean) == clean
    assert not is_mojibake(clean)


def test_bytes_that_were_lost_come_out_as_lost() -> None:
    assert repair_mojibake("浣欓\ufffd濆疂鎻愮幇澶辫触") == "余\ufffd\ufffd宝提现失败".replace(
        "\ufffd\ufffd", "\ufffd"
    )


def test_what_nobody_can_read_back_is_found_and_left_alone() -> None:
    for text in ("何鸿\ufffd出院", "锟斤拷锟斤拷"):
        assert is_mojibake(text)
    assert repair_mojibake("何鸿\ufffd出院") == "何鸿\ufffd出院"


@given(st.text(alphabet=CHINESE, min_size=4).filter(lambda text: len(text.strip("，！")) > 3))
def test_chinese_read_as_latin_comes_back(text: str) -> None:
    assert repair_mojibake(text.encode().decode("latin-1")) == text


@given(st.text(alphabet=CHINESE.replace("，", "").replace("！", ""), min_size=4))
def test_chinese_read_as_gbk_without_a_loss_comes_back(text: str) -> None:
    even = text[: len(text) // 2 * 2]
    try:
        broken = even.encode().decode("gbk")
    except UnicodeDecodeError:
        return
    assert repair_mojibake(broken) == even


@given(st.text(alphabet=CHINESE + " abc，。A1"))
def test_everyday_chinese_is_never_touched(text: str) -> None:
    assert repair_mojibake(text) == text


MIXED = st.text(alphabet="鐢ㄦ埛浣犲ソÃ©Â€â\x80\x99™ä½ aé锟斤拷\ufffd€?我们\u0301")


@given(st.one_of(st.text(), MIXED))
def test_repairing_twice_is_repairing_once_and_stays_composed(text: str) -> None:
    once = repair_mojibake(text)
    assert repair_mojibake(once) == once
    if unicodedata.is_normalized("NFC", text):
        assert unicodedata.is_normalized("NFC", once)


@given(st.one_of(st.text(), MIXED))
def test_every_broken_text_has_a_suspect(text: str) -> None:
    if is_mojibake(text):
        assert re.search(f"[{suspects()}]", text)
