"""The words of the findings: every verdict and every kind of slice can be said in both languages."""

from __future__ import annotations

import string

import pytest

from headway.evaluation.finding_words import FINDING_WORDS, LANGUAGE_NAMES
from headway.pages import LANGUAGES, Language


def fields(words: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


def test_both_languages_say_the_same_with_the_same_values() -> None:
    english, chinese = FINDING_WORDS["en"], FINDING_WORDS["zh"]
    assert english.keys() == chinese.keys()
    assert [key for key in english if fields(english[key]) != fields(chinese[key])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_and_every_kind_of_slice_has_words(language: Language) -> None:
    words = FINDING_WORDS[language]
    values = {"model", "champion", "points", "low", "high", "p"}
    for verdict in ("better", "worse", "unclear"):
        assert fields(words[f"summary.champion_{verdict}"]) == values
    for kind in ("length", "language", "source", "column"):
        assert words[f"slices.{kind}"]


def test_the_languages_of_the_reports_have_names_in_both() -> None:
    assert LANGUAGE_NAMES["zh"] == ("Chinese", "中文")
    assert LANGUAGE_NAMES["en"] == ("English", "英语")
    assert len({names[1] for names in LANGUAGE_NAMES.values()}) == len(LANGUAGE_NAMES)
