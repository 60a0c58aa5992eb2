"""Text: takes strings, gives strings: preparing, script and language, character n-grams."""

from headway.text.language import dominant_language, han_share
from headway.text.ngrams import character_ngrams
from headway.text.prepare import DEFAULT_STEPS, prepare

__all__ = ["DEFAULT_STEPS", "character_ngrams", "dominant_language", "han_share", "prepare"]
