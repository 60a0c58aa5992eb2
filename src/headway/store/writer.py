"""Writes of many threads in few transactions: each is acknowledged when its transaction is on disk.

SQLite lets one write at a time, and each transaction waits for the disk. A thread that takes whatever is
waiting into one transaction (group commit) serves forty people with the waits of a few.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from headway.errors import MachineError
from headway.store.store import Store

Result = TypeVar("Result")
Work = Callable[[Connection], Any]

# More in one transaction would make the first wait for the last.
_MOST_AT_ONCE = 100


class GroupWriter:
    """Does what many threads want written, in the order in which they came."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: queue.SimpleQueue[tuple[Work, Future[Any]] | None] = queue.SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="headway-writer", daemon=True)
        self._thread.start()

    def write(self, work: Callable[[Connection], Result]) -> Result:
        """Do some work in a transaction with others, and return when it is on disk.

        What it raises undoes it alone, and is raised here. Where the disk refuses, nothing of the transaction
        is kept, and each caller is told so: `MachineError`.
        """
        done: Future[Result] = Future()
        with self._lock:
            if self._closed:
                raise MachineError("Nothing is written any more: the console is stopping.")
            self._waiting.put((work, done))
        return done.result()

    def close(self) -> None:
        """Write what is waiting, then end."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            first = self._waiting.get()
            group = [] if first is None else [first]
            while first is not None and len(group) < _MOST_AT_ONCE and not self._waiting.empty():
                following = self._waiting.get()
                if following is None:
                    first = None
                    break
                group.append(following)
            if group:
                self._write(group)
            if first is None:
                return

    def _write(self, group: list[tuple[Work, Future[Any]]]) -> None:
        outcomes: list[tuple[Any, BaseException | None]] = []
        try:
            with self._store.writing() as connection:
                for work, _ in group:
                    outcomes.append(_attempt(work, connection))
        except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
            outcomes = [(None, error)] * len(group)
        for (_, done), (result, failed) in zip(group, outcomes, strict=True):
            if failed is None:
                done.set_result(result)
            else:
                done.set_exception(failed)


def _attempt(work: Work, connection: Connection) -> tuple[Any, BaseException | None]:
    """What one piece of work gives, or why it failed; then it has left nothing behind.

    Raises what the disk says: with it SQLite may have taken back the whole transaction.
    """
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
        savepoint.rollback()
        return None, error
    savepoint.commit()
    return result, None
