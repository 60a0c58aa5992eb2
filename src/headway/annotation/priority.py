"""Texts that are to be labelled before all others, and putting them back."""

from __future__ import annotations

from headway.errors import UsageError
from headway.store import Store
from headway.store import queue as rows
from headway.store.records import get_import


def put_first(
    store: Store, task: str, *, containing: str | None = None, source: str | None = None
) -> dict[str, int]:
    """Have texts labelled before all others: those that contain some words, of one import, or both.

    Only texts that nobody has labelled move; upper and lower case are one. A learner leaves them at their
    place. Gives how many moved, and how many wait there now. Raises `UsageError` where neither is said, or
    the import is unknown.
    """
    if not containing and source is None:
        raise UsageError(
            "It was not said which texts are to come first.",
            next_step="Name words with --containing, or an import with --import.",
        )
    imported = None if source is None else get_import(store, source).id
    # Read before writing: all texts take a while, and those who label wait for whoever writes.
    with store.reading() as connection:
        texts = rows.item_texts(connection, task, imported=imported)
    words = (containing or "").casefold()
    chosen = [record for record, text in texts.items() if words in text.casefold()]
    with store.writing() as connection:
        moved = rows.put_first(connection, task, chosen)
        return {"moved": moved, "waiting": rows.count_first(connection, task)}


def put_back(store: Store, task: str) -> int:
    """Let texts that were put first, and nobody has labelled, come in their turn; gives how many."""
    with store.writing() as connection:
        return rows.put_back(connection, task)
