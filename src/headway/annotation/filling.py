"""Putting texts into the labelling queue of a task."""

from __future__ import annotations

from headway.errors import DataError, UsageError
from headway.store import Store
from headway.store import queue as rows
from headway.store.labels import names_in_use, used_labels

MOST_PEOPLE = 100


def fill_queue(
    store: Store,
    task: str,
    *,
    overlap: int | None = None,
    labelled: bool = False,
    gold_from: str | None = None,
) -> dict[str, int]:
    """Put the texts that have no label into the queue, each to be labelled by `overlap` people.

    What is in it already stays, and is to be labelled by so many, too; None = by as many as before, else one.
    With `labelled`, texts that have a label come in as well. What the author `gold_from` labelled becomes
    items with a known label: everybody is given some of them, and is measured by them. Gives how many were
    added, and what the queue holds now.

    Raises `UsageError` for an impossible overlap, or one that assigned texts do not allow, and `DataError`
    for an author who has labelled nothing, or with labels that are not set.
    """
    overlap = overlap_of(store, task) if overlap is None else overlap
    if not 1 <= overlap <= MOST_PEOPLE:
        raise UsageError(
            f"A text can be labelled by 1 to {MOST_PEOPLE} people, not by {overlap}.",
            next_step="Choose another --overlap.",
        )
    with store.writing() as connection:
        if gold_from is not None and not rows.add_gold(connection, task, gold_from):
            raise DataError(
                f"{gold_from!r} has labelled nothing in {task!r}.",
                next_step="A file's labels are by `import:` and its name; see `headway annotate status`.",
            )
        allowed = names_in_use(connection, task) or used_labels(connection, task)
        if strange := sorted(rows.gold_labels(connection, task).difference(allowed)):
            raise DataError(
                f"Texts would have known labels that nobody can give: {', '.join(map(repr, strange[:5]))}.",
                next_step="Set them, too: `headway annotate labels NAME…`.",
            )
        alone = rows.count_assigned(connection, task)
        if overlap > 1 and alone:
            raise UsageError(
                f"{alone:,} texts of {task!r} are assigned to one annotator each, so {overlap} cannot label "
                "them.",
                next_step="Give them back first: `headway annotate assign NAME --release`.",
            )
        added = rows.add_items(connection, task, overlap, labelled=labelled)
        rows.set_overlap(connection, task, overlap)
        return {"added": added, **rows.count_items(connection, task)}


def overlap_of(store: Store, task: str) -> int:
    """How many people are to label each item; 1 while the queue is empty."""
    with store.reading() as connection:
        return rows.get_overlap(connection, task) or 1
