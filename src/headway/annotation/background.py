"""The process in which the assistants of all tasks learn, and what they told last: no page waits for it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import subprocess
import threading
from typing import Any

from headway.annotation.assistant import Measured, Round
from headway.annotation.encoding import is_prepared
from headway.annotation.rounds import IDLE
from headway.child_processes import module_command, same_modules
from headway.store.store import Store
from headway.store.tasks import list_tasks

_log = logging.getLogger("headway.annotation")


class Background:
    """Keeps the process of `annotation.rounds` running while a task is prepared, and listens to it."""

    def __init__(self, store: Store, idle: float = IDLE) -> None:
        """`idle` is how many seconds pass before a process that ended is started again."""
        self._store = store
        self._idle = idle
        self._rounds: dict[str, Round] = {}
        self._measured: dict[str, Measured] = {}
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._beginning = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="headway-assistant", daemon=True)

    def start(self) -> None:
        """Begin; the first round comes at once."""
        self._thread.start()

    def stop(self) -> None:
        """End it, in the middle of a round if need be."""
        with self._beginning:
            self._stopped.set()
            if self._process is not None:
                self._process.kill()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def notice(self) -> None:
        """Say that something was answered."""
        self._news.set()
        process = self._process
        if process is not None and process.stdin is not None:
            # One that has ended is started again, and one that is behind has been told already.
            with contextlib.suppress(OSError, ValueError):
                process.stdin.write(b"\n")

    def last_round(self, task: str) -> Round | None:
        """The newest round of a task."""
        return self._rounds.get(task)

    def measured(self, task: str) -> Measured | None:
        """What was last measured on the labels of a task."""
        return self._measured.get(task)

    def _run(self) -> None:
        while not self._stopped.is_set():
            # One that ends at once is not to begin with each answer: news matter before the first only.
            wakes = self._stopped
            try:
                if any(is_prepared(self._store, task.name) for task in list_tasks(self._store)):
                    self._listen()
                else:
                    wakes = self._news
            except Exception:  # noqa: BLE001 - labelling goes on without it
                _log.exception("The assistants cannot be listened to; it is tried again.")
            wakes.wait(self._idle)
            self._news.clear()

    def _listen(self) -> None:
        """Run the process, and keep what it says until it ends."""
        with self._beginning:
            if self._stopped.is_set():
                return
            self._process = process = self._begin()
        with process:
            for line in process.stdout or ():
                self._take(json.loads(line))
        if not self._stopped.is_set():
            _log.error("The assistants ended with exit code %s; they are started again.", process.returncode)

    def _begin(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # noqa: S603 - our own module
            module_command("headway.annotation.rounds", str(self._store.project.resolve())),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            # Ctrl-C in the console's terminal is for the console, which then ends this.
            start_new_session=True,
            env=same_modules(),
        )
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
        return process

    def _take(self, report: dict[str, Any]) -> None:
        task = report["task"]
        if "round" in report:
            self._rounds[task] = Round(**report["round"])
            _log.info("%s", json.dumps({"task": task, **report["round"]}))
        else:
            self._measured[task] = Measured(**report["measured"])
