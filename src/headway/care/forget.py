"""Forget: records are removed for good, wherever the project holds their text, and not taken in again."""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headway.care.prune import migration_backups, partial_paths, remove_path
from headway.care.references import blobs_in_use
from headway.care.traces import Traces, mask_rows, quarantined_rows, quoting_reports
from headway.errors import ProjectBusyError
from headway.records import DatasetVersion, Record
from headway.store import Store
from headway.store import datasets as dataset_rows
from headway.store import models as model_rows
from headway.store import runs as run_rows
from headway.store import tasks as task_rows
from headway.store.snapshot import compact, named_files
from headway.store.tombstones import Selection, bury, count_annotations, find_records

_PARQUET = b"PAR1"


@dataclass(frozen=True)
class HeldBy:
    """A dataset version that held forgotten records."""

    task: str
    number: int
    hash: str
    #: rows of it that go
    rows: int


@dataclass(frozen=True)
class Forgotten:
    """What is to be forgotten, or was."""

    records: int
    #: texts: a record has one for each revision
    revisions: int
    labels: int
    versions: tuple[HeldBy, ...] = ()
    #: models that were trained on a version that held them; they stay as they are
    models: tuple[str, ...] = ()
    #: quarantined rows that are emptied
    quarantined: int = 0
    #: reports that quote them, below the project's folder
    reports: tuple[str, ...] = ()
    #: when it was done; None of a plan
    forgotten_at: str | None = None


@dataclass
class _Plan:
    """What is to be done, with all that doing it needs."""

    records: list[Record]
    labels: int
    #: version and how many of its rows go
    versions: list[tuple[DatasetVersion, int]]
    models: list[str]
    quarantined: dict[Path, list[int]]
    reports: list[Path]


def plan_to_forget(store: Store, selection: Selection) -> Forgotten:
    """What `forget` would do."""
    return _summary(store, _plan(store, selection))


def forget(store: Store, selection: Selection) -> Forgotten:
    """Remove for good the records that are meant: it cannot be undone.

    Texts, fields and labels of every revision go from the database, from dataset versions, which keep their
    hash and say how many rows are gone, and from quarantine. Reports that quote them, embeddings and the
    copies of the database that migrations made go as a whole. Tombstones keep the hashes of the keys. Where
    it is killed, running it again finishes it.

    Raises `ProjectBusyError` while a training goes on, which may have read the texts, `CorruptArtifactError`
    where a dataset version cannot be read, and `MachineError` where the disk is full.
    """
    with store.exclusive("forget"), store.keeping_blobs("forget"):
        if runs := run_rows.running_runs(store):
            raise ProjectBusyError(
                f"The training {runs[0].id} is going on, and may have read what is to be forgotten.",
                next_step="Wait until it is done or stop it, then run the command again.",
            )
        plan = _plan(store, selection)
        done = _summary(store, plan)
        if plan.records or plan.quarantined or plan.reports:
            _forget_files(store, plan)
            rewritten = [
                (version, store.blobs.put(_to_parquet(rows)), gone)
                for version, rows, gone in _versions_without(store, plan.records)
            ]
            done = dataclasses.replace(done, forgotten_at=bury(store, plan.records, rewritten, selection.way))
        _clean(store)
    return done


def _plan(store: Store, selection: Selection) -> _Plan:
    records = find_records(store, selection)
    # One at a time: all versions of a large dataset together would not fit into memory.
    versions = [(version, gone) for version, _, gone in _versions_without(store, records)]
    hashes = {version.hash for version, _ in versions}
    trained = {run.id for run in run_rows.list_runs(store) if run.dataset in hashes}
    traces = Traces(selection, records)
    return _Plan(
        records,
        count_annotations(store, records),
        versions,
        [model.reference for model in model_rows.list_versions(store) if model.run in trained],
        quarantined_rows(store, traces),
        quoting_reports(store, traces),
    )


def _summary(store: Store, plan: _Plan) -> Forgotten:
    return Forgotten(
        records=len({record.key for record in plan.records}),
        revisions=len(plan.records),
        labels=plan.labels,
        versions=tuple(HeldBy(v.task, v.number, v.hash, gone) for v, gone in plan.versions),
        models=tuple(plan.models),
        quarantined=sum(map(len, plan.quarantined.values())),
        reports=tuple(path.relative_to(store.project).as_posix() for path in plan.reports),
    )


def _versions_without(
    store: Store, records: Sequence[Record]
) -> Iterator[tuple[DatasetVersion, pa.Table, int]]:
    """The versions that hold records, each with its other rows; what was made from a record goes with it."""
    if not records:
        return
    ids = pa.array([record.id for record in records], pa.string())
    for task in task_rows.list_tasks(store):
        for version in dataset_rows.list_versions(store, task.name):
            table = pq.read_table(io.BytesIO(store.blobs.get(version.blob)), use_threads=False)
            gone = pc.is_in(table["record"], value_set=ids)
            if "parent" in table.column_names:
                gone = pc.or_(gone, pc.is_in(table["parent"], value_set=ids))
            if number := pc.sum(gone).as_py():
                yield version, table.filter(pc.invert(gone)), number


def _forget_files(store: Store, plan: _Plan) -> None:
    """What only the texts can find goes before the texts do: after a crash the next run still finds it."""
    for path, positions in plan.quarantined.items():
        mask_rows(path, positions)
    for path in plan.reports:
        remove_path(path)
    # A vector tells much of its text. Which shard has which text is not written down; they are made again.
    embeddings = store.folder / "cache" / "embeddings"
    # An interrupted removal left it aside under that name.
    aside = embeddings.with_name(f".partial-{embeddings.name}")
    # A report on the data quotes them, and so does what a job printed of it.
    said_by_jobs = store.folder / "jobs"
    for path in (aside, embeddings, said_by_jobs, *migration_backups(store)):
        if path.exists():
            remove_path(path)


def _clean(store: Store) -> None:
    """Remove what may still hold a text that no row does: rows of former versions, and interrupted work."""
    present = set(store.blobs.digests())
    used = blobs_in_use(named_files(store.folder / "headway.db"), present, store.blobs.get).there
    for digest in sorted(present - used.keys()):
        with store.blobs.path(digest).open("rb") as file:
            is_rows = file.read(len(_PARQUET)) == _PARQUET
        if is_rows:
            store.blobs.remove(digest, put_before=math.inf)
    for folder in (store.folder / "blobs", store.project / "quarantine", store.project / "reports"):
        for path in partial_paths(folder):
            remove_path(path)
    for path in (store.folder / "tmp").glob("*"):
        remove_path(path)
    compact(store.folder / "headway.db")


def _to_parquet(rows: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    return buffer.getvalue()
