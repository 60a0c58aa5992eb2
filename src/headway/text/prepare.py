"""Preparing text: named, versioned steps that training and serving apply alike.

A step never changes once it is released: a better one gets a new version, so that an artefact
made today prepares its texts in ten years as it does now.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from headway.errors import ConfigurationError

# What counts as white space (tab, line and form feed, the separators) is left to the white-space step. The
# zero-width and bidirectional marks carry no meaning for a classifier and hide duplicates from the eye.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def _compose(text: str) -> str:
    return unicodedata.normalize("NFC", _LONE_SURROGATE.sub("\ufffd", text))


def _drop_control_characters(text: str) -> str:
    return _CONTROL.sub("", text)


def _collapse_white_space(text: str) -> str:
    return " ".join(text.split())


_STEPS: dict[str, Callable[[str], str]] = {
    "control@1": _drop_control_characters,
    "unicode-nfc@1": _compose,
    "whitespace@1": _collapse_white_space,
}

DEFAULT_STEPS: tuple[str, ...] = tuple(_STEPS)


def prepare(raw: str, steps: Sequence[str] = DEFAULT_STEPS) -> str:
    """Apply the named steps to a raw text, in their order.

    Raises `ConfigurationError` for a step this version does not know.
    """
    text = raw
    for step in steps:
        function = _STEPS.get(step)
        if function is None:
            raise ConfigurationError(
                f"The preparation step {step!r} is unknown; known are {', '.join(_STEPS)}.",
                next_step="Upgrade Headway: the model was prepared by a newer version.",
            )
        text = function(text)
    return text
