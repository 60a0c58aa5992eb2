from __future__ import annotations

import string

from headway.cleaning.strings import STRINGS


def fields(words: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


def test_both_languages_have_the_same_strings_with_the_same_fields() -> None:
    assert STRINGS["en"].keys() == STRINGS["zh"].keys()
    for key, words in STRINGS["en"].items():
        assert fields(words) == fields(STRINGS["zh"][key]), key
        assert words.strip()
        assert STRINGS["zh"][key].strip()
