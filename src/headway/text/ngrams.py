"""Character n-grams: the one feature that serves Chinese and English alike without a word list."""

from __future__ import annotations


def character_ngrams(text: str, low: int, high: int) -> list[str]:
    """All character n-grams of `low` to `high` characters of a prepared text, with repetitions.

    The text is lower-cased and edged with a space, so that the first and last characters of the text
    are told from inner ones. Spaces stay: in English they mark where a word begins.
    """
    edged = f" {text.lower()} "
    return [
        edged[start : start + size] for size in range(low, high + 1) for start in range(len(edged) - size + 1)
    ]
