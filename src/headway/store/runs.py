"""Rows of runs and of the looks at sealed data."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from sqlalchemy import func, insert, select, update

from headway.errors import ModelError
from headway.ids import new_id
from headway.records import Run
from headway.store.schema import looks, runs
from headway.store.store import Store


def add_run(store: Store, run: Run) -> None:
    """Keep the start of a run."""
    with store.writing() as connection:
        connection.execute(insert(runs).values(**dataclasses.asdict(run)))


def update_run(store: Store, run: Run) -> None:
    """Keep what became of a run."""
    with store.writing() as connection:
        connection.execute(update(runs).where(runs.c.id == run.id).values(**dataclasses.asdict(run)))


def claim_run(store: Store, run: Run) -> bool:
    """Keep that a run goes on, unless it already does or is done by now; whether that was kept."""
    query = select(runs).where(runs.c.id == run.id)
    with store.writing() as connection:
        if state_of(Run(**connection.execute(query).mappings().one())) in ("running", "done"):
            return False
        connection.execute(update(runs).where(runs.c.id == run.id).values(**dataclasses.asdict(run)))
    return True


def list_runs(store: Store, task: str | None = None) -> list[Run]:
    """All runs, or those of one task, the oldest first."""
    query = select(runs).order_by(runs.c.id)
    if task is not None:
        query = query.where(runs.c.task == task)
    with store.reading() as connection:
        return [Run(**row) for row in connection.execute(query).mappings()]


def running_runs(store: Store) -> list[Run]:
    """The runs that go on now: their process is alive."""
    return [run for run in list_runs(store) if state_of(run) == "running"]


def state_of(run: Run) -> str:
    """The state on record; a run whose process is gone was killed, whether or not that was noted yet."""
    was_killed = run.state == "running" and not is_alive(run.details.get("process", 0))
    return "killed" if was_killed else run.state


def is_alive(process: int) -> bool:
    """Whether a process of this number runs; where the system cannot be asked, it is taken to."""
    if os.name == "nt":
        # There the call below would interrupt the process instead of asking for it.
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return process > 0


def get_run(store: Store, run_id: str) -> Run:
    """The run of an id, or of the one id that begins so.

    Raises `ModelError` where there is none or several.
    """
    query = select(runs).where(runs.c.id.startswith(run_id, autoescape=True))
    with store.reading() as connection:
        found = connection.execute(query).mappings().all()
    if len(found) != 1:
        raise ModelError(
            f"{len(found) or 'No'} runs have an id that begins with {run_id!r}.",
            next_step="`headway runs list` shows them all.",
        )
    return Run(**found[0])


def add_look(store: Store, data: str, model: str, metrics: dict[str, Any]) -> int:
    """Note that a model was measured on some data; returns how often these data were looked at by now."""
    with store.writing() as connection:
        connection.execute(
            insert(looks).values(id=new_id(), data=data, model=model, at=store.now(), metrics=metrics)
        )
        query = select(func.count()).select_from(looks).where(looks.c.data == data)
        return int(connection.execute(query).scalar_one())
