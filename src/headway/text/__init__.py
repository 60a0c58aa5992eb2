"""Text: takes strings, gives strings: preparing, repairing, language, personal data, n-grams."""

from headway.text.language import dominant_language, han_share, language_of
from headway.text.ngrams import character_ngrams
from headway.text.prepare import DEFAULT_STEPS, in_order, prepare
from headway.text.repair import find_dirt

__all__ = [
    "DEFAULT_STEPS",
    "character_ngrams",
    "dominant_language",
    "find_dirt",
    "han_share",
    "in_order",
    "language_of",
    "prepare",
]
