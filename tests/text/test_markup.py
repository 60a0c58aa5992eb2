"""HTML taken out of texts, and what only looks like HTML."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.markup import strip_markup


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<p>快递</p><p>没到</p>", " 快递  没到 "),
        ("我的<b>快递</b>没到", "我的快递没到"),
        ("one<br />two<BR>three", "one two three"),
        ('<a href="https://x.cn/?a=1&amp;b=2" target=_blank>link</a>', "link"),
        ("<img src='a.png' alt=\"x\"/>", " "),
        ("<input disabled>", " "),
        ("a<!-- hidden <b> -->b", "a b"),
        ("a<script type='x'>if (a<b) {}</script >b", "a b"),
        ("a<STYLE>p {}</STYLE>b", "a b"),
        ("AT&amp;T &lt;3 &#8226; &#x4e2d; &hellip;", "AT&T <3 • 中 …"),
        ("&nbsp;好&nbsp 的", "\xa0好\xa0 的"),
        ("&amp;amp;lt;b&amp;amp;gt;bold", "bold"),
        ("<!DOCTYPE html><html>x", "  x"),
        ("<o:p></o:p>x", "  x"),
    ],
)
def test_what_a_browser_would_show(raw: str, shown: str) -> None:
    assert strip_markup(raw) == shown


@pytest.mark.parametrize(
    "clean",
    [
        "",
        "a < b and c > d",
        "a <b and c> d",
        "x<y>z",
        "<3",
        "<user> says hi, <unk>",
        "<三国演义>很好看",
        "<500强>",
        "https://a.cn/?a=1&copy=2&lt=3",
        "AT&T; R&D; Q&A",
        "if (a<b) { c>d }",
        "->  <-  <=>  <>",
        "a <!-- never closed",
        "<script>never closed".replace("<script>", "<script"),
        "<http://example.com>",
    ],
)
def test_what_only_looks_like_markup_stays(clean: str) -> None:
    assert strip_markup(clean) == clean


TAGS = [
    "<b>",
    "</b>",
    "<",
    ">",
    "b",
    "br",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<style>",
    "</style>",
    "/",
    '"',
    "=",
]
ENTITIES = ["&", "amp;", "&amp;", "#38;", "&lt;", "&gt;", "lt;", "&#60;", "&#x3e;", "&Aacute;", "&#769;"]
PIECES = st.lists(st.sampled_from([*TAGS, *ENTITIES, " ", "a", "e", "退款"])).map("".join)


@given(st.one_of(st.text(), PIECES))
def test_stripping_twice_is_stripping_once_and_stays_composed(text: str) -> None:
    once = strip_markup(text)
    assert strip_markup(once) == once
    if unicodedata.is_normalized("NFC", text):
        assert unicodedata.is_normalized("NFC", once)


@given(st.text(alphabet=st.characters(exclude_characters="<&")))
def test_without_its_signs_there_is_no_markup(text: str) -> None:
    assert strip_markup(text) == text


@pytest.mark.parametrize(
    "piece", ["<", "<b ", "<a x='", "<!--", "<script>", "<style>", "&amp;", "&#38;", "&#3", "<<b>"]
)
def test_long_texts_of_trouble_come_to_an_end(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert len(strip_markup(text)) <= len(text)
