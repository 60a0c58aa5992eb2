"""What a job has made, as links to the pages that show it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote

from headway.cleaning.kept import report_path
from headway.console.data_page import version_of
from headway.errors import HeadwayError
from headway.records import Job
from headway.registry import versions
from headway.store import Store
from headway.store.runs import get_run


class Made(NamedTuple):
    """Something that has a page."""

    kind: str
    name: str
    path: str


def made_by(store: Store, job: Job) -> list[Made]:
    """The run, the model, the dataset version or the report on the data that a job made, if still there."""
    if job.state != "done":
        return []
    result = job.result or {}
    return [*_training(store, result), *_dataset(store, result), *_report(store, job)]


def _training(store: Store, result: dict[str, Any]) -> Iterator[Made]:
    with suppress(HeadwayError):
        # An empty one would be the beginning of any.
        run = get_run(store, str(result.get("run") or "none"))
        yield Made("run", run.id, f"/runs/{run.id}")
        if run.model is not None:
            version = versions.resolve(store, run.model)
            path = f"/models/{quote(version.name, safe='')}/{version.version}"
            yield Made("model", version.reference, path)


def _dataset(store: Store, result: dict[str, Any]) -> Iterator[Made]:
    found = version_of(store, str(result.get("hash")))
    if found is not None:
        yield Made("dataset", f"{found.task} {found.number}", f"/data/datasets/{found.hash}")


def _report(store: Store, job: Job) -> Iterator[Made]:
    task = job.command[-1]
    if job.command[:2] == ("clean", "--keep") and report_path(store, task).is_file():
        yield Made("clean", task, f"/data/clean?task={quote(task, safe='')}")
