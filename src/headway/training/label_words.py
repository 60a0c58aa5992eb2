"""Labels as texts: their names as words, or descriptions of the user's own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headway.errors import DataError, UsageError

# Where a name such as `cardArrival` or `card_arrival` is cut into words.
_CUTS = re.compile(r"[\s_\-./:]+|(?<=[a-z])(?=[A-Z])")


def label_texts(names: Sequence[str], descriptions: str = "") -> list[str]:
    """One text for each label: its description where the file `descriptions` has one, else its name as words.

    The file holds one JSON object, label to description, in UTF-8. Raises `DataError` where it cannot be
    read, and `UsageError` naming every entry that is of no use.
    """
    given = _read(Path(descriptions).expanduser()) if descriptions else {}
    problems = [f"{label!r} is no label" for label in given if label not in names]
    problems += [
        f"the description of {label!r} is {text!r}, not a text"
        for label, text in given.items()
        if not isinstance(text, str) or not text.strip()
    ]
    if problems:
        raise UsageError(
            f"Descriptions that cannot be used: {'; '.join(problems)}.",
            next_step=f"The labels are: {', '.join(names)}.",
        )
    return [given.get(name, as_words(name)) for name in names]


def as_words(name: str) -> str:
    """The name of a label as words: `card_arrival` and `cardArrival` are "card arrival".

    >>> as_words("card_arrival"), as_words("退款-申请"), as_words("__")
    ('card arrival', '退款 申请', '__')
    """
    words = " ".join(_CUTS.sub(" ", name).split())
    lowered = words.lower() if words != words.upper() else words
    return lowered or name


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"The descriptions of the labels cannot be read from {path}: {error}.",
            next_step='Give a JSON file such as {"card_arrival": "a new card that has not come yet"}.',
        ) from error
    if not isinstance(content, dict):
        raise DataError(
            f"{path} holds a {type(content).__name__}, not an object of labels and descriptions.",
            next_step='Write it as {"card_arrival": "a new card that has not come yet"}.',
        )
    return content
