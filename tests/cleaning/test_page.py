"""The clean report's page: all is shown, in both languages, nothing loads, nothing a user wrote is markup."""

from __future__ import annotations

import pytest

from headway.cleaning.page import render_clean_report
from headway.cleaning.report import build_clean_report
from headway.cleaning.strings import STRINGS
from headway.cleaning.words import title
from headway.pages.data import SHOWN_LABELS
from headway.store import Store
from headway.store.tasks import add_task
from tests.cleaning.test_report import KEYS
from tests.cleaning.texts import ATTACK, ROWS, TASK, add_rows
from tests.evaluation.test_html import Page

LONG = ROWS[27][0]


@pytest.fixture
def report_page(store: Store) -> str:
    add_rows(store, ROWS, source=ATTACK)
    return render_clean_report(build_clean_report(store, TASK))


def test_every_finding_is_shown_in_both_languages(report_page: str) -> None:
    text = Page(report_page).text
    for key in KEYS:
        assert title(key)["en"] in text
        assert title(key)["zh"] in text
    for words in ("I don’t want it", "请问这个时候发货吗", "--apply mojibake", "[PHONE]", LONG + "！！"):
        assert words in text
    assert "13800138000" not in report_page


def test_nothing_is_loaded_and_nothing_runs(report_page: str) -> None:
    page = Page(report_page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert name not in {"src", "href", "srcset", "action", "style", "xlink:href"}, (tag, name, value)
        assert not name.startswith("on")
    assert "<script" not in report_page
    assert ATTACK in page.text


def test_the_charts_are_inside_in_both_languages(report_page: str) -> None:
    assert report_page.count('class="marks"') == 4


def test_an_empty_project_makes_a_page(store: Store) -> None:
    add_task(store, TASK, "text-classification")
    html = render_clean_report(build_clean_report(store, TASK))
    assert STRINGS["zh"]["findings.none"] in Page(html).text
    assert 'class="marks"' not in html


def test_thousands_of_labels_make_a_page_one_can_open(store: Store) -> None:
    add_rows(store, [(f"文本 number {n}", f"标签 {n}") for n in range(3_000)])
    html = render_clean_report(build_clean_report(store, TASK))
    assert len(html) < 1_000_000
    assert f"{SHOWN_LABELS} largest of 3,000 labels" in Page(html).text
