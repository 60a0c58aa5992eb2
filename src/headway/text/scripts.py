"""Scripts: what language the characters of a text are of, where their script tells."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict

_HAN = "[\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003134f]"
HAN = re.compile(_HAN)
HAN_RUN = re.compile(f"{_HAN}+")
LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
#: letters of any other script than these two
OTHER_SCRIPT = re.compile(
    "[\u0370-\u1bff\u1f00-\u1fff\u2d00-\u2d7f\u2de0-\u2dff\u3041-\u318f\u31f0-\u31ff"
    "\ua640-\uabff\uac00-\ud7af\ufb1d-\ufdff\ufe70-\ufefe\uff66-\uffdc]"
)

#: first code point of a script → its language, or the largest of its languages; "" where it tells nothing
_STARTS = (
    (0x0000, ""), (0x0041, "latin"), (0x005B, ""), (0x0061, "latin"), (0x007B, ""), (0x00C0, "latin"),
    (0x0250, ""), (0x0370, "el"), (0x0400, "ru"), (0x0530, "hy"), (0x0590, "he"), (0x0600, "ar"),
    (0x0700, ""), (0x0750, "ar"), (0x0780, "dv"), (0x07C0, ""), (0x08A0, "ar"), (0x0900, "hi"),
    (0x0980, "bn"), (0x0A00, "pa"), (0x0A80, "gu"), (0x0B00, "or"), (0x0B80, "ta"), (0x0C00, "te"),
    (0x0C80, "kn"), (0x0D00, "ml"), (0x0D80, "si"), (0x0E00, "th"), (0x0E80, "lo"), (0x0F00, "bo"),
    (0x1000, "my"), (0x10A0, "ka"), (0x1100, "ko"), (0x1200, "am"), (0x13A0, ""), (0x1780, "km"),
    (0x1800, "mn"), (0x18B0, ""), (0x1E00, "latin"), (0x1F00, "el"), (0x2000, ""), (0x3041, "ja"),
    (0x3100, "zh"), (0x3130, "ko"), (0x3190, ""), (0x31F0, "ja"), (0x3200, ""), (0x3400, "zh"),
    (0x4DC0, ""), (0x4E00, "zh"), (0xA000, ""), (0xAC00, "ko"), (0xD7B0, ""), (0xF900, "zh"),
    (0xFB00, ""), (0xFB50, "ar"), (0xFE00, ""), (0xFE70, "ar"), (0xFEFF, ""), (0xFF21, "latin"),
    (0xFF3B, ""), (0xFF41, "latin"), (0xFF5B, ""), (0xFF66, "ja"), (0xFFA0, ""), (0x20000, "zh"),
    (0x31350, ""),
)  # fmt: skip
_CODE_POINTS = [start for start, _ in _STARTS]

#: how much of a word one character is
_WEIGHTS = {"zh": 1.0, "ja": 0.5, "ko": 0.5}
_LETTER = 0.2

#: Hiragana that Chinese texts have in shop names and in faces made of characters.
_ORNAMENTAL = frozenset("のづへぃ")
_HIRAGANA = re.compile("[\u3041-\u3096]")
_KATAKANA = re.compile("[\u30a1-\u30fa]")


def script_of(text: str) -> str:
    """The script most of a text is written in, named by its language; "latin", or "" without any letter."""
    weights: defaultdict[str, float] = defaultdict(float)
    for character in text:
        if character.isalpha():
            name = _STARTS[bisect_right(_CODE_POINTS, ord(character)) - 1][1]
            weights[name] += _WEIGHTS.get(name, _LETTER)
    if weights.get("ja") and is_japanese(text):
        weights["ja"] += weights.pop("zh", 0.0)
    return max(weights, key=lambda name: weights[name], default="")


def is_japanese(text: str) -> bool:
    """Whether a text with Han characters is Japanese: hiragana joins them, or more than half is katakana."""
    han = len(HAN.findall(text))
    hiragana = sum(character not in _ORNAMENTAL for character in _HIRAGANA.findall(text))
    return 10 * hiragana > han or len(_KATAKANA.findall(text)) > han
