"""Runs that were interrupted: where their checkpoints lie, and what is needed to go on with one."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headway.errors import ProjectBusyError, UsageError
from headway.records import Run
from headway.store import Store
from headway.store import runs as run_rows
from headway.training.checkpoints import checkpoint_root
from headway.workflow.request import TrainRequest


def checkpoint_folder(store: Store, run_id: str) -> Path:
    """Where the checkpoints of a run lie."""
    return checkpoint_root(store) / run_id


def remove_checkpoints(store: Store, run_id: str) -> None:
    """Remove the checkpoints of a run that is done with them."""
    shutil.rmtree(checkpoint_folder(store, run_id), ignore_errors=True)


def request_details(request: TrainRequest) -> dict[str, Any]:
    """What was asked for, as plain data that goes with the run."""
    return {**dataclasses.asdict(request), "settings": dict(request.settings)}


def resumable_run(store: Store, run_id: str) -> tuple[Run, TrainRequest]:
    """The run of an id or its beginning, and what was asked for when it began.

    Raises `ModelError` where there is none, `UsageError` where it is done, and `ProjectBusyError` where it
    still goes on.
    """
    run = run_rows.get_run(store, run_id)
    if run_rows.state_of(run) == "running":
        raise _goes_on(run)
    if run.state == "done":
        raise UsageError(f"The run {run.id} is done: {run.model}.", next_step="Train anew: headway train.")
    asked: Mapping[str, Any] | None = run.details.get("request")
    if asked is None:
        raise UsageError(
            f"The run {run.id} is of an earlier version of Headway and cannot be gone on with.",
            next_step="Train anew: headway train.",
        )
    return run, TrainRequest(**asked)


def go_on_with(store: Store, run: Run) -> Run:
    """Put a run on record as going on in this process.

    Raises `ProjectBusyError` where another process was first, so that no two go on with one run.
    """
    details = {**run.details, "process": os.getpid()}
    details.pop("error", None)
    run = dataclasses.replace(run, state="running", details=details)
    if not run_rows.claim_run(store, run):
        raise _goes_on(run)
    return run


def _goes_on(run: Run) -> ProjectBusyError:
    return ProjectBusyError(f"The run {run.id} still goes on.", next_step="Wait until it is done.")
