from __future__ import annotations

from string import Formatter

import pytest

from headway.workflow.demo_words import WORDS, words


@pytest.mark.parametrize("key", WORDS["en"])
def test_both_languages_say_the_same(key: str) -> None:
    fields = [
        {name for _, name, _, _ in Formatter().parse(WORDS[language][key]) if name} for language in WORDS
    ]
    assert fields[0] == fields[1]


def test_no_sentence_is_missing_in_either_language() -> None:
    assert WORDS["en"].keys() == WORDS["zh"].keys()


def test_values_are_filled_in() -> None:
    assert words("zh", "report", path="/a/报告.html") == "  报告：/a/报告.html"
