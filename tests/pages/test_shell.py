"""The shell of a page: both languages, one chosen, a policy that fits the style, nothing taken as markup."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, UndefinedError

from headway.pages import Language, environment, render_page

WORDS = {
    "en": {"footer": "made here", "hello": "Hello {name}"},
    "zh": {"footer": "由此生成", "hello": "你好 {name}"},
}


def text(language: Language, key: str, **values: object) -> str:
    return WORDS[language][key].format(**values)


@pytest.fixture
def made() -> Environment:
    """An environment with a page of three lines."""
    page = (
        '{% extends "page.html" %}{% from "macros.html" import t with context %}'
        '{% block main %}<h1>{{ t("hello", name=name) }}</h1>{% endblock %}'
    )
    made = environment("headway.pages", text)
    assert made.loader is not None
    made.loader.loaders.insert(0, DictLoader({"hello.html": page, "own.css": ".own { color: red; }"}))  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_languages_are_inside_and_one_is_open(made: Environment, language: Language) -> None:
    html = render_page(made, "hello.html", title="题", language=language, name="世界")
    assert f'<html lang="{language}">' in html
    assert re.findall(r'id="(\w+)" checked', html) == [language]
    for words in ("Hello 世界", "你好 世界", "made here", "由此生成", "<title>题</title>"):
        assert words in html


def test_the_policy_allows_the_style_of_the_page_and_that_of_the_room(made: Environment) -> None:
    html = render_page(made, "hello.html", title="", language="en", styles=("own.css",), name="")
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    assert ".own { color: red; }" in style[1]
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in html or f"style-src 'sha256-{digest}'" in html
    assert "url(" not in style[1]


def test_what_users_wrote_is_text(made: Environment) -> None:
    html = render_page(made, "hello.html", title="<b>", language="en", name="<script>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<title>&lt;b&gt;</title>" in html


def test_a_word_that_is_missing_is_an_error(made: Environment) -> None:
    with pytest.raises(UndefinedError):
        render_page(made, "hello.html", title="", language="en")


def test_the_style_serves_light_and_dark_phones_and_paper() -> None:
    import headway.pages

    style = (Path(headway.pages.__file__).parent / "templates" / "page.css").read_text("utf-8")
    for rule in ("prefers-color-scheme: dark", "max-width: 36rem", "@media print"):
        assert rule in style
