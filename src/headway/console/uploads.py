"""Files that people sent: each in a folder named by an id of ours, until it is imported or a day old."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import shutil
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from headway.console.previews import preview_of
from headway.console.reading_forms import AskedReading
from headway.errors import CheckFailedError, DiskFullError, MachineError, OverloadedError, UsageError
from headway.ids import new_id
from headway.records import Job
from headway.store import Store
from headway.store.files import appearing, machine_errors, write_atomically
from headway.store.jobs import add_job, get_job

MOST = 20
_KEPT = timedelta(days=1)
# No upload takes so long: what is older was left behind by a console that is gone.
_PARTIAL_KEPT = timedelta(hours=1)
_ABOUT, _PREVIEW, _FILE = "upload.json", "preview.json", "file"


@dataclass(frozen=True)
class Upload:
    """A file that somebody sent and that is not imported yet."""

    id: str
    #: as its sender calls it
    name: str
    #: bytes
    size: int
    #: id of the user who sent it: nobody else sees it
    author: str
    created_at: str
    #: the job that was last asked for to import it
    job: str | None = None


class Uploads:
    """The files that were sent to a project's console."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.folder / "uploads"
        self._lock = threading.Lock()

    async def keep(self, pieces: AsyncIterator[bytes], name: str, author: str) -> Upload:
        """Keep a file that arrives in pieces, once it is known what it is; else nothing of it stays.

        Raises `DataError` for one that cannot be read, `DiskFullError`, and `OverloadedError` where as many
        as can be kept wait to be imported.
        """
        await run_in_threadpool(self._make_room)
        upload = Upload(new_id(), name, 0, author, self._store.now())
        with _full_disk_told(), appearing(self._folder / upload.id, "keeping a file") as partial:
            file = partial / _FILE / name
            size = await _write(pieces, file)
            preview = await run_in_threadpool(_look, file, AskedReading())
            _write_json(partial / _PREVIEW, preview)
            upload = dataclasses.replace(upload, size=size)
            _write_json(partial / _ABOUT, dataclasses.asdict(upload))
        await run_in_threadpool(self.tidy)
        return upload

    def find(self, upload_id: str, author: str) -> Upload | None:
        """The file of an id, where it is the author's own."""
        found = self._read(self._folder / upload_id)
        return found if found is not None and found.author == author else None

    def of_author(self, author: str) -> list[Upload]:
        """The files that somebody sent, the newest first."""
        return [upload for upload in reversed(self._all()) if upload.author == author]

    def preview(self, upload: Upload) -> dict[str, Any]:
        """What the file is, as it was found out last; `asked` is how it was to be read then."""
        with machine_errors("reading a file that was sent"):
            content: dict[str, Any] = json.loads((self._folder / upload.id / _PREVIEW).read_bytes())
        return content

    def path(self, upload: Upload) -> Path:
        """Where the file lies."""
        return self._folder.resolve() / upload.id / _FILE / upload.name

    def job(self, upload: Upload) -> Job | None:
        """The job that was last asked for to import it, where it is known."""
        try:
            return get_job(self._store, upload.job) if upload.job else None
        except UsageError:
            return None

    def read_anew(self, upload: Upload, asked: AskedReading) -> None:
        """Find out what a file is where it is read as asked; else what was found out before stays.

        Raises `UsageError` for what cannot be asked of it, `DataError` where it cannot be read so, and
        `CheckFailedError` while it is imported or once it is deleted.
        """
        asked.require(upload.name, self.preview(upload))
        self._require_idle(upload)
        preview = _look(self.path(upload), asked)
        with self._lock:
            # Looking at a file takes its time.
            left = self._read(self._folder / upload.id)
            if left is None:
                raise CheckFailedError(f"{upload.name} was deleted meanwhile.", next_step="Send it again.")
            self._require_idle(left)
            _write_json(self._folder / upload.id / _PREVIEW, preview)

    def begin_import(self, upload: Upload, command: Sequence[str], author: str) -> Job:
        """Ask for the job that imports a file. Raises `CheckFailedError` where one does so already."""
        with self._lock:
            self._require_idle(self._read(self._folder / upload.id) or upload)
            job = add_job(self._store, command, author)
            about = dataclasses.replace(upload, job=job.id)
            _write_json(self._folder / upload.id / _ABOUT, dataclasses.asdict(about))
        return job

    def remove(self, upload: Upload) -> None:
        """Delete a file. Raises `CheckFailedError` while it is imported."""
        with self._lock:
            self._require_idle(self._read(self._folder / upload.id) or upload)
            self._drop(upload)

    def tidy(self) -> None:
        """Delete what was imported, what is a day old and what interrupted sending left; `MOST` stay."""
        with self._lock:
            for left in self._folder.glob(".partial-*"):
                if self._age(left) > _PARTIAL_KEPT:
                    shutil.rmtree(left, ignore_errors=True)
            everything = self._all()
            idle = [upload for upload in everything if self._is_idle(upload)]
            over = [upload for upload in idle if self._is_over(upload)]
            kept = [upload for upload in idle if upload not in over]
            spare = max(len(everything) - len(over) - MOST, 0)
            for upload in (*over, *kept[:spare]):
                self._drop(upload)

    def _make_room(self) -> None:
        self.tidy()
        everything = self._all()
        if len(everything) >= MOST and not any(map(self._is_idle, everything)):
            raise OverloadedError(
                f"{MOST} files wait to be imported, and no more are kept.",
                next_step="Try again when some of them are in.",
            )

    def _all(self) -> list[Upload]:
        """All files, the oldest first: an id begins with the time it was made at."""
        found = (self._read(folder) for folder in sorted(self._folder.glob("[!.]*")))
        return [upload for upload in found if upload is not None]

    def _read(self, folder: Path) -> Upload | None:
        try:
            return Upload(**json.loads((folder / _ABOUT).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def _is_idle(self, upload: Upload) -> bool:
        job = self.job(upload)
        return job is None or job.state not in ("waiting", "running")

    def _is_over(self, upload: Upload) -> bool:
        job = self.job(upload)
        age = self._store.clock() - datetime.fromisoformat(upload.created_at)
        return (job is not None and job.state == "done") or age > _KEPT

    def _require_idle(self, upload: Upload) -> None:
        if not self._is_idle(upload):
            raise CheckFailedError(
                f"{upload.name} is being imported already.", next_step="The page of jobs says how far it is."
            )

    def _age(self, path: Path) -> timedelta:
        try:
            return timedelta(seconds=self._store.clock().timestamp() - path.stat().st_mtime)
        except OSError:
            return timedelta()

    def _drop(self, upload: Upload) -> None:
        shutil.rmtree(self._folder / upload.id, ignore_errors=True)


def _look(file: Path, asked: AskedReading) -> dict[str, Any]:
    return {**preview_of(file, asked.asked()), "asked": asked.model_dump()}


async def _write(pieces: AsyncIterator[bytes], path: Path) -> int:
    """Write a file piece by piece, and give its size; the loop serves others meanwhile."""
    path.parent.mkdir()
    size = 0
    with path.open("xb") as file:
        async for piece in pieces:
            size += await run_in_threadpool(file.write, piece)
        await run_in_threadpool(_sync, file)
    return size


def _sync(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _write_json(path: Path, content: dict[str, Any]) -> None:
    write_atomically(path, json.dumps(content).encode())


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        with machine_errors("keeping a file that was sent"):
            yield
    except MachineError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
                "There is no room left on the disk of the console; nothing of the file was kept.",
                next_step="Make room there, then send the file again.",
            ) from error
        raise
