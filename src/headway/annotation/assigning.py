"""Texts that one annotator alone is given, and giving them back to everybody."""

from __future__ import annotations

from headway.access.roles import permissions_of
from headway.access.users import get_user
from headway.errors import UsageError
from headway.store import Store
from headway.store import queue as rows


def assign(store: Store, task: str, name: str, n: int) -> dict[str, int]:
    """Assign the next `n` texts that nobody has labelled and nobody has before them to one annotator.

    Gives how many were assigned, and how many wait for that annotator now. Raises `UsageError` for somebody
    who may not label, and where several people label each text; and what `get_user` does.
    """
    user = get_user(store, name)
    if user.disabled_at or "annotate" not in permissions_of(user.role):
        raise UsageError(
            f"{user.name} ({'disabled' if user.disabled_at else user.role}) may not label.",
            next_step=f"`headway users enable {user.name}` or `headway users role {user.name} annotator` "
            "lets them.",
        )
    with store.writing() as connection:
        overlap = rows.get_overlap(connection, task) or 1
        if overlap > 1:
            raise UsageError(
                f"Each text of {task!r} is labelled by {overlap} people, so none can be one person's.",
                next_step="Let one person label each: `headway annotate queue --overlap 1`.",
            )
        assigned = rows.assign_items(connection, task, user.id, n, store.now())
        return {"assigned": assigned, "waiting": rows.count_assigned(connection, task, user.id)}


def release(store: Store, task: str, name: str) -> int:
    """Give what somebody was assigned and has not labelled back to everybody; gives how many texts."""
    user = get_user(store, name)
    with store.writing() as connection:
        return rows.release_items(connection, task, user.id)
