"""The worker: does the jobs of a project, one after the other, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from headway.child_processes import module_command, same_modules
from headway.errors import HeadwayError
from headway.jobs.files import log_path, output_path
from headway.records import Job, timestamp
from headway.store import Store
from headway.store import jobs as rows
from headway.store.runs import list_runs, state_of

_log = logging.getLogger("headway.jobs")

#: for so long a worker that says nothing is believed to be alive
LEASE = timedelta(seconds=20)
_BEAT_SECONDS = 2.0
# A command that was interrupted gets so long to leave a checkpoint.
_GRACE_SECONDS = 30.0
_MOST_ATTEMPTS = 3
# By the command itself, by Python while it starts, or, after the grace, by us.
_INTERRUPTED = (130, -signal.SIGINT, -signal.SIGKILL)


class Worker:
    """Claims jobs and does them in a thread; several workers of a project share its jobs."""

    def __init__(
        self, store: Store, beat_seconds: float = _BEAT_SECONDS, after: Callable[[], None] = lambda: None
    ) -> None:
        """`after` is called when a job is over, whatever came of it."""
        self._store = store
        self._beat = beat_seconds
        self._after = after
        self._stopped = threading.Event()
        self._news = threading.Event()
        self._thread = threading.Thread(target=self._run, name="headway-jobs", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def notice(self) -> None:
        """Say that there is a new job."""
        self._news.set()

    def stop(self) -> None:
        """Interrupt what runs, so that another worker may go on with it, and end."""
        self._stopped.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                job = rows.claim_job(self._store, self._lease())
                if job is not None:
                    self._do(job)
                    self._after()
                    continue
            except Exception:  # noqa: BLE001 - one job that cannot be kept must not end all others
                _log.exception("A job could not be worked on; the worker goes on.")
            self._news.wait(self._beat)
            self._news.clear()

    def _lease(self) -> str:
        return timestamp(self._store.clock() + LEASE)

    def _do(self, job: Job) -> None:
        if job.cancel:
            rows.finish_job(self._store, job.id, "cancelled")
        elif job.attempts > _MOST_ATTEMPTS:
            error = f"It was begun {_MOST_ATTEMPTS} times, and each time its process was gone before the end."
            rows.finish_job(self._store, job.id, "failed", error=error)
        else:
            self._do_in_child(job)

    def _do_in_child(self, job: Job) -> None:
        log, output = log_path(self._store, job.id), output_path(self._store, job.id)
        log.parent.mkdir(parents=True, exist_ok=True)
        with (
            log.open("ab") as errors,
            output.open("wb") as out,
            _begin(self._command(job), errors, out) as process,
        ):
            try:
                cancelled = self._watch(job, process)
            finally:
                # One that nobody watches would go on beside the one that is begun after the lease.
                process.kill()
        if self._stopped.is_set() and process.returncode in _INTERRUPTED and not cancelled:
            rows.release_job(self._store, job.id)
            return
        state = "done" if process.returncode == 0 else "cancelled" if cancelled else "failed"
        result = _last_json(output)
        error = None if state == "done" else (result or {}).get("error") or f"Exit code {process.returncode}."
        rows.finish_job(self._store, job.id, state, result, error)

    def _command(self, job: Job) -> list[str]:
        """The command line, or, of a training that was begun before, the one that goes on with it."""
        project = ["--project", str(self._store.project.resolve()), "--json"]
        if job.process is not None and job.command[0] == "train":
            begun = [run for run in list_runs(self._store) if run.details.get("process") == job.process]
            if begun and state_of(begun[-1]) in ("killed", "interrupted"):
                return ["train", "--resume", begun[-1].id, *project]
        return [*job.command, *project]

    def _watch(self, job: Job, process: subprocess.Popen[bytes]) -> bool:
        """Wait for the end and keep the lease meanwhile; gives whether the job was cancelled."""
        cancelled, interrupted_at = False, 0.0
        while process.returncode is None:
            wanted = self._renew(job, process)
            if (wanted or self._stopped.is_set()) and not interrupted_at:
                cancelled, interrupted_at = wanted, time.monotonic()
                process.send_signal(signal.SIGINT)
            elif interrupted_at and time.monotonic() - interrupted_at > _GRACE_SECONDS:
                process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(self._beat)
        return cancelled

    def _renew(self, job: Job, process: subprocess.Popen[bytes]) -> bool:
        """Keep the lease; gives whether the job is to be cancelled, False while the database refuses."""
        try:
            return rows.renew_job(self._store, job.id, self._lease(), process.pid)
        except HeadwayError as error:
            _log.warning("The lease of job %s could not be renewed; it is tried again. %s", job.id, error)
            return False


def _begin(command: Sequence[str], errors: IO[bytes], out: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - the console asks for commands out of a closed set
        module_command("headway.jobs.child", *command),
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=errors,
        # Ctrl-C in the console's terminal is for the console, which then tells its child.
        start_new_session=True,
        env={**same_modules(), "PYTHONUNBUFFERED": "1"},
    )


def _last_json(path: Path) -> dict[str, Any] | None:
    """The JSON object that a command printed last."""
    # Not by `splitlines`: a text that is quoted may hold U+2028 and others at which that splits, too.
    for line in reversed(path.read_text("utf-8", errors="replace").split("\n")):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        return found if isinstance(found, dict) else None
    return None
