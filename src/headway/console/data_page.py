"""What the pages of data show, as plain data."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any

from headway.cleaning.kept import report_path
from headway.console.uploads import Upload, Uploads
from headway.errors import UsageError
from headway.records import DatasetVersion, Import, Job, timestamp
from headway.sources.quarantine import read_reasons
from headway.store import Store
from headway.store.datasets import list_versions
from headway.store.labels import count_labels
from headway.store.records import count_records, get_import, list_imports
from headway.store.tasks import list_tasks

_IMPORTS, _LABELS, _VERSIONS = 50, 10, 20
# Of a long quarantine file the first rows tell the reasons.
_ROWS_READ, _REASONS = 20_000, 20


def data_content(store: Store) -> dict[str, Any]:
    """How many texts there are, where they come from, and what was made of them for each task."""
    imports = list_imports(store)
    return {
        "records": count_records(store),
        "imports": list(reversed(imports[-_IMPORTS:])),
        "imports_in_all": len(imports),
        "quarantined": sum(one.quarantined for one in imports),
        "tasks": [_task_content(store, task.name) for task in list_tasks(store)],
    }


def upload_content(uploads: Uploads, upload: Upload) -> dict[str, Any]:
    """A file that was sent, with the job that imports it."""
    job = uploads.job(upload)
    return {**dataclasses.asdict(upload), "job": job and {"id": job.id, "state": job.state}}


def import_content(store: Store, one: Import) -> dict[str, Any]:
    """An import, with why rows were quarantined: (reason, rows, the first lines)."""
    reasons = read_reasons(store.project / one.quarantine, _ROWS_READ) if one.quarantine else []
    return {**dataclasses.asdict(one), "reasons": reasons[:_REASONS]}


def imports_of(store: Store, job: Job) -> list[dict[str, Any]]:
    """What a job imported; nothing where it was another job."""
    found = []
    for one in (job.result or {}).get("imports", ()) if job.command[0] == "import" else ():
        try:
            found.append(import_content(store, get_import(store, one["id"])))
        except (UsageError, KeyError, TypeError):
            continue
    return found


def version_of(store: Store, digest: str) -> DatasetVersion | None:
    """The dataset version with a hash; those of two tasks that have the same hold the same rows."""
    versions = (version for task in list_tasks(store) for version in list_versions(store, task.name))
    return next((version for version in versions if version.hash == digest), None)


def version_content(store: Store, version: DatasetVersion) -> dict[str, Any]:
    """A dataset version with its labels by split, and the others it can be compared with."""
    statistics = version.statistics
    others = [one for one in list_versions(store, version.task) if one.number != version.number]
    return {
        "version": version,
        "rows": sum(version.sizes.values()),
        "statistics": statistics,
        # Versions made by an earlier Headway do not have the labels of each split.
        "by_split": statistics.get("label_splits") or {},
        "labels": statistics.get("labels", {}),
        "others": list(reversed(others)),
    }


def _task_content(store: Store, task: str) -> dict[str, Any]:
    labels = count_labels(store, task)
    versions = list_versions(store, task)
    report = report_path(store, task)
    return {
        "name": task,
        "labels": dict(list(labels.items())[:_LABELS]),
        "labels_in_all": len(labels),
        "given": sum(labels.values()),
        "versions": list(reversed(versions[-_VERSIONS:])),
        "cleaned_at": _changed_at(report.stat().st_mtime) if report.is_file() else None,
    }


def _changed_at(seconds: float) -> str:
    return timestamp(datetime.fromtimestamp(seconds, UTC))
