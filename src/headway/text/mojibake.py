"""Mojibake: UTF-8 that was read as Latin-1, Windows-1252 or GBK, turned back into what was written."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

_LOST = "\ufffd"

#: what nobody can read back: the replacement character, and the same once more read as GBK
_BEYOND_REPAIR = re.compile("\ufffd|锟斤拷")

#: Texts that were broken twice are met, texts broken more often are not.
_ROUNDS = 4

#: What a single-byte encoding makes of the first byte of a UTF-8 character: Latin-1, Windows-1250 to -1253
#: and -1257, Mac Roman and the code page of the first PCs. Something beyond ASCII follows.
_FIRST_BYTES = "\xc2-\xf4ĂĄĆĎĐĢĪŁŃŅŘŮŹŻĘВГРСвгрсΒΓΞΟβ√≈‚╬┬╧π┼├"
_SINGLE_BYTES = re.compile(f"[\x80-\x9f]|[{_FIRST_BYTES}][^\x00-\x7f]")

#: what GBK makes of the punctuation marks of the blocks E2 80, E3 80 and EF BC
_GBK_MARKS = "鈥銆锛"


def repair_mojibake(text: str) -> str:
    """A text that was decoded with the wrong encoding, read back; every other text as it is.

    Quotes, full-width forms and entities are left alone. ftfy (Speer 2019) knows the single-byte encodings;
    GBK, which it does not know, is undone here. Bytes that were lost come out as U+FFFD.
    """
    if text.isascii():
        return text
    for _ in range(_ROUNDS):
        repaired = _undo_single_bytes(_undo_gbk(text))
        if repaired == text:
            return text
        text = unicodedata.normalize("NFC", repaired)
    return text


def is_mojibake(text: str) -> bool:
    """Whether a text was decoded with the wrong encoding, whether or not it can be read back."""
    return _BEYOND_REPAIR.search(text) is not None or repair_mojibake(text) != text


def suspects() -> str:
    """The inside of a character class that matches in every text `is_mojibake` is true of."""
    return f"\x80-\x9f{_FIRST_BYTES}{_GBK_MARKS}{_LOST}锟{_first_in_gbk()}"


def _undo_single_bytes(text: str) -> str:
    if not _SINGLE_BYTES.search(text):
        return text
    import ftfy  # noqa: PLC0415 - 0.1 s that only suspicious texts need

    return str(ftfy.fix_encoding(text, _only_encoding()))


@cache
def _only_encoding() -> TextFixerConfig:
    import ftfy  # noqa: PLC0415 - as above

    return ftfy.TextFixerConfig(
        unescape_html=False, fix_character_width=False, uncurl_quotes=False, explain=False
    )


def _undo_gbk(text: str) -> str:
    """UTF-8 that was read as GBK, read back where that gives everyday Chinese and loses nothing more."""
    if not _read_as_gbk().search(text):
        return text
    try:
        # Windows reads the single byte 80 as a euro sign; what it could not read at all is gone.
        raw = b"\x80".join(part.replace(_LOST, "").encode("gb18030") for part in text.split("€"))
    except UnicodeEncodeError:
        return text
    repaired = raw.decode("utf-8", "replace")
    lost_before = text.count(_LOST) + text.count("?")
    if repaired.count(_LOST) > lost_before + 1 or not _is_everyday(repaired) or _is_everyday(text):
        return text
    return repaired


@cache
def _read_as_gbk() -> re.Pattern[str]:
    """What two Chinese characters in UTF-8 (six bytes, the first and fourth E4 to E9) are in GBK.

    A mark of punctuation tells alone.
    """
    second = _gbk_characters(range(0x81, 0xC0), range(0xE2, 0xF0))
    return re.compile(f"[{_first_in_gbk()}][{second}€]|[{_GBK_MARKS}]")


@cache
def _first_in_gbk() -> str:
    return _gbk_characters(range(0xE2, 0xF0), range(0x80, 0xC0))


def _gbk_characters(leads: range, trails: range) -> str:
    characters = (bytes([lead, trail]).decode("gbk", "ignore") for lead in leads for trail in trails)
    return "".join(character for character in characters if len(character) == 1)


def _is_everyday(text: str) -> bool:
    """Whether four in five of the characters beyond ASCII are everyday Chinese or its punctuation."""
    foreign = [character for character in text if character > "\x7f" and character != _LOST]
    return bool(foreign) and sum(map(_everyday().__contains__, foreign)) >= 0.8 * len(foreign)


@cache
def _everyday() -> frozenset[str]:
    """The 3,755 characters of the first level of GB 2312, and punctuation."""
    level = (
        bytes([row, cell]).decode("gb2312", "ignore")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
    )
    return frozenset([*level, *"，。！？：；、（）《》【】“”‘’—–…·￥～　"])
