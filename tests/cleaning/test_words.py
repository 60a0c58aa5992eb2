from __future__ import annotations

import re
from typing import Any

import pytest

from headway.cleaning.report import build_clean_report
from headway.cleaning.words import action, details, title
from headway.store import Store
from headway.text.personal_data import KINDS
from tests.cleaning.test_report import KEYS
from tests.cleaning.texts import TASK, Row, add_rows

HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("key", KEYS)
def test_every_finding_has_a_name_and_an_action_in_both_languages(key: str) -> None:
    for words in (title(key), action(key)):
        assert HAN.search(words["zh"])
        assert not HAN.search(words["en"])


@pytest.mark.parametrize(
    ("finding", "english", "chinese"),
    [
        (
            {"key": "languages", "count": 0, "languages": {"zh": 1200, "en": 3, "und": 1, "fr": 0}},
            ["Chinese 1,200, English 3, not told 1"],
            ["中文 1,200、英文 3、无法判断 1"],
        ),
        ({"key": "near-duplicates", "count": 2, "clusters": 1}, ["in 1 group"], ["1 组"]),
        ({"key": "contradictions", "count": 4, "texts": 2}, ["2 texts"], ["2 种文本"]),
        (
            {"key": "short", "count": 1, "least": 3},
            ["fewer than 3 visible characters"],
            ["可见字符少于 3 个"],
        ),
        ({"key": "short", "count": 0, "least": 3}, [], []),
        (
            {"key": "coverage", "count": 2, "few": 1, "test_only": 1, "imbalance": None},
            ["1 label with fewer than 10 texts", "1 label in the test only"],
            ["1 个标签不足 10 条文本", "1 个标签只在测试集中"],
        ),
        ({"key": "html", "count": 7}, [], []),
    ],
)
def test_details_read_as_words(finding: dict[str, Any], english: list[str], chinese: list[str]) -> None:
    assert details(finding) == {"en": english, "zh": chinese}


def test_every_kind_of_personal_data_has_a_name() -> None:
    said = details({"key": "personal-data", "count": 1, "kinds": dict.fromkeys(KINDS, 1)})
    assert not any("_" in words for language in said.values() for words in language)


def test_the_summary_counts_what_can_be_done(store: Store) -> None:
    rows: list[Row] = [("退款<br>", "a"), ("card", None), ("card", None)]
    add_rows(store, rows)
    english, chinese = build_clean_report(store, TASK)["summary"].values()
    assert english == [
        "3 texts from 1 file, 2 of them different; 1 have a label.",
        "3 findings; --apply can do something about 2 of them.",
        "This report changes nothing; the raw texts always stay.",
    ]
    assert chinese[0] == "1 个文件中共有 3 条文本，其中 2 条各不相同，1 条有标签。"
