from __future__ import annotations

import string

from headway.comparison.strings import STRINGS, joined


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_both_languages_say_the_same_things_about_the_same_values() -> None:
    assert STRINGS["en"].keys() == STRINGS["zh"].keys()
    for key, english in STRINGS["en"].items():
        assert placeholders(english) == placeholders(STRINGS["zh"][key]), key
        assert not any("\u4e00" <= character <= "\u9fff" for character in english), key


def test_names_are_joined_as_one_says_them() -> None:
    assert joined("en", ["a", "b", "c"]) == "a, b and c"
    assert joined("zh", ["a", "b", "c"]) == "a、b 和 c"
    assert joined("en", ["a"]) == "a"
    assert joined("en", []) == ""
