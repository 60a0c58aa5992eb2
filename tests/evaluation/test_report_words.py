"""The words of verdict and key figures: every figure and every kind of data has a name in both languages."""

from __future__ import annotations

import string

import numpy as np
import pytest

from headway.evaluation.report_words import REPORT_WORDS
from headway.pages import LANGUAGES, Language
from headway.tasks.text_classification import metrics


def fields(words: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    english, chinese = REPORT_WORDS["en"], REPORT_WORDS["zh"]
    assert english.keys() == chinese.keys()
    assert [key for key in english if fields(english[key]) != fields(chinese[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_and_every_kind_of_data_has_a_name(language: Language) -> None:
    words = REPORT_WORDS[language]
    measured = metrics(np.array([0]), np.array([0]), np.array([[0.9, 0.1]]), ["a", "b"])
    assert {f"metric.{name}" for name in measured} <= words.keys()
    for kind in ("test", "file"):
        assert {f"rows.{kind}", f"data.{kind}"} <= words.keys()


def test_chinese_is_chinese() -> None:
    same = {key for key, words in REPORT_WORDS["en"].items() if words == REPORT_WORDS["zh"][key]}
    assert same <= {"f1", "none"}
