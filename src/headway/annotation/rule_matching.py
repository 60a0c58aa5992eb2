"""What a rule looks for in a text: keywords, a regular expression within a time limit, or a function."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import regex

from headway.text import prepare
from headway.text.scripts import HAN

#: how long a regular expression may look at one text
SECONDS_A_TEXT = 0.1

_UNSPACED = f"{HAN.pattern[1:-1]}\u3041-\u30ff"
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
# Chinese stands right beside Latin words: only letters and digits of spaced scripts go on with a word.
_WORD = f"[^\\W_{_UNSPACED}]"


class OutOfTimeError(Exception):
    """A regular expression did not come to an end in its time."""


class Text(NamedTuple):
    """A text as rules look at it."""

    prepared: str
    #: without case and width
    folded: str

    @classmethod
    def of(cls, prepared: str) -> Text:
        """A prepared text, and what keywords are looked for in."""
        return cls(prepared, fold(prepared))


def fold(text: str) -> str:
    """A text without case and width, words one space apart.

    >>> fold("ＶＩＰ　客户"), fold("Money   BACK")
    ('vip 客户', 'money back')
    """
    return " ".join(unicodedata.normalize("NFKC", prepare(text)).casefold().split())


@dataclass(frozen=True)
class Keywords:
    """Any of some keywords: as whole words, or anywhere where they have Chinese or Japanese characters.

    >>> found = Keywords.of(["refund", "退款"])
    >>> [found(Text.of(text)) for text in ("我要REFUND谢谢", "refunded", "能不能退款呢")]
    [True, False, True]
    """

    expression: re.Pattern[str]

    @classmethod
    def of(cls, words: Iterable[str]) -> Keywords:
        """From keywords of which none is empty when it is folded."""
        return cls(re.compile("|".join(_whole(fold(word)) for word in words)))

    def __call__(self, text: Text) -> bool:
        """Whether one of them is in the text."""
        return self.expression.search(text.folded) is not None


@dataclass(frozen=True)
class Pattern:
    """A regular expression that is found somewhere in the prepared text."""

    # The package has no types of its own.
    expression: regex.Pattern

    def __call__(self, text: Text) -> bool:
        """Whether it is found. Raises `OutOfTimeError` where that takes too long."""
        try:
            return self.expression.search(text.prepared, timeout=SECONDS_A_TEXT) is not None
        except TimeoutError as error:
            raise OutOfTimeError from error


@dataclass(frozen=True)
class Function:
    """A function of the user's: it gets the prepared text, and gives a label, True, False or None."""

    call: Callable[[str], object]

    def __call__(self, text: Text) -> object:
        """What it gives; whatever it raises is raised."""
        return self.call(text.prepared)


Matcher = Keywords | Pattern | Function


def _whole(word: str) -> str:
    """The expression of one folded keyword."""
    if _HAS_UNSPACED.search(word):
        return re.escape(word)
    before = f"(?<!{_WORD})" if word[0].isalnum() else ""
    after = f"(?!{_WORD})" if word[-1].isalnum() else ""
    return f"{before}{re.escape(word)}{after}"
