from __future__ import annotations

from headway.pages.words import in_language


def test_words_by_language_are_picked_and_others_stay() -> None:
    assert in_language({"en": "small", "zh": "小"}, "zh") == "小"
    assert in_language({"en": "small"}, "zh") == "small"
    assert in_language("小", "en") == "小"
    assert in_language({}, "en") == ""
