"""Backup: one consistent state of a project in one file, taken while others go on working."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from headway import __version__
from headway.care.contents import (
    DATABASE,
    FOLDERS,
    MANIFEST,
    SETTINGS,
    BackupManifest,
    FileEntry,
    blob_name,
    is_safe_name,
)
from headway.care.references import blobs_in_use
from headway.errors import ConfigurationError, UsageError
from headway.store import Store
from headway.store.files import machine_errors, replacing
from headway.store.snapshot import Examination, examine, snapshot
from headway.terminal import Progress

_CHUNK = 1 << 20
# Of deflate: half the time, and a database becomes hardly larger.
_FAST = 1


@dataclass(frozen=True)
class Backup:
    """A backup that was written."""

    path: Path
    #: bytes of the file
    size: int
    manifest: BackupManifest


def backup(
    store: Store,
    target: Path,
    *,
    overwrite: bool = False,
    progress: Progress = lambda stage, done, total=None: None,
) -> Backup:
    """Write a backup; the file is whole, or it is not there.

    First the database, then the blobs: a blob is written before the row that names it and never changed,
    so every blob that the copied rows name is there, whatever is imported or trained meanwhile. Only
    `prune` and `forget` take blobs away: they wait, and the project lock stays free for all others.

    Raises `UsageError` where the file exists, `ConfigurationError` where the database is damaged, and
    `MachineError` where the disk is full or may not be written.
    """
    _check_target(target, overwrite)
    with (
        machine_errors(f"writing {target}"),
        store.keeping_blobs("backup"),
        _scratch(target.parent) as scratch,
        replacing(target) as temporary,
    ):
        created_at = store.now()
        database = scratch / "headway.db"
        snapshot(
            store.folder / "headway.db",
            database,
            lambda done, total: progress("Copying the database", done, total),
        )
        found = examine(database)
        if found.problems:
            raise ConfigurationError(
                f"The database of {store.project} is damaged: {'; '.join(found.problems)}.",
                next_step="Restore the project from an earlier backup.",
            )
        manifest = _write(store, temporary, database, found, created_at, progress)
    return Backup(target, target.stat().st_size, manifest)


def _check_target(target: Path, overwrite: bool) -> None:
    if target.is_dir():
        raise UsageError(
            f"{target} is a folder; a backup is one file.",
            next_step=f"Name a file, such as {target / 'headway.zip'}.",
        )
    if target.exists() and not overwrite:
        raise UsageError(f"{target} exists already.", next_step="Choose another name, or add --overwrite.")


@dataclass
class _Writer:
    """Enters files into the archive, and knows the hash and size of each."""

    archive: ZipFile
    progress: Progress
    total: int
    files: dict[str, FileEntry]
    done: int = 0

    def add(self, name: str, source: Path, *, compress: bool = False) -> str:
        """Enter a file and return its sha256."""
        self.archive.compression = ZIP_DEFLATED if compress else ZIP_STORED
        digest, size = hashlib.sha256(), 0
        with source.open("rb") as file, self.archive.open(name, "w", force_zip64=True) as target:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
                self.done += len(chunk)
                self.progress("Writing the backup", self.done, self.total)
        self.files[name] = {"sha256": digest.hexdigest(), "size": size}
        return digest.hexdigest()


def _write(
    store: Store, path: Path, database: Path, found: Examination, created_at: str, progress: Progress
) -> BackupManifest:
    blobs = blobs_in_use(found.named, set(store.blobs.digests()), store.blobs.get)
    beside = dict(_files_beside(store))
    sources = [database, *map(store.blobs.path, blobs.there), *beside.values()]
    with ZipFile(path, "w", compresslevel=_FAST) as archive:
        writer = _Writer(archive, progress, sum(source.stat().st_size for source in sources), {})
        writer.add(DATABASE, database, compress=True)
        damaged = dict(blobs.missing)
        for digest, what in blobs.there.items():
            # Parquet is compressed already, and weights hardly shrink.
            if writer.add(blob_name(digest), store.blobs.path(digest)) != digest:
                damaged[digest] = what
        for name, source in beside.items():
            writer.add(name, source, compress=True)
        manifest = BackupManifest(
            created_at, __version__, found.revision, found.rows, writer.files, dict(sorted(damaged.items()))
        )
        with archive.open(MANIFEST, "w") as target:
            target.write(manifest.to_json())
    return manifest


def _files_beside(store: Store) -> Iterator[tuple[str, Path]]:
    """The settings, quarantined rows and reports, by their names in the archive."""
    paths = [store.project / SETTINGS]
    for folder in FOLDERS:
        paths += sorted((store.project / folder).rglob("*"))
    for path in paths:
        name = path.relative_to(store.project).as_posix()
        if not path.is_file() or path.name.startswith(".partial-"):
            continue
        if is_safe_name(name):
            yield name, path
        else:
            store.notify(f"{name!r} is not in the backup: not every system can have a file of that name.")


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".partial-", dir=folder) as scratch:
        yield Path(scratch)
