"""Preparing text: named, versioned steps that training and serving apply alike.

A step never changes once it is released: a better one gets a new version, so that an artefact
made today prepares its texts in ten years as it does now.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from headway.errors import ConfigurationError
from headway.text.forms import to_half_width, to_simplified
from headway.text.markup import strip_markup
from headway.text.mojibake import repair_mojibake

# What counts as white space (tab, line and form feed, the separators) is left to the white-space step. The
# zero-width and bidirectional marks carry no meaning for a classifier and hide duplicates from the eye.
CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))


def _drop_control_characters(text: str) -> str:
    return CONTROL.sub("", text)


def _collapse_white_space(text: str) -> str:
    return " ".join(text.split())


def _mask_personal_data(text: str) -> str:
    from headway.text.personal_data import mask  # noqa: PLC0415 - its many patterns cost start-up time

    return mask(text)


#: every step that was ever released, in the one order in which steps are applied
_STEPS: dict[str, Callable[[str], str]] = {
    "mojibake@1": repair_mojibake,
    "html@1": strip_markup,
    "control@1": _drop_control_characters,
    "unicode-nfc@1": _compose,
    "full-width@1": to_half_width,
    "simplified@1": to_simplified,
    "personal-data@1": _mask_personal_data,
    "whitespace@1": _collapse_white_space,
}

DEFAULT_STEPS: tuple[str, ...] = ("control@1", "unicode-nfc@1", "whitespace@1")


def in_order(steps: Iterable[str]) -> tuple[str, ...]:
    """The default steps and those that were asked for besides, each once, in the order they are applied.

    Raises `ConfigurationError` for a step this version does not know.
    """
    asked = {*DEFAULT_STEPS, *steps}
    for step in sorted(asked):
        _known(step)
    return tuple(step for step in _STEPS if step in asked)


def prepare(raw: str, steps: Sequence[str] = DEFAULT_STEPS) -> str:
    """Apply the named steps to a raw text, in their order.

    Raises `ConfigurationError` for a step this version does not know.
    """
    text = raw
    for step in steps:
        text = _known(step)(text)
    return text


def _known(step: str) -> Callable[[str], str]:
    function = _STEPS.get(step)
    if function is None:
        raise ConfigurationError(
            f"The preparation step {step!r} is unknown; known are {', '.join(_STEPS)}.",
            next_step="Upgrade Headway: the model was prepared by a newer version.",
        )
    return function
