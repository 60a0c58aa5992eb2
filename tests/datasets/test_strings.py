from __future__ import annotations

import string

from headway.datasets.splits import LeftOut
from headway.datasets.strings import STRINGS


def fields(words: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


def test_both_languages_have_the_same_strings_with_the_same_fields() -> None:
    assert STRINGS["en"].keys() == STRINGS["zh"].keys()
    for key, words in STRINGS["en"].items():
        assert fields(words) == fields(STRINGS["zh"][key]), key
        assert words.strip()
        assert STRINGS["zh"][key].strip()


def test_every_reason_to_leave_a_row_out_has_words() -> None:
    assert {f"left_out.{reason}" for reason in LeftOut} == {
        key for key in STRINGS["en"] if key.startswith("left_out.")
    }
