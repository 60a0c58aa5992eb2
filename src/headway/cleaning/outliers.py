"""Outliers: texts far longer than the rest, of one repeated character, or without a single word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np

from headway.cleaning.table import Indices, Mask
from headway.text.scripts import HAN

#: what is odd about a text, by its number in `outlier_kinds`; 0 is nothing
KINDS = ("", "long", "repeated", "wordless")
_LONG, _REPEATED, _WORDLESS = 1, 2, 3

# With fewer texts of a script than this, nothing is known about how long they are.
_FEWEST = 20
_TIMES_LONGER = 5
# More than three texts, or one in a hundred, are no outliers of length.
_FEW, _MOST = 3, 0.01
_REPETITIONS = 4

_LETTER = re.compile(r"[^\W\d_]")
_LINK = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+", re.IGNORECASE)


def outlier_kinds(texts: Sequence[str]) -> Indices:
    """What is odd about each prepared text, as its number in `KINDS`, int64 [texts]."""
    kinds = np.fromiter((_form(text) for text in texts), dtype=np.int64, count=len(texts))
    lengths = np.fromiter((len(text) or 1 for text in texts), dtype=np.int64, count=len(texts))
    chinese = np.fromiter(map(_has_han, texts), dtype=bool, count=len(texts))
    # A Chinese text says the same in a third of the characters, so each script is measured by itself.
    for script in (chinese, ~chinese):
        group = script & (kinds == 0)
        beyond = group & (lengths > _fence(lengths, group))
        # Reviews among headlines are no outliers but another kind of text.
        if beyond.sum() <= max(_FEW, _MOST * group.sum()):
            kinds[beyond] = _LONG
    return kinds


def _form(text: str) -> int:
    visible = text.replace(" ", "")
    if len(visible) >= _REPETITIONS and not visible.strip(visible[0]):
        return _REPEATED
    if _LETTER.search(text) and not _is_links(text):
        return 0
    # A smile says something; digits, punctuation and links do not. The empty text is another finding.
    return _WORDLESS if visible and not any(map(_is_symbol, visible)) else 0


def _is_links(text: str) -> bool:
    return text[:4].lower() in ("http", "www.") and not _LETTER.search(_LINK.sub("", text))


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) == "So"


def _has_han(text: str) -> bool:
    return not text.isascii() and HAN.search(text) is not None


def _fence(lengths: Indices, group: Mask) -> float:
    """The length beyond which a text is an outlier of its group.

    Lengths of texts are about log-normal, so the far-out fence of Tukey (1977), three times the distance of
    the quartiles above the upper one, is taken of their logarithms; where all are about equally long, five
    times the upper quartile.
    """
    if group.sum() < _FEWEST:
        return np.inf
    lower, upper = np.quantile(np.log(lengths[group]), [0.25, 0.75])
    return float(np.exp(max(upper + 3 * (upper - lower), upper + np.log(_TIMES_LONGER))))
