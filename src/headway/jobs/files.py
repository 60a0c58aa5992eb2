"""The files of jobs: what a command said, and the JSON it printed."""

from __future__ import annotations

from pathlib import Path

from headway.store import Store

_SHOWN = 200_000


def log_path(store: Store, job_id: str) -> Path:
    """Where the words of a job are."""
    return store.folder / "jobs" / f"{job_id}.log"


def output_path(store: Store, job_id: str) -> Path:
    """Where the JSON of a job is."""
    return store.folder / "jobs" / f"{job_id}.out"


def read_log(store: Store, job_id: str) -> str:
    """The end of what a job has said; "" before it was begun."""
    path = log_path(store, job_id)
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _SHOWN))
        return file.read().decode("utf-8", "replace")
