"""Prune: removes what nothing refers to, and what interrupted work left behind."""

from __future__ import annotations

import math
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from headway.care.references import require_all
from headway.errors import ProjectBusyError
from headway.records import Run
from headway.store import Store
from headway.store import runs as run_rows
from headway.store.files import machine_errors
from headway.store.snapshot import NamedFiles, named_files
from headway.training.checkpoints import checkpoint_root

#: What came within this time is left: a training keeps its blobs a moment before it writes the row that
#: names them, and does not hold the project lock for it.
GRACE_SECONDS = 3_600
KEPT_MIGRATION_BACKUPS = 2
#: of the runs that can be gone on with, so many keep their checkpoints: one is several times a model's size
KEPT_CHECKPOINT_RUNS = 2
_QUARANTINE = re.compile(r"([0-9a-z]{20})-.*\.jsonl")


@dataclass(frozen=True)
class Leftover:
    """A file or folder that can go."""

    #: below the project's folder
    path: str
    #: bytes, of a folder those of all its files
    size: int
    reason: str


@dataclass(frozen=True)
class Pruned:
    """What was found, and removed unless it was a dry run."""

    leftovers: tuple[Leftover, ...]
    removed: bool

    @property
    def size(self) -> int:
        """Bytes of it all."""
        return sum(leftover.size for leftover in self.leftovers)


def prune(store: Store, *, dry_run: bool = False, cache: bool = False) -> Pruned:
    """List what can go, then remove it; `cache` adds all that is made again when it is needed.

    Whatever is removed, nothing refers to it: a crash in the middle leaves a sound project. Raises
    `CorruptArtifactError` where a blob that is needed is missing, since what its manifest lists cannot be
    known then, and `ProjectBusyError` where the cache is to go while a training uses it.
    """
    with store.exclusive("prune"), store.keeping_blobs("prune"):
        if cache and (runs := run_rows.running_runs(store)):
            raise ProjectBusyError(
                f"The training {runs[0].id} is going on and uses the cache.",
                next_step="Wait until it is done, or leave out --cache.",
            )
        before = store.clock().timestamp() - GRACE_SECONDS
        named = named_files(store.folder / "headway.db")
        used = require_all(store, named).there
        found = [
            _leftover(store, path, reason)
            for path, reason in (*_blobs(store, used), *_outermost(_leftovers(store, named, used, cache)))
            if _newest(path) < before
        ]
        if cache and (store.folder / "cache").is_dir():
            found.append(_leftover(store, store.folder / "cache", "it is made again when it is needed"))
        if not dry_run:
            found = [leftover for leftover in found if _remove(store, leftover, before)]
    return Pruned(tuple(found), removed=not dry_run)


def remove_path(path: Path) -> None:
    """Remove a file or a folder; of a folder, nobody ever sees a part."""
    with machine_errors(f"removing {path}"):
        if path.is_dir() and not path.is_symlink():
            aside = path.with_name(f".partial-{path.name.removeprefix('.partial-')}")
            os.rename(path, aside)
            shutil.rmtree(aside)
        else:
            path.unlink(missing_ok=True)


def partial_paths(folder: Path) -> Iterator[Path]:
    """What was being written below a folder when something was interrupted, or is being written now."""
    for root, folders, files in os.walk(folder):
        names = {name for name in (*folders, *files) if name.startswith(".partial-")}
        yield from (Path(root, name) for name in sorted(names))
        folders[:] = sorted(set(folders) - names)


def migration_backups(store: Store) -> list[Path]:
    """The copies of the database that migrations made, the oldest first."""
    copies = store.folder.glob("headway.*.backup.db")
    return sorted(copies, key=lambda path: (path.stat().st_mtime, path.name))


def _blobs(store: Store, used: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for digest in store.blobs.digests():
        if digest not in used:
            yield store.blobs.path(digest), "no version, model or run refers to it"


def _leftovers(
    store: Store, named: NamedFiles, used: Mapping[str, str], cache: bool
) -> Iterator[tuple[Path, str]]:
    partial = [*store.project.glob(".partial-*"), *partial_paths(store.folder)]
    for folder in ("quarantine", "reports"):
        partial += partial_paths(store.project / folder)
    scratch = [] if run_rows.running_runs(store) else sorted((store.folder / "tmp").glob("*"))
    for path in (*partial, *scratch):
        if not (cache and path.is_relative_to(store.folder / "cache")):
            yield path, "interrupted work left it"
    for path in migration_backups(store)[:-KEPT_MIGRATION_BACKUPS]:
        yield (
            path,
            f"of the copies before migrations the last {KEPT_MIGRATION_BACKUPS} are kept",
        )
    for path in sorted((store.project / "quarantine").glob("*.jsonl")):
        match = _QUARANTINE.fullmatch(path.name)
        if match and match[1] not in named.imports:
            yield path, "its import came to nothing"
    for path in [] if cache else sorted((store.folder / "cache" / "artifacts").glob("[0-9a-f]*")):
        if path.name not in used:
            yield path, "no model or run refers to it"
    yield from _checkpoints(store)


def _checkpoints(store: Store) -> Iterator[tuple[Path, str]]:
    """The checkpoints of runs that will not be gone on with."""
    runs = {run.id: run for run in run_rows.list_runs(store)}
    going_on = {run.id for run in run_rows.running_runs(store)}
    folders = {path.name: path for path in sorted(checkpoint_root(store).glob("[!.]*"))}
    resumable = [run_id for run_id in folders if run_id in runs and runs[run_id].state != "done"]
    # An id begins with the time it was made at.
    kept = {*going_on, *[run_id for run_id in resumable if run_id not in going_on][-KEPT_CHECKPOINT_RUNS:]}
    for run_id, path in folders.items():
        if run_id not in kept:
            yield path, _why_no_checkpoints(runs.get(run_id))


def _why_no_checkpoints(run: Run | None) -> str:
    if run is None:
        return "no run has that id"
    if run.state == "done":
        return "its run is done"
    return f"of the runs that can be gone on with the newest {KEPT_CHECKPOINT_RUNS} keep their checkpoints"


def _outermost(found: Iterable[tuple[Path, str]]) -> Iterator[tuple[Path, str]]:
    """Without what lies in a folder that goes as a whole."""
    reasons = dict(found)
    for path, reason in reasons.items():
        if not any(parent in reasons for parent in path.parents):
            yield path, reason


def _leftover(store: Store, path: Path, reason: str) -> Leftover:
    files = [path] if not path.is_dir() else [file for file in path.rglob("*") if file.is_file()]
    size = sum(file.lstat().st_size for file in files)
    return Leftover(path.relative_to(store.project).as_posix(), size, reason)


def _newest(path: Path) -> float:
    """When a file was written last, or the newest of a folder's files, in seconds since 1970."""
    try:
        return max(found.lstat().st_mtime for found in (path, *path.rglob("*")))
    except FileNotFoundError:  # whoever was writing it has just finished
        return math.inf


def _remove(store: Store, leftover: Leftover, before: float) -> bool:
    path = store.project / leftover.path
    if path == store.blobs.path(path.name):
        return store.blobs.remove(path.name, put_before=before)
    if path.parent == checkpoint_root(store) and _newest(path) >= before:
        return False  # the run was gone on with meanwhile
    remove_path(path)
    return True
