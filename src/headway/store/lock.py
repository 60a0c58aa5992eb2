"""The project lock: commands that change a project take turns, and a waiting one says for whom."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from headway.errors import ProjectBusyError
from headway.records import timestamp, utc_now
from headway.store.files import machine_errors


class ProjectLock:
    """One lock a project, held by a process; free again when the process ends, however it ends."""

    def __init__(self, folder: Path, name: str = "lock") -> None:
        self._lock = FileLock(folder / name, mode=0o600)
        self._holder = folder / f"{name}.json"

    @contextmanager
    def hold(
        self, command: str, *, wait_seconds: float, on_wait: Callable[[str], None] | None = None
    ) -> Iterator[None]:
        """Hold the lock while the block runs; a second call in the same process passes at once.

        Raises `ProjectBusyError` where another process keeps it for longer than `wait_seconds`, and
        `MachineError` where the project may not be written.
        """
        if not self._acquire(0):
            self._wait(wait_seconds, on_wait)
        try:
            holder = {"pid": os.getpid(), "command": command, "since": timestamp(utc_now())}
            with machine_errors(f"writing {self._holder}"):
                self._holder.write_text(json.dumps(holder), "utf-8")
            yield
        finally:
            self._lock.release()

    def _wait(self, wait_seconds: float, on_wait: Callable[[str], None] | None) -> None:
        if on_wait:
            on_wait(f"Waiting for {self._who()} …")
        if not self._acquire(wait_seconds):
            raise ProjectBusyError(
                f"{self._who()} is still working on this project after {wait_seconds:g} seconds.",
                next_step="Wait until it is done, or raise the setting lock_wait_seconds.",
            )

    def _acquire(self, seconds: float) -> bool:
        with machine_errors(f"locking the project in {self._holder.parent}"):
            try:
                self._lock.acquire(timeout=seconds)
            except Timeout:
                return False
        return True

    def _who(self) -> str:
        try:
            holder = json.loads(self._holder.read_text("utf-8"))
            return (
                f"`headway {holder['command']}` (process {holder['pid']}, since {holder['since'][:19]} UTC)"
            )
        except (OSError, ValueError, KeyError):
            return "another headway command"
