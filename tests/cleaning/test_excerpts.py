from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.cleaning.excerpts import LENGTH, change, excerpt, masked_excerpt
from headway.text.personal_data import find

PHONE = "13800138000"


@pytest.mark.parametrize(
    "text",
    [
        f"请打{PHONE}找我",
        "请打１３８００１３８０００找我",
        "请打138\u200b0013\u200b8000找我",
        "请打<b>138</b><b>0013</b>8000找我",
        "write to jo@example.com",
        "write to jo&#64;example.com",
        "字" * (LENGTH - 5) + PHONE,
        "字" * 5_000 + PHONE + "字" * 5_000,
    ],
)
def test_no_excerpt_holds_personal_data(text: str) -> None:
    shown = [excerpt(text), masked_excerpt(text), *change(text, text + "。")]
    for part in shown:
        assert find(part) == []
        assert "0138" not in part
        assert "@example" not in part


def test_an_excerpt_is_short_and_on_one_line() -> None:
    assert excerpt(" 第一行\r\n\t第二行\u3000 third ") == "第一行 第二行 third"
    assert excerpt("字" * 1_000) == "字" * LENGTH + "…"


def test_invisible_characters_are_shown() -> None:
    assert excerpt("a\u200bb\x1b[31m\ufeff") == "a\\u200bb\\u001b[31m\\ufeff"


def test_a_change_is_shown_where_it_is() -> None:
    raw = "好" * 500 + "&amp;" + "坏" * 500
    before, after = change(raw, raw.replace("&amp;", "&"))
    assert "好&amp;坏" in before
    assert "好&坏" in after
    assert before.startswith("…")
    assert len(before) <= LENGTH + 2
    assert change("ＡＢ", "AB") == ("ＡＢ", "AB")


def test_what_was_lost_is_shown_where_nothing_can_be_repaired() -> None:
    raw = "好" * 500 + "\ufffd" + "坏" * 500
    before, after = change(raw, raw)
    assert before == after
    assert "好\ufffd坏" in before


def test_masked_data_are_shown_where_they_are() -> None:
    shown = masked_excerpt("好" * 500 + f"，电话{PHONE}")
    assert shown.startswith("…")
    assert shown.endswith("[PHONE]")


@given(st.text(), st.text())
def test_any_text_has_an_excerpt(raw: str, repaired: str) -> None:
    for part in (excerpt(raw), masked_excerpt(raw), *change(raw, repaired)):
        assert part.isprintable()
        assert len(part) <= LENGTH + 2
