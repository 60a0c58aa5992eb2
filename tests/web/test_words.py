from __future__ import annotations

import pytest

from headway.web.words import SHARED, joined


def test_both_languages_have_the_same_words() -> None:
    assert SHARED["en"].keys() == SHARED["zh"].keys()
    assert joined(SHARED)["zh"]["sign-out"] == "退出登录"


def test_a_key_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice: language"):
        joined(SHARED, {"en": {"language": "x"}, "zh": {"language": "y"}})


def test_a_key_of_one_language_is_refused() -> None:
    with pytest.raises(ValueError, match="one language only: b"):
        joined({"en": {"a": "x", "b": "y"}, "zh": {"a": "x"}})
