"""Rows of jobs: who asks adds one, a worker claims it, and keeps saying that it is alive."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, insert, or_, select, update

from headway.errors import UsageError
from headway.ids import new_id
from headway.records import Job
from headway.store.schema import jobs
from headway.store.store import Store

_COLUMNS = tuple(jobs.c[field.name] for field in dataclasses.fields(Job))


def add_job(store: Store, command: Sequence[str], author: str) -> Job:
    """Ask for a command to be done."""
    job = Job(id=new_id(), command=tuple(command), state="waiting", author=author, created_at=store.now())
    with store.writing() as connection:
        connection.execute(insert(jobs).values(**dataclasses.asdict(job)))
    return job


def claim_job(store: Store, lease_until: str) -> Job | None:
    """The oldest job that waits, or whose worker is gone, now has this worker; None = there is none."""
    now = store.now()
    free = or_(jobs.c.state == "waiting", and_(jobs.c.state == "running", jobs.c.lease_until < now))
    with store.writing() as connection:
        row = (
            connection.execute(select(*_COLUMNS).where(free).order_by(jobs.c.id).limit(1)).mappings().first()
        )
        if row is None:
            return None
        job = _job(row)
        changes: dict[str, Any] = {
            "state": "running",
            "started_at": job.started_at or now,
            "lease_until": lease_until,
            "attempts": job.attempts + 1,
        }
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(changes))
    return dataclasses.replace(job, **changes)


def renew_job(store: Store, job_id: str, lease_until: str, process: int) -> bool:
    """Say that the worker is alive; gives whether somebody wants the job cancelled."""
    with store.writing() as connection:
        one = jobs.c.id == job_id
        connection.execute(update(jobs).where(one).values(lease_until=lease_until, process=process))
        return bool(connection.execute(select(jobs.c.cancel).where(one)).scalar_one())


def finish_job(
    store: Store, job_id: str, state: str, result: dict[str, Any] | None = None, error: str | None = None
) -> None:
    """Keep what became of a job."""
    values = {
        "state": state,
        "result": result,
        "error": error,
        "finished_at": store.now(),
        "lease_until": None,
    }
    with store.writing() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(values))


def release_job(store: Store, job_id: str) -> None:
    """Give a job back: another worker may go on with it at once."""
    with store.writing() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(lease_until=""))


def cancel_job(store: Store, job_id: str) -> Job:
    """Want a job cancelled: one that waits is so at once, one that runs is told by its worker.

    Raises `UsageError` for one that is over already.
    """
    job = get_job(store, job_id)
    with store.writing() as connection:
        waits = jobs.c.id == job.id, jobs.c.state == "waiting"
        at_once = {"state": "cancelled", "cancel": 1, "finished_at": store.now()}
        if not connection.execute(update(jobs).where(*waits).values(at_once)).rowcount:
            runs = jobs.c.id == job.id, jobs.c.state == "running"
            if not connection.execute(update(jobs).where(*runs).values(cancel=1)).rowcount:
                raise UsageError(f"The job {job.id} is {job.state} already.")
    return get_job(store, job.id)


def get_job(store: Store, job_id: str) -> Job:
    """The job of an id, or of the one id that begins so.

    Raises `UsageError` where there is none or several.
    """
    query = select(*_COLUMNS).where(jobs.c.id.startswith(job_id, autoescape=True))
    with store.reading() as connection:
        found = connection.execute(query.limit(2)).mappings().all()
    if len(found) != 1:
        count = "Several jobs have" if found else "No job has"
        raise UsageError(
            f"{count} an id that begins with {job_id!r}.", next_step="`headway jobs list` shows them all."
        )
    return _job(found[0])


def list_jobs(store: Store, limit: int | None = None, *, results: bool = True) -> list[Job]:
    """The jobs, the newest first; without `results`, which may be long, where only the rest is wanted."""
    columns = [column for column in _COLUMNS if results or column is not jobs.c.result]
    with store.reading() as connection:
        rows = connection.execute(select(*columns).order_by(jobs.c.id.desc()).limit(limit)).mappings()
        return [_job(row) for row in rows]


def _job(row: Any) -> Job:
    return Job(**{**row, "command": tuple(row["command"]), "cancel": bool(row["cancel"])})
