"""The two languages of every page, and words that are given by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def in_language(words: object, language: Language) -> str:
    """Pick one language of words that may be given by language."""
    return (
        str(words.get(language) or next(iter(words.values()), ""))
        if isinstance(words, Mapping)
        else str(words)
    )
