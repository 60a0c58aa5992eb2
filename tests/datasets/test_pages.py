"""Pages about data: everything is shown, in both languages, nothing loads, nothing a user wrote is markup."""

from __future__ import annotations

import dataclasses

import pytest

from headway.datasets import create_version
from headway.datasets.applying import apply_options
from headway.datasets.clean_words import title
from headway.datasets.cleaning import build_clean_report
from headway.datasets.pages import SHOWN_LABELS, render_clean_report, render_dataset
from headway.datasets.strings import STRINGS
from headway.store import Store
from headway.store.tasks import add_task
from tests.datasets.test_cleaning import KEYS
from tests.datasets.texts import TASK, Row, add_rows
from tests.evaluation.test_html import Page

ATTACK = '<script>alert("偷")</script>'
LONG = "我上周三在你们店里买的蓝色水壶到现在还没有送到，请帮我查一下快递到哪里了"

ROWS: list[Row] = [
    *((f"我要退掉第{n}件商品，请告诉我怎么办理", "退款") for n in range(12)),
    *((f"where is parcel number {n} of mine", "delivery") for n in range(12)),
    ("I donâ€™t want it &amp; ＡＢＣ\u200b", "Delivery"),
    ("請問這個時候發貨嗎", "delivery"),
    ("Où est mon colis, s'il vous plaît?", "delivery"),
    (LONG, "delivery"),
    (LONG + "！！", "delivery"),
    (LONG + "？？", "退款"),
    ("退款", "退款"),
    ("退款", "delivery"),
    ("退", None),
    ("哈哈哈哈", None),
    ("电话13800138000", None),
    (ATTACK, ATTACK),
]


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


def test_nothing_is_loaded_and_nothing_runs(report_page: str, store: Store) -> None:
    for html in (report_page, render_dataset(create_version(store, TASK))):
        page = Page(html)
        assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
        for tag, name, value in page.attributes:
            assert name not in {"src", "href", "srcset", "action", "style", "xlink:href"}, (tag, name, value)
            assert not name.startswith("on")
        assert "<script" not in html
        assert ATTACK in page.text


def test_the_charts_are_inside_in_both_languages(report_page: str, store: Store) -> None:
    assert report_page.count('class="marks"') == 4
    html = render_dataset(create_version(store, TASK))
    assert html.count('class="marks"') == 4
    for words in ("train", "validation", "test", "训练", "验证", "测试"):
        assert words in Page(html).text


def test_a_dataset_says_what_it_is(store: Store) -> None:
    add_rows(store, ROWS[:24] + ROWS[25:33])
    apply_options(store, TASK, ["contradictions", "duplicates", "html"])
    version = create_version(store, TASK, cap=8)
    text = Page(render_dataset(version)).text
    for words in (version.hash, "html@1", "cap=8", "Dataset version 1 of", "的数据集版本 1"):
        assert words in text
    assert title("contradictions")["zh"] in text
    assert STRINGS["en"]["left_out.capped"] in text
    assert all(problem in text for problem in version.statistics["problems"])


def test_a_version_of_an_earlier_headway_can_be_shown(store: Store) -> None:
    add_rows(store, ROWS)
    version = create_version(store, TASK)
    kept = ("rows", "texts", "duplicate_rows", "labels", "characters", "language", "problems")
    statistics = {name: version.statistics[name] for name in kept}
    old = dataclasses.replace(version, statistics=statistics, preparation=(), options={})
    assert render_dataset(old).count('class="marks"') == 2


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
