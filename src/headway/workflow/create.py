"""A new project: its store with the first task in it."""

from __future__ import annotations

from pathlib import Path

from headway.records import Task
from headway.store import Store
from headway.store.tasks import add_task
from headway.tasks import get_task
from headway.workflow.request import require_name


def create_project(folder: Path, kind: str, name: str | None = None, **options: object) -> tuple[Store, Task]:
    """Make a project with a task of a kind, or open the one that is there and add the task to it.

    The task's name is else its kind; `options` are those of `Store`. Raises `UsageError` for a kind that is
    unknown and a name that paths cannot hold, before anything is made.
    """
    get_task(kind)
    require_name(name or kind)
    store = Store.create(folder, **options)
    return store, add_task(store, name or kind, kind)
