"""How labelling is set up on its page: labels, guidelines and queue, all of it or nothing."""

from __future__ import annotations

from headway.annotation.filling import fill_queue
from headway.annotation.labels import (
    check_guideline,
    checked_labels,
    guideline_of,
    known_labels,
    set_guideline,
    set_labels,
)
from headway.annotation.schemas import Setup
from headway.errors import CheckFailedError
from headway.records import User
from headway.store import Store


def set_up(store: Store, task: str, user: User, setup: Setup) -> dict[str, int]:
    """Set labels and guidelines, and put the texts without a label into the queue, as `fill_queue` tells.

    Raises `CheckFailedError` where the labels are no longer those that the page showed, and what the parts
    raise; nothing is changed then.
    """
    if setup.seen is not None and setup.seen != known_labels(store, task):
        raise CheckFailedError(
            "Somebody changed the labels meanwhile; nothing of yours was kept.",
            next_step="Copy what you wrote, and reload the page.",
        )
    names = checked_labels(setup.labels)
    check_guideline(setup.guideline)
    # First what may still be refused.
    filled = fill_queue(store, task, overlap=setup.overlap)
    set_labels(store, task, names)
    if setup.guideline.strip() or guideline_of(store, task) is not None:
        set_guideline(store, task, setup.guideline, user.name)
    return filled
