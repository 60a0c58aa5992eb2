"""The names that people's files have: kept as they are where they are safe, else refused."""

from __future__ import annotations

import unicodedata

from headway.errors import UsageError

#: what file systems take
LONGEST = 255


def checked_name(name: str) -> str:
    """The name of a file, unchanged. Raises `UsageError` saying all that is wrong with it."""
    problems = []
    size = len(name.encode("utf-8", "replace"))
    if size > LONGEST:
        problems.append(f"it takes {size:,} bytes, and at most {LONGEST} can be kept")
    if not name.strip(". \t"):
        problems.append("it is empty or dots alone")
    if set(name) & {"/", "\\"}:
        problems.append("it holds a slash, as a path does")
    if hidden := sorted({f"U+{ord(one):04X}" for one in name if not _is_seen(one)}):
        problems.append(f"it holds characters that cannot be seen: {', '.join(hidden[:5])}")
    if problems:
        raise UsageError(
            f"The file's name cannot be used: {'; '.join(problems)}.",
            next_step="Rename the file, and try again.",
        )
    return name


def _is_seen(character: str) -> bool:
    """Whether a character shows, a space of any kind among them; marks of direction would show a lie."""
    is_space = unicodedata.category(character) == "Zs"
    return (character.isprintable() or is_space) and character != "\ufffd"
