"""Excerpts of texts for reports: short, on one line, and without any personal data."""

from __future__ import annotations

import re

from headway.text.prepare import in_order, prepare

#: characters of a text that a report shows
LENGTH = 160
# Of what matters far inside a text, so much of what stands before it is shown.
_BEFORE = 30

_SPACES = re.compile("[ \t\r\n\u00a0\u3000]+")
_REPLACEMENT = "\ufffd"
_REPAIRED = in_order(["mojibake@1", "html@1", "full-width@1"])


def excerpt(raw: str) -> str:
    """The beginning of a raw text, personal data masked, invisible characters written as code points."""
    return _cut(_clear(raw), 0)


def masked_excerpt(raw: str) -> str:
    """A part of a raw text that holds personal data, masked, from shortly before the first of them."""
    clear = _clear(raw)
    return _cut(clear, _first_difference(_on_one_line(raw), clear) or 0)


def change(raw: str, repaired: str) -> tuple[str, str]:
    """Excerpts of a raw text and of what becomes of it, from shortly before the first difference.

    Where nothing that shows has changed, from before the first character that was lost.
    """
    before, after = _clear(raw), _clear(repaired)
    start = _first_difference(before, after)
    if start is None:
        start = max(0, before.find(_REPLACEMENT))
    return _cut(before, start), _cut(after, start)


def _clear(raw: str) -> str:
    from headway.text.personal_data import find, mask  # noqa: PLC0415 - its patterns cost start-up time

    # The whole text is masked before anything is cut off: half a number is not recognised any more.
    # What only shows once tags and invisible characters are gone, a reader would see all the same.
    repaired = prepare(raw, _REPAIRED)
    hidden = len(find(repaired)) > len(find(raw))
    return "".join(map(_visible, _on_one_line(mask(repaired if hidden else raw))))


def _on_one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _first_difference(one: str, other: str) -> int | None:
    if one == other:
        return None
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (left, right) in pairs if left != right), min(len(one), len(other)))


def _cut(text: str, place: int) -> str:
    start = place - _BEFORE if place > 2 * _BEFORE else 0
    stop = start + LENGTH
    return ("…" if start else "") + text[start:stop] + ("…" if stop < len(text) else "")


def _visible(character: str) -> str:
    return character if character.isprintable() else f"\\u{ord(character):04x}"
