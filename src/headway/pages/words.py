"""The two languages of every page, and how a page writes shares and words that are given by language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def percent(value: float) -> str:
    """Write a fraction as per cent with one decimal; only 1 is written as 100%, only 0 as 0%."""
    if 0.9995 <= value < 1:
        return ">99.9%"
    if 0 < value < 0.0005:
        return "<0.1%"
    return f"{100 * value:.1f}%" if 0 < value < 1 else f"{100 * value:.0f}%"


def in_language(words: object, language: Language) -> str:
    """Pick one language of words that may be given by language."""
    return (
        str(words.get(language) or next(iter(words.values()), ""))
        if isinstance(words, Mapping)
        else str(words)
    )
