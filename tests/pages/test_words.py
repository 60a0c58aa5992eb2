from __future__ import annotations

import pytest

from headway.pages.words import in_language, percent


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0, "0%"), (1, "100%"), (0.9345, "93.5%"), (0.9999, ">99.9%"), (0.0001, "<0.1%"), (0.5, "50.0%")],
)
def test_percent_never_rounds_to_certainty(value: float, expected: str) -> None:
    assert percent(value) == expected


def test_words_by_language_are_picked_and_others_stay() -> None:
    assert in_language({"en": "small", "zh": "小"}, "zh") == "小"
    assert in_language({"en": "small"}, "zh") == "small"
    assert in_language("小", "en") == "小"
    assert in_language({}, "en") == ""
