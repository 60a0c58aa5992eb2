"""What `compare` is to look at: runs and models, found by what the user wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.errors import ModelError, UsageError
from headway.records import ModelVersion, Run
from headway.registry.versions import resolve
from headway.store import Store
from headway.store import models as model_rows
from headway.store import runs as run_rows
from headway.store.tasks import get_task

#: runs that are compared where none is named
NEWEST = 20


@dataclass(frozen=True)
class Contestant:
    """A run with its model; one of the two may be missing: of a failed run, or of a model made elsewhere."""

    run: Run | None
    version: ModelVersion | None

    @property
    def name(self) -> str:
        """What it is called: the model's name@version, else the run's id."""
        return self.version.reference if self.version else self.run.id if self.run else ""

    @property
    def task(self) -> str:
        """The task it was trained for."""
        return self.version.task if self.version else self.run.task if self.run else ""


def find_contestants(
    store: Store, references: Sequence[str] = (), task: str | None = None
) -> list[Contestant]:
    """The runs (an id or its beginning) and models (`name`, `name@3`, `name@champion`) named, each once.

    Without references the newest `NEWEST` runs of the task that are done, the newest first. Raises
    `ModelError` naming every reference that is unknown or ambiguous, and where no run is done; `UsageError`
    where they belong to several tasks.
    """
    if not references:
        return _newest(store, get_task(store, task).name)
    known = sorted({version.name for version in model_rows.list_versions(store)})
    found: dict[str, Contestant] = {}
    problems = []
    for reference in references:
        try:
            one = _find(store, reference, known)
        except ModelError as error:
            problems.append(error.message)
        else:
            found.setdefault(one.name, one)
    if problems:
        raise ModelError(
            " ".join(dict.fromkeys(problems)),
            next_step="`headway runs list` and `headway models list` show what there is.",
        )
    tasks = {one.task for one in found.values()} | ({get_task(store, task).name} if task else set())
    if len(tasks) > 1:
        raise UsageError(
            f"These belong to several tasks ({', '.join(sorted(tasks))}), whose figures cannot be compared.",
            next_step="Name runs and models of one task.",
        )
    return list(found.values())


def _newest(store: Store, task: str) -> list[Contestant]:
    runs = run_rows.list_runs(store, task)
    done = [run for run in runs if run.state == "done"][-NEWEST:]
    if not done:
        ended = f"; {len(runs)} did not come to an end" if runs else ""
        raise ModelError(
            f"Nothing was trained yet for the task {task!r}{ended}.",
            next_step="`headway runs list` says what became of them."
            if runs
            else "Train a model: `headway train`.",
        )
    return [_of_run(store, run) for run in reversed(done)]


def _find(store: Store, reference: str, known: Sequence[str]) -> Contestant:
    name, at, _ = reference.partition("@")
    if at or name in known:
        version = resolve(store, reference) if name else None
        if version is not None:
            return Contestant(run_rows.get_run(store, version.run) if version.run else None, version)
    runs = [run for run in run_rows.list_runs(store) if reference and run.id.startswith(reference)]
    if len(runs) == 1:
        return _of_run(store, runs[0])
    if runs:
        raise ModelError(f"{len(runs)} runs have an id that begins with {reference!r}.")
    models = ", ".join(known) or "none"
    raise ModelError(f"{reference!r} is neither the id of a run nor a model; models are: {models}.")


def _of_run(store: Store, run: Run) -> Contestant:
    return Contestant(run, resolve(store, run.model) if run.model else None)
