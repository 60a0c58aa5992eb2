"""`python -m headway.annotation.rounds PROJECT`: the assistants of a project, round after round.

A process of its own, so that neither waits for the other's interpreter: neither pages for the learner, nor
the learner for pages. Whoever started it says by a byte on its standard input that somebody answered, and
reads what each round gave as a line of JSON. It ends when that input does, and may be killed at any time.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from headway.annotation.assistant import Assistant, open_assistant
from headway.annotation.encoding import prepared_encoder
from headway.settings import load_settings
from headway.store.store import Store
from headway.store.tasks import list_tasks
from headway.store.writer import GroupWriter

_log = logging.getLogger("headway.annotation")

#: seconds between two rounds, at least: people answer about as often
PAUSE = 2.0
#: seconds after which a task is looked at though nobody answered: its encoder may be there now
IDLE = 30.0
# Labels and learner are measured when there are so many times as many labels, and at most so many seconds
# apart: it takes as long as six rounds.
_GROWN = 1.1
_MEASURE_PAUSE = 60.0

#: task → its assistant, or None where it has none yet
OpenAssistant = Callable[[str], Assistant | None]


class Rounds:
    """Runs a round of each task, and measures now and then."""

    def __init__(self, store: Store, open_assistant: OpenAssistant) -> None:
        self._store = store
        self._open = open_assistant
        self._assistants: dict[str, Assistant] = {}
        #: task → the encoder that its assistant reads with
        self._encoders: dict[str, str | None] = {}
        #: task → when it was measured, and labels there were
        self._measured_at: dict[str, tuple[float, int]] = {}

    def run(self, answered: bool) -> Iterator[dict[str, Any]]:
        """Run one of each task, and give what came of it.

        Where nobody answered, those only are run that are new, or have another encoder than before. Each
        is plain data: the `task`, and its `round` (`Round`) or what was `measured` (`Measured`).
        """
        for task in list_tasks(self._store):
            try:
                yield from self._run_task(task.name, answered)
            except Exception:  # noqa: BLE001 - labelling goes on without it, in the order in which texts came
                _log.exception("A round of the assistant of %r failed; the next is tried.", task.name)

    def _run_task(self, task: str, answered: bool) -> Iterator[dict[str, Any]]:
        known = self._assistants.get(task)
        assistant = self._assistant_of(task)
        if assistant is None or (assistant is known and not answered):
            return
        done = assistant.refresh()
        if done is None:
            return
        yield {"task": task, "round": dataclasses.asdict(done)}
        if self._is_due(task, done.n_labels):
            # Noted before, so that one that fails is not tried in each round: it takes as long as another.
            self._measured_at[task] = time.monotonic(), done.n_labels
            if measured := assistant.measure():
                yield {"task": task, "measured": dataclasses.asdict(measured)}

    def _assistant_of(self, task: str) -> Assistant | None:
        """The assistant of a task, opened anew where another encoder was prepared since."""
        encoder = prepared_encoder(self._store, task)
        if task not in self._assistants or self._encoders[task] != encoder:
            self._assistants.pop(task, None)
            self._measured_at.pop(task, None)
            if opened := self._open(task):
                self._assistants[task], self._encoders[task] = opened, encoder
        return self._assistants.get(task)

    def _is_due(self, task: str, n_labels: int) -> bool:
        at, labels = self._measured_at.get(task, (-math.inf, 0))
        return n_labels >= max(_GROWN * labels, 1) and time.monotonic() - at >= _MEASURE_PAUSE


def main(arguments: Sequence[str]) -> None:
    """Run rounds, the first at once, until who started it is gone."""
    news = threading.Event()
    threading.Thread(target=_listen, args=(news,), name="headway-parent", daemon=True).start()
    project = Path(arguments[0])
    store = Store.open(project)
    writer = GroupWriter(store)
    settings = load_settings(project).annotation
    rounds = Rounds(store, lambda task: open_assistant(store, writer, task, settings))
    answered = True
    # The other processors are the pages'.
    with threadpool_limits(1):
        while True:
            try:
                for report in rounds.run(answered):
                    sys.stdout.write(json.dumps(report) + "\n")
                    sys.stdout.flush()
            except Exception:  # noqa: BLE001 - as a round that fails
                _log.exception("The tasks cannot be gone through; it is tried again.")
            time.sleep(PAUSE)
            answered = news.wait(IDLE)
            news.clear()


def _listen(news: threading.Event) -> None:
    while os.read(0, 1024):
        news.set()
    # A round may take long where many texts are new. What is on disk is whole at any time.
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
