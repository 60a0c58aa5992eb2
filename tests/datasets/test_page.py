"""A dataset version's page: all is shown, in both languages, nothing loads, nothing of the user is markup."""

from __future__ import annotations

import dataclasses

from headway.cleaning.applying import apply_options
from headway.cleaning.words import title
from headway.datasets import create_version
from headway.datasets.page import render_dataset
from headway.datasets.strings import STRINGS
from headway.store import Store
from tests.cleaning.texts import ATTACK, ROWS, TASK, add_rows
from tests.evaluation.test_html import Page


def test_nothing_is_loaded_and_nothing_runs(store: Store) -> None:
    add_rows(store, ROWS)
    html = render_dataset(create_version(store, TASK))
    page = Page(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert name not in {"src", "href", "srcset", "action", "style", "xlink:href"}, (tag, name, value)
        assert not name.startswith("on")
    assert "<script" not in html
    assert ATTACK in page.text


def test_the_charts_are_inside_in_both_languages(store: Store) -> None:
    add_rows(store, ROWS)
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
