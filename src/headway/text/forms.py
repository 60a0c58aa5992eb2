"""Characters in more than one form: full-width letters and digits, traditional Chinese."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from headway.text.scripts import HAN, is_japanese

# ，！？：；（） and ～ are what Chinese is punctuated with; ＜ ＞ ＆ would turn into markup.
_TO_HALF_WIDTH = {
    0xFF00 + code - 0x20: code
    for code in range(0x21, 0x7F)
    if chr(code).isalnum() or chr(code) in "#$%*+-./=@_"
} | {0x3000: 0x20}
FULL_WIDTH = re.compile("[" + "".join(map(chr, _TO_HALF_WIDTH)) + "]")

_SURROGATE = re.compile("[\ud800-\udfff]")


def to_half_width(text: str) -> str:
    """Full-width letters, digits and the symbols of numbers and addresses in their ASCII form.

    The ideographic space becomes a space; Chinese punctuation stays.
    """
    if not FULL_WIDTH.search(text):
        return text
    return unicodedata.normalize("NFC", text.translate(_TO_HALF_WIDTH))


def to_simplified(text: str) -> str:
    """A text with traditional Chinese in simplified characters, by the tables and phrases of OpenCC.

    A text without any character that is traditional only stays as it is, and so does Japanese.
    """
    if text.isascii() or not traditional_only().search(text) or is_japanese(text):
        return text
    converter = _converter()
    simplified = converter.convert(_SURROGATE.sub("\ufffd", text))
    # A second time, for a few characters come out as one that has a simpler form itself.
    return unicodedata.normalize("NFC", converter.convert(simplified))


def is_traditional(text: str) -> bool:
    """Whether a text is written in traditional Chinese: two characters say so, or one among up to four."""
    found = len(traditional_only().findall(text))
    if not found or is_japanese(text):
        return False
    return found >= 2 or len(HAN.findall(text)) <= 4


@cache
def traditional_only() -> re.Pattern[str]:
    """Matches a character that OpenCC simplifies and that GB 2312, the simplified standard, does not know.

    Rare characters beyond U+FFFF are left out: `re` is ten times as slow with them.
    """
    han = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    simplified = _converter().convert("\n".join(han)).split("\n")
    changed = [old for old, new in zip(han, simplified, strict=True) if old != new]
    return re.compile("[" + "".join(c for c in changed if not c.encode("gb2312", "ignore")) + "]")


@cache
def _converter() -> Any:
    from opencc import OpenCC  # noqa: PLC0415 - only texts with traditional characters need it

    return OpenCC("t2s")
