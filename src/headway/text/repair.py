"""What is wrong with a raw text that a preparation step would set right: found quickly, nothing changed."""

from __future__ import annotations

import re
from functools import cache

from headway.text.forms import FULL_WIDTH, is_traditional, traditional_only
from headway.text.markup import strip_markup
from headway.text.mojibake import is_mojibake, suspects
from headway.text.prepare import CONTROL


def find_dirt(text: str) -> tuple[str, ...]:
    """Which of "mojibake", "html", "control", "full-width" and "traditional" a raw text has, in this order.

    Each is what the step of that name changes, but for two: mojibake is found where it cannot be read back,
    too; and for one traditional character among many Han characters a text is not called traditional.
    """
    if text.isascii():
        if "<" not in text and "&" not in text and text.isprintable():
            return ()
    elif not _suspects().search(text):
        return ()
    found = {
        "mojibake": is_mojibake(text),
        "html": strip_markup(text) != text,
        "control": CONTROL.search(text) is not None,
        "full-width": FULL_WIDTH.search(text) is not None,
        "traditional": is_traditional(text),
    }
    return tuple(kind for kind, is_there in found.items() if is_there)


@cache
def _suspects() -> re.Pattern[str]:
    """Matches in every text with characters beyond ASCII that has any dirt: one pass rules out most."""
    classes = [CONTROL, FULL_WIDTH, traditional_only()]
    return re.compile("[<&" + suspects() + "".join(pattern.pattern[1:-1] for pattern in classes) + "]")
