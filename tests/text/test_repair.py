"""Dirt found in raw texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text import find_dirt, prepare


@pytest.mark.parametrize(
    ("text", "dirt"),
    [
        ("Where is my card?", ()),
        ("a < b & c > d\n\tnext", ()),
        ("退款，谢谢！（真的）“好”", ()),
        ("café Müller ½ — …", ()),
        ("鐢ㄦ埛浣撻獙", ("mojibake",)),
        ("何鸿\ufffd出院", ("mojibake",)),
        ("<p>退款</p>", ("html",)),
        ("R&amp;D", ("html",)),
        ("退\u200b款", ("control",)),
        ("a\x07b", ("control",)),
        ("ＡＢＣ", ("full-width",)),
        ("退款　谢谢", ("full-width",)),
        ("請退貨", ("traditional",)),
        ("", ()),
        ("<b>請退貨　１\u200b</b> Itâ€™s", ("mojibake", "html", "control", "full-width", "traditional")),
    ],
)
def test_what_is_wrong_with_a_text(text: str, dirt: tuple[str, ...]) -> None:
    assert find_dirt(text) == dirt


DIRTY = st.text(alphabet="<b>&amp;請貨款ＡＢ１　\u200b\x07Ã©鐢ㄦ埛 abc退\ufffd")


@given(st.one_of(st.text(), DIRTY))
def test_each_kind_but_traditional_is_what_its_step_changes(text: str) -> None:
    dirt = find_dirt(text)
    for kind in ("html", "control", "full-width"):
        assert (kind in dirt) == (prepare(text, (f"{kind}@1",)) != text), kind
    if prepare(text, ("mojibake@1",)) != text:
        assert "mojibake" in dirt
    if "traditional" in dirt:
        assert prepare(text, ("simplified@1",)) != text


@given(DIRTY)
def test_what_the_steps_set_right_is_no_longer_found(text: str) -> None:
    for kind in ("html", "control", "full-width"):
        assert kind not in find_dirt(prepare(text, (f"{kind}@1",)))
    assert "traditional" not in find_dirt(prepare(text, ("simplified@1",)))


def test_the_public_texts_are_clean_but_for_a_few(shared) -> None:  # type: ignore[no-untyped-def]
    titles = (shared / "data" / "thucnews_titles_zh" / "test.txt").read_text("utf-8").splitlines()
    found = [kind for title in titles for kind in find_dirt(title.rsplit("\t", 1)[0])]
    # Titles with U+FFFD, entities and full-width forms: those found are dirty indeed.
    assert len(found) < 0.01 * len(titles)
    assert "traditional" not in found
