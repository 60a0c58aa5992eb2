"""The assistants of all tasks, in a thread of their own: no page ever waits for them."""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import threading
import time
from collections.abc import Callable

from threadpoolctl import threadpool_limits

from headway.annotation.assistant import Assistant, Measured, Round
from headway.store.store import Store
from headway.store.tasks import list_tasks

_log = logging.getLogger("headway.annotation")

#: seconds between two rounds of a task, at least: people answer about as often
PAUSE = 2.0
# Seconds after which a task is looked at though nobody answered: its encoder may be there now.
_IDLE = 30.0
# Labels and learner are measured when there are so many times as many labels, and at most so many seconds
# apart: it takes as long as six rounds.
_GROWN = 1.1
_MEASURE_PAUSE = 60.0

#: task → its assistant, or None where it has none yet
OpenAssistant = Callable[[str], Assistant | None]


class Background:
    """Runs a round of each task whenever somebody answered."""

    def __init__(self, store: Store, open_assistant: OpenAssistant, pause: float = PAUSE) -> None:
        self._store = store
        self._open = open_assistant
        self._pause = pause
        self._assistants: dict[str, Assistant] = {}
        self._rounds: dict[str, Round] = {}
        self._measured: dict[str, Measured] = {}
        #: task → when that was, and labels there were
        self._measured_at: dict[str, tuple[float, int]] = {}
        self._news = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="headway-assistant", daemon=True)

    def start(self) -> None:
        """Begin; the first round comes at once."""
        self._news.set()
        self._thread.start()

    def stop(self) -> None:
        """End after the round that runs."""
        self._stopped.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join()

    def notice(self) -> None:
        """Say that something was answered."""
        self._news.set()

    def last_round(self, task: str) -> Round | None:
        """The newest round of a task."""
        return self._rounds.get(task)

    def measured(self, task: str) -> Measured | None:
        """What was last measured on the labels of a task."""
        return self._measured.get(task)

    def _run(self) -> None:
        while not self._stopped.is_set():
            answered = self._news.wait(_IDLE)
            self._news.clear()
            if self._stopped.is_set():
                return
            try:
                self._refresh_all(answered)
            except Exception:  # noqa: BLE001 - labelling goes on without it, in the order in which texts came
                _log.exception("A round of the assistant failed; the next is tried.")
            self._stopped.wait(self._pause)

    def _refresh_all(self, answered: bool) -> None:
        for task in list_tasks(self._store):
            known = self._assistants.get(task.name)
            assistant = known or self._open(task.name)
            if assistant is None or (known and not answered):
                continue
            self._assistants[task.name] = assistant
            # The other processors are the pages'.
            with threadpool_limits(1):
                done = assistant.refresh()
                if done is None:
                    continue
                self._rounds[task.name] = done
                _log.info("%s", json.dumps({"task": task.name, **dataclasses.asdict(done)}))
                if self._is_due(task.name, done.n_labels) and (measured := assistant.measure()):
                    self._measured[task.name] = measured
                    self._measured_at[task.name] = time.monotonic(), done.n_labels

    def _is_due(self, task: str, n_labels: int) -> bool:
        at, labels = self._measured_at.get(task, (-math.inf, 0))
        return n_labels >= max(_GROWN * labels, 1) and time.monotonic() - at >= _MEASURE_PAUSE
