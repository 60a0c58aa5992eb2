"""People label in a project of this process's making, and each label is noted when it is acknowledged.

Its writes are recorded from outside, so that it does nothing but write: `power_cuts` starts it. The file of
acknowledgements is made when the project is, so that its appearance acknowledges the project.
"""

from __future__ import annotations

import random
import sys
import threading
from pathlib import Path
from typing import Any

from benchmarks.annotators import TASK, Person, make_queue, opened
from benchmarks.kill_server import LABELS, Ledger

LEDGER = "acknowledged.jsonl"
PROJECT = "project"
OVERLAP = 2
_PEOPLE = 6
#: the project is closed and opened again so often, and its log made anew each time
_SESSIONS = 3
# The store's own limit would let no checkpoint happen in so short a time.
_CHECKPOINT_PAGES = 150


def main() -> None:
    """Label: `FOLDER LABELS SYNCHRONOUS`, the last "FULL" as the store has it, or less for a control."""
    folder, labels, synchronous = sys.argv[1:]
    _set_up_connections(synchronous)
    label_all(Path(folder), int(labels))


def label_all(folder: Path, labels: int) -> None:
    """Give about so many labels, over several sessions."""
    project, each = folder / PROJECT, max(labels // (_PEOPLE * _SESSIONS), 1)
    texts = [f"第 {n} 条 message" for n in range(_PEOPLE * _SESSIONS * each)]
    persons = make_queue(project, texts, LABELS, _PEOPLE, overlap=OVERLAP)
    with Ledger(folder / LEDGER) as ledger:
        for session in range(_SESSIONS):
            with opened(project) as store:
                _label_at_once(store, persons, range(session * each, (session + 1) * each), ledger)


def _label_at_once(store: Any, persons: list[Person], numbers: range, ledger: Ledger) -> None:
    from headway.annotation.queue import Queue
    from headway.settings import AnnotationSettings
    from headway.store.writer import GroupWriter

    writer = GroupWriter(store)
    queue = Queue(store, writer, TASK, AnnotationSettings())
    workers = [
        threading.Thread(target=_label, args=(store, queue, person, numbers, ledger)) for person in persons
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    writer.close()


def _label(store: Any, queue: Any, person: Person, numbers: range, ledger: Ledger) -> None:
    from headway.access.users import get_user
    from headway.annotation.queue import Submission

    user, draw = get_user(store, person.name), random.Random(person.name)
    for number in numbers:
        (held,) = queue.take(user, 1)
        label, key = draw.choice(LABELS), f"key-{person.id}-{number}"
        receipt = queue.submit(user, Submission(held.item.record, key, "label", label))
        if receipt.state == "saved":
            ledger.write(key, person.id, held.item.record, label, attempts=1)


def _set_up_connections(synchronous: str) -> None:
    """Each connection, whenever it is taken into use, gets a log that is short and syncs as asked."""
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    def set_up(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        if synchronous != "FULL":
            connection.execute(f"PRAGMA synchronous={synchronous}")

    event.listen(Pool, "checkout", set_up)


if __name__ == "__main__":
    main()
