"""Rows of tasks."""

from __future__ import annotations

from sqlalchemy import insert, select

from headway.errors import UsageError
from headway.records import Task
from headway.store.schema import tasks
from headway.store.store import Store

# Built once: each request of the console asks for it.
_TASKS = select(tasks).order_by(tasks.c.created_at)


def add_task(store: Store, name: str, kind: str) -> Task:
    """Add a task, or return the one of that name when it has the same kind.

    Raises `UsageError` where a task of that name has another kind.
    """
    with store.writing() as connection:
        row = connection.execute(select(tasks).where(tasks.c.name == name)).mappings().first()
        if row is not None:
            if row["kind"] != kind:
                raise UsageError(
                    f"The task {name!r} exists already and is of kind {row['kind']}, not {kind}.",
                    next_step="Choose another name for the new task.",
                )
            return Task(**row)
        task = Task(name=name, kind=kind, created_at=store.now())
        connection.execute(insert(tasks).values(name=name, kind=kind, created_at=task.created_at))
    return task


def list_tasks(store: Store) -> list[Task]:
    """All tasks, the oldest first."""
    with store.reading() as connection:
        rows = connection.execute(_TASKS).mappings().all()
    return [Task(**row) for row in rows]


def get_task(store: Store, name: str | None = None) -> Task:
    """The task of a name, or the only one.

    Raises `UsageError` where the name is unknown, or none was given and there are several.
    """
    known = list_tasks(store)
    names = ", ".join(task.name for task in known)
    if name is None:
        if len(known) == 1:
            return known[0]
        raise UsageError(
            f"The project holds {len(known)} tasks ({names or 'none'}): one has to be named.",
            next_step="Add --task NAME.",
        )
    for task in known:
        if task.name == name:
            return task
    raise UsageError(
        f"There is no task {name!r}; known are: {names or 'none'}.", next_step="Add --task NAME."
    )
