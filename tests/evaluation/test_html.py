"""The HTML report: one file, both languages, nothing loaded, nothing a user wrote taken as markup."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from headway.evaluation import Baseline, build_report, render_html
from headway.evaluation.champion import Champion
from headway.evaluation.looks import Look
from headway.evaluation.strings import STRINGS
from tests.browsing import browser_page

from .conftest import Make

VOID = {"meta", "input", "br", "link", "img"}
ATTACK = '<script>alert("偷")</script>'


class Page(HTMLParser):
    """Collects tags, attributes and text; complains about tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


CURVE = [
    {"rows": r, "labels": 3, "n": 300, "accuracy": a, "interval": [a - 0.05, a + 0.05], "seconds": 0.1}
    for r, a in ((62, 0.5), (125, 0.6), (250, 0.65))
]


@pytest.fixture(scope="module")
def english(make: Make) -> str:
    return render_html(build_report(make("en")))


@pytest.fixture(scope="module")
def attacked(make: Make) -> str:
    given = make("zh", labels=[ATTACK, "财经", "游戏"], accuracy=0.5)
    return render_html(
        build_report(
            dataclasses.replace(
                given,
                model=ATTACK,
                texts=[ATTACK] * 200,
                warnings=[ATTACK],
                data={"kind": "file", "name": ATTACK, "dataset_hash": ATTACK, "n": 200, "looks": 2},
                baseline=Baseline(ATTACK, given.y_pred),
                training={"recipe": ATTACK, "reason": ATTACK, "settings": {ATTACK: ATTACK}},
                equivalence={ATTACK: {ATTACK: ATTACK}},
                cost={ATTACK: 1.0},
                versions={ATTACK: ATTACK},
                keys=[ATTACK] * 200,
                sources=[ATTACK] * 100 + ["b.csv"] * 100,
                columns={ATTACK: [ATTACK, "网页"] * 100},
                champion=Champion(ATTACK, [ATTACK, "军事"], [ATTACK] * 200, seen=3),
                earlier_looks=[Look(ATTACK, ATTACK, 0.5)],
                learning_curve=CURVE,
            )
        )
    )


def test_both_languages_are_in_the_file_and_one_is_chosen(make: Make, english: str) -> None:
    chinese = render_html(build_report(make("zh")))
    for html, chosen in ((english, "en"), (chinese, "zh")):
        assert f'<html lang="{chosen}">' in html
        assert f'id="{chosen}" checked' in html
        text = Page(html).text
        for language in ("en", "zh"):
            for key in ("section.summary", "section.confusion", "section.made", "metric.macro_f1"):
                assert STRINGS[language][key] in text


def test_every_part_of_the_report_is_shown(make: Make, english: str) -> None:
    text = Page(english).text
    for words in ("tf-idf", "multilingual-e5-small", "MIT", "c=4.0", "9f2c4be1", "它在预算之内。", "23.0 MB"):
        assert words in text
    report = build_report(make("en"))
    assert all(sentence in text for sentence in report["summary"]["en"] + report["summary"]["zh"])
    assert report["mistakes"][0]["text"] in text


def test_three_charts_in_two_languages_are_inside(english: str) -> None:
    assert english.count('class="marks"') == 6


def test_nothing_is_loaded_and_nothing_runs(english: str) -> None:
    page = Page(english)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert name not in {"src", "href", "srcset", "action", "style", "xlink:href"}, (tag, name, value)
        assert not name.startswith("on")
    style = english[english.index("<style>") : english.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style


def test_the_policy_allows_the_style_sheet_and_nothing_else(english: str) -> None:
    policy = next(
        value for _, name, value in Page(english).attributes if name == "content" and "src" in value
    )
    style = re.search(r"<style>(.*?)</style>", english, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert "default-src 'none'" in policy
    assert f"style-src 'sha256-{digest}'" in policy


def test_what_users_wrote_is_never_markup(attacked: str) -> None:
    assert "<script" not in attacked
    assert ATTACK in Page(attacked).text


def test_odd_reports_can_be_rendered(make: Make) -> None:
    bare = make(n=1, baseline=None, training={}, equivalence={}, cost={}, versions={}, created_at="")
    assert STRINGS["zh"]["equivalence.none"] in Page(render_html(build_report(bare))).text
    perfect = make(accuracy=1.0)
    assert STRINGS["en"]["mistakes.none"] in Page(render_html(build_report(perfect))).text


def test_thousands_of_labels_make_a_file_one_can_open(make: Make) -> None:
    labels = [f"标签 {i}" for i in range(2000)]
    html = render_html(build_report(make("zh", n=4000, labels=labels, baseline=None)))
    assert len(html) < 1_000_000
    assert "2000 个标签中最弱的 200 个" in Page(html).text


def complete(make: Make, language: str) -> str:
    """A page with every part there is."""
    given = make(
        language,
        accuracy=0.6,
        keys=[f"id:{i}" for i in range(200)],
        sources=["邮件.csv"] * 100 + ["chat.csv"] * 100,
        columns={"channel": ["phone", "web"] * 100, "a_very_long_name_" * 5: ["A" * 50, "乙" * 50] * 100},
        temperature=1.31,
        earlier_looks=[Look("2026-01-01T08:30:00.000000+00:00", "intents@2", 0.71)],
        learning_curve=CURVE,
    )
    champion = Champion("intents@1", [*given.labels, "发票"], given.y_true)
    return render_html(build_report(dataclasses.replace(given, champion=champion)))


def test_every_finding_is_shown_in_both_languages(make: Make) -> None:
    html = complete(make, "en")
    text = Page(html).text
    for language in ("en", "zh"):
        for key in ("slices", "label_errors", "champion", "looks", "curve"):
            assert STRINGS[language][f"section.{key}"] in text
    for words in ("1.310", "邮件.csv", "phone", "2026-01-01 08:30", "intents@2", "71.0%", "发票", "McNemar"):
        assert words in text
    report = build_report(make("en", accuracy=0.6, keys=[f"id:{i}" for i in range(200)]))
    assert report["label_errors"]["rows"][0]["key"] in text
    assert html.count('class="marks"') == 8


def test_no_text_is_quoted_twice(make: Make) -> None:
    report = build_report(
        make(accuracy=0.6, keys=[f"id:{i}" for i in range(200)], texts=[f"Text <{i}>." for i in range(200)])
    )
    text = Page(render_html(report)).text
    for row in report["label_errors"]["rows"] + report["mistakes"]:
        assert text.count(row["text"]) == 1


def test_a_report_of_an_earlier_version_is_shown_without_the_parts_it_lacks(make: Make) -> None:
    report = build_report(make())
    for key in ("calibration", "champion", "slices", "label_errors", "looks", "learning_curve"):
        del report[key]
    for row in report["mistakes"]:
        del row["key"]
    text = Page(render_html(report)).text
    assert report["mistakes"][0]["text"] in text
    assert STRINGS["en"]["section.slices"] not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_the_page_without_scrolling_sideways_and_paper_is_white(
    make: Make, tmp_path: Path, language: str
) -> None:
    file = tmp_path / "report.html"
    file.write_text(complete(make, language), "utf-8")
    scrolling = (
        "[...document.querySelectorAll('.scroll')]"
        ".filter(part => part.clientWidth && part.scrollWidth > part.clientWidth + 1)"
        ".map(part => part.innerText)"
    )
    background = "getComputedStyle(document.body).backgroundColor"
    with browser_page(viewport={"width": 390, "height": 844}, color_scheme="dark") as browsed:
        page = browsed.page
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.evaluate(scrolling) == []
        assert page.evaluate(background) != "rgb(255, 255, 255)"
        page.emulate_media(media="print")
        assert page.evaluate(background) == "rgb(255, 255, 255)"
        page.set_viewport_size({"width": 700, "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
