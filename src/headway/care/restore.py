"""Restore: a backup is verified to the last byte, and only then put in place."""

from __future__ import annotations

import hashlib
import os
import shutil
import struct
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from headway.care.contents import (
    BLOBS,
    DATABASE,
    FOLDERS,
    FORMAT,
    MANIFEST,
    SETTINGS,
    BackupManifest,
    FileEntry,
    is_safe_name,
    manifest_from,
    read_content,
)
from headway.care.references import blobs_in_use
from headway.errors import DataError, HeadwayError, MachineError, NewerProjectError, UsageError
from headway.store.files import machine_errors, make_folder, sync_folder
from headway.store.snapshot import examine
from headway.store.store import HEAD
from headway.terminal import Progress

_CHUNK = 1 << 20
# A line of the manifest has some 200 bytes: room for a million files.
_LARGEST_MANIFEST = 200_000_000
_MOST_SHOWN = 50
_DEFLATED_OR_STORED = (0, 8)
_ENCRYPTED = 1
#: what the standard library raises for an archive whose structure is damaged
_DAMAGE = (
    *(BadZipFile, EOFError, zlib.error, struct.error),
    *(ValueError, NotImplementedError, RuntimeError, OverflowError),
)


@dataclass(frozen=True)
class Restored:
    """A backup that was found sound, and where it was put, if it was."""

    manifest: BackupManifest
    folder: Path | None


def check_backup(file: Path, progress: Progress = lambda stage, done, total=None: None) -> Restored:
    """Verify a backup and put nothing in place. Raises as `restore`."""
    with machine_errors(f"checking {file}"), tempfile.TemporaryDirectory(prefix="headway-") as scratch:
        return Restored(_extract(file, Path(scratch), progress, database_only=True), None)


def restore(file: Path, folder: Path, progress: Progress = lambda stage, done, total=None: None) -> Restored:
    """Verify a backup and put the project into a folder that holds none.

    Everything is unpacked and verified beside its place and then renamed, the database last: a project
    appears whole or not at all. Raises `DataError` naming each file of the backup that is missing, cut off,
    changed or not listed, `NewerProjectError` for a backup of a later version, `UsageError` where the folder
    holds a project, and `MachineError` where the disk is full or may not be written.
    """
    with machine_errors(f"restoring into {folder}"):
        _check_folder(folder)
        made = not folder.exists()
        make_folder(folder)
        for leftover in folder.glob(".partial-restore-*"):
            shutil.rmtree(leftover)
        scratch = Path(tempfile.mkdtemp(prefix=".partial-restore-", dir=folder))
        try:
            manifest = _extract(file, scratch, progress)
            _put_in_place(scratch, folder)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            if made and not any(folder.iterdir()):
                folder.rmdir()
            raise
        scratch.rmdir()
        sync_folder(folder)
    return Restored(manifest, folder)


def _check_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", next_step="Name a new folder.")
    there = [name for name in (".headway", SETTINGS, *FOLDERS) if (folder / name).exists()]
    if there:
        raise UsageError(
            f"{folder} holds a project, or a part of one: {', '.join(there)}. Nothing was changed.",
            next_step="Name a new folder; compare the two, then remove the one you do not need.",
        )


def _put_in_place(scratch: Path, folder: Path) -> None:
    (scratch / ".headway").chmod(0o700)
    for path in sorted(scratch.iterdir(), key=lambda path: path.name == ".headway"):
        os.rename(path, folder / path.name)


def _extract(file: Path, folder: Path, progress: Progress, *, database_only: bool = False) -> BackupManifest:
    """Unpack what the manifest lists, and verify all of it; `database_only` keeps nothing else."""
    with _opened(file) as archive:
        manifest = _manifest_of(file, archive)
        _check_room(folder, manifest, database_only)
        problems = list(_entry_problems(archive, manifest))
        listed = {entry.filename: entry for entry in archive.infolist()}
        done = 0
        for name, expected in manifest.files.items():
            if name not in listed or not is_safe_name(name):
                continue
            keep = not database_only or name == DATABASE
            problem = _copy(archive, listed[name], expected, folder / name if keep else Path(os.devnull))
            if problem:
                problems.append(f"{name} {problem}")
            done += expected["size"]
            progress("Verifying the backup", done, manifest.size)
        if not problems:
            problems += _content_problems(archive, manifest, folder / DATABASE)
    if problems:
        more = [f"and {len(problems) - _MOST_SHOWN} more"] if len(problems) > _MOST_SHOWN else []
        raise DataError(
            f"{file} is damaged: {'; '.join([*problems[:_MOST_SHOWN], *more])}. Nothing was restored.",
            next_step="Take another backup.",
        )
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            sync_folder(path)
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    if not file.is_file():
        raise DataError(
            f"There is no file {file}.", next_step="Name the file that `headway backup FILE` wrote."
        )
    with _damage(file):
        archive = ZipFile(file)
    with archive:
        yield archive


@contextmanager
def _damage(file: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise DataError(
            f"{file} is no backup, or it is cut off or damaged: {error}. Nothing was restored.",
            next_step="Name the file that `headway backup FILE` wrote, or take another one.",
        ) from error


def _manifest_of(file: Path, archive: ZipFile) -> BackupManifest:
    try:
        entry = archive.getinfo(MANIFEST)
    except KeyError:
        raise DataError(
            f"{file} is a zip file, but no backup: it holds no {MANIFEST}.",
            next_step="Name the file that `headway backup FILE` wrote.",
        ) from None
    if entry.flag_bits & _ENCRYPTED or entry.file_size > _LARGEST_MANIFEST:
        raise DataError(
            f"{MANIFEST} in {file} is encrypted or too large.", next_step="Headway encrypts no backups."
        )
    with _damage(file), archive.open(entry) as source:
        data = source.read(_LARGEST_MANIFEST)
    with _manifest_errors(file):
        content = read_content(data)
    revision = content.get("revision")
    if content["format"] > FORMAT or (isinstance(revision, str) and revision > HEAD):
        raise NewerProjectError(
            f"{file} was written by Headway {content.get('headway')}: format {content['format']}, tables of "
            f"version {revision}; this one reads format {FORMAT}, tables up to {HEAD}.",
            next_step="Upgrade Headway, then run the command again. Nothing was restored.",
        )
    with _manifest_errors(file):
        return manifest_from(content)


@contextmanager
def _manifest_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise DataError(
            f"{MANIFEST} in {file} cannot be used: {error}. Nothing was restored.",
            next_step="Take another backup.",
        ) from error


def _check_room(folder: Path, manifest: BackupManifest, database_only: bool) -> None:
    """A backup that could not fit is refused before it fills the disk, whatever its manifest claims."""
    needed = manifest.files[DATABASE]["size"] if database_only else manifest.size
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise MachineError(
            f"The backup holds {needed / 1e6:,.0f} MB; {folder.parent} has {free / 1e6:,.0f} MB free.",
            next_step="Free some disk space, or choose a folder on another disk.",
        )


def _entry_problems(archive: ZipFile, manifest: BackupManifest) -> Iterator[str]:
    counts = Counter(entry.filename for entry in archive.infolist())
    for name, count in counts.items():
        if count > 1:
            yield f"{name!r} is in it {count} times"
        if name != MANIFEST and name not in manifest.files:
            yield f"{name!r} is not listed in its manifest"
    for name, expected in manifest.files.items():
        if not is_safe_name(name):
            yield f"{name!r} is no name of a file in a project"
        elif name not in counts:
            yield f"{name} is missing"
        elif name.startswith(BLOBS) and _digest(name) not in {expected["sha256"], *manifest.damaged}:
            yield f"{name} is listed with another hash than its own"


def _copy(archive: ZipFile, entry: ZipInfo, expected: FileEntry, target: Path) -> str | None:
    """Unpack a file, never more of it than the manifest says; gives what is wrong with it."""
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _DEFLATED_OR_STORED:
        return "is encrypted or packed in a way that Headway does not use"
    digest, size = hashlib.sha256(), 0
    if target != Path(os.devnull):
        target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        try:
            with archive.open(entry) as source:
                while size <= expected["size"] and (chunk := source.read(_CHUNK)):
                    size += len(chunk)
                    digest.update(chunk)
                    file.write(chunk)
        except _DAMAGE as error:
            return f"cannot be read ({error})"
        if target != Path(os.devnull):
            file.flush()
            os.fsync(file.fileno())
    if size < expected["size"]:
        return f"is cut off: {size:,} bytes instead of {expected['size']:,}"
    if size > expected["size"]:
        return f"is larger than the {expected['size']:,} bytes it was written with"
    if digest.hexdigest() != expected["sha256"]:
        return "is not the file that was written (sha256 differs)"
    return None


def _content_problems(archive: ZipFile, manifest: BackupManifest, database: Path) -> Iterator[str]:
    """What is wrong although every file is as it was written: rows, and blobs that rows name."""
    try:
        found = examine(database)
    except HeadwayError as error:
        yield f"{DATABASE} is no sound database ({error.__cause__})"
        return
    yield from (f"{DATABASE}: {problem}" for problem in found.problems)
    if found.revision != manifest.revision:
        yield f"{DATABASE} has tables of version {found.revision!r} instead of {manifest.revision!r}"
    for table in sorted(found.rows.keys() | manifest.rows.keys()):
        rows, expected = found.rows.get(table, 0), manifest.rows.get(table, 0)
        if rows != expected:
            yield f"{DATABASE} has {rows:,} rows in {table} instead of {expected:,}"
    blobs = {_digest(name): name for name in manifest.files if name.startswith(BLOBS)}

    def read(digest: str) -> bytes:
        if digest in manifest.damaged:
            raise ValueError(f"{digest} was damaged in the project")
        return archive.read(blobs[digest])

    needed = blobs_in_use(found.named, blobs.keys(), read)
    for digest, what in needed.missing.items():
        if digest not in manifest.damaged:
            yield f"{digest}, which {what} needs, is missing"


def _digest(name: str) -> str:
    return name.rpartition("/")[2]
