"""Files that are whole or absent: written aside, synced, renamed, and the folder synced."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from headway.errors import MachineError

_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """The hexadecimal sha256 of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it that are missing, so that their names are durable."""
    missing = list(takewhile(lambda one: not one.exists(), (folder, *folder.parents)))
    folder.mkdir(mode=mode, parents=True, exist_ok=True)
    for one in missing:
        sync_folder(one.parent)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees the old content or the new, never a part.

    Raises `MachineError` where the disk is full or the folder may not be written.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(data)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to be written, which takes its place when the block ends without an error.

    Raises `MachineError` where the disk is full or the folder may not be written.
    """
    with machine_errors(f"writing {path}"):
        make_folder(path.parent)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
        os.close(descriptor)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def move_into_place(source: Path, target: Path) -> bool:
    """Rename a finished folder; where another process put its own there first, that one stays: False.

    Raises `MachineError` where the machine refuses.
    """
    with machine_errors(f"writing {target}"):
        try:
            os.rename(source, target)
        except OSError:
            if not target.is_dir():
                raise
            return False
        sync_folder(target.parent)
    return True


@contextmanager
def appearing(folder: Path, doing: str) -> Iterator[Path]:
    """A folder beside `folder` to be filled, which takes its place when the block ends without an error.

    Where another process was quicker, its folder stays. Raises `MachineError` where the machine refuses what
    is being done.
    """
    with machine_errors(doing):
        make_folder(folder.parent)
        partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".partial-"))
    try:
        yield partial
        move_into_place(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def machine_errors(doing: str) -> Iterator[None]:
    """Turn what the operating system refuses into a `MachineError` that says what was being done."""
    try:
        yield
    except OSError as error:
        steps = {
            errno.ENOSPC: "Free some disk space, then run the same command again.",
            errno.EDQUOT: "Free some disk space, then run the same command again.",
            errno.EACCES: "Give yourself the right to read and write there, or choose another folder.",
            errno.EPERM: "Give yourself the right to read and write there, or choose another folder.",
            errno.EROFS: "Choose a folder on a disk that can be written.",
        }
        raise MachineError(
            f"The machine refused {doing}: {error.strerror or error}.",
            next_step=steps.get(error.errno or 0, "See what the message names, then run the command again."),
        ) from error
