"""People who label over HTTP, and the console they label in: what the benchmarks of labelling share."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from benchmarks.paced import environment
from headway.errors import CheckFailedError

if TYPE_CHECKING:
    from headway.store import Store

TASK = "intents"
_PASSWORD = "correct horse battery staple"
_START_SECONDS = 60


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in."""

    id: str
    name: str
    secret: str


def make_queue(
    folder: Path, texts: Sequence[str], labels: Sequence[str], people: int, *, overlap: int
) -> list[Person]:
    """A project with a queue of texts, and people who are signed in to its console."""
    from headway.access.users import add_user, choose_password
    from headway.annotation.filling import fill_queue
    from headway.annotation.labels import set_labels
    from headway.ids import new_ids
    from headway.records import Record
    from headway.store import Store
    from headway.store.tasks import add_task
    from tests.store.rows import insert_records

    store = Store.create(folder)
    add_task(store, TASK, "text-classification")
    ids = new_ids(len(texts))
    insert_records(
        store, [Record(id=one, key=one, revision=1, text=text) for one, text in zip(ids, texts, strict=True)]
    )
    set_labels(store, TASK, labels)
    fill_queue(store, TASK, overlap=overlap)
    found = []
    for number in range(people):
        user, link = add_user(store, f"person {number}")
        _, secret = choose_password(store, link, _PASSWORD)
        found.append(Person(user.id, user.name, secret))
    store.close()
    return found


class Console:
    """A console of a project in a process of its own, at a port that stays the same over restarts."""

    def __init__(self, project: Path, log: Path, settings: Mapping[str, str] | None = None) -> None:
        self.port = _free_port()
        self._project = project
        self._log = log
        self._environment = {**environment(), **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Console:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> float:
        """Start it, and give the seconds until it answered."""
        started = time.perf_counter()
        command = [sys.executable, "-m", "headway", "console", "--project", str(self._project)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port)], env=self._environment, stdout=log, stderr=log
            )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - started > _START_SECONDS:
                raise CheckFailedError(f"The console did not start:\n{self.log()[-2000:]}")
            time.sleep(0.02)
        return time.perf_counter() - started

    def kill(self) -> None:
        """`kill -9`."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def log(self) -> str:
        """What it has said."""
        return self._log.read_text("utf-8", errors="replace")

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
        with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/health/live")
            return connection.getresponse().status == 200
        return False


class Browser:
    """What a page does of one person: it asks for texts and sends answers, over one connection."""

    def __init__(self, console: Console, person: Person, timeout: float = 30.0) -> None:
        from headway.access.session_policy import COOKIE
        from headway.access.users import form_token

        self.person = person
        self._port = console.port
        self._timeout = timeout
        self._headers = {
            "Cookie": f"{COOKIE}={person.secret}",
            "Origin": f"http://127.0.0.1:{console.port}",
            "X-Headway-Form": form_token(person.secret),
            "Content-Type": "application/json",
        }
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()

    def take(self, n: int) -> list[dict[str, Any]]:
        """Up to so many texts. Raises `OSError` where the console is not there."""
        status, content = self._send("items", {"n": n})
        if status != 200:
            raise CheckFailedError(f"Texts were not given out: {status} {content}")
        items: list[dict[str, Any]] = content["items"]
        return items

    def answer(self, content: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send an answer: status, and what came back. Raises `OSError` where nothing did."""
        return self._send("answers", content)

    def _send(self, what: str, content: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        body = json.dumps(content)
        # A connection that was idle may be closed by now: then a new one is tried, once.
        for attempt in (1, 2):
            connection = self._connection or http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=self._timeout
            )
            kept, self._connection = self._connection is not None, None
            try:
                connection.request("POST", f"/annotate/{quote(TASK)}/{what}", body, self._headers)
                response = connection.getresponse()
                found = json.loads(response.read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                connection.close()
                if not kept or attempt == 2:
                    raise ConnectionError(str(error)) from error
            else:
                self._connection = connection
                return response.status, found
        raise ConnectionError("unreachable")


def label_texts(store: Store, person: Person, labels: Mapping[str, str], n: int) -> list[str]:
    """One person labels so many texts, without a console, as `labels` says (text → label).

    Gives their records; the key of each answer is `key-` and the record.
    """
    from headway.access.users import get_user
    from headway.annotation.queue import Queue, Submission
    from headway.settings import AnnotationSettings
    from headway.store.writer import GroupWriter

    user = get_user(store, person.name)
    writer = GroupWriter(store)
    queue = Queue(store, writer, TASK, AnnotationSettings())
    records = []
    for number in range(0, n, 50):
        for held in queue.take(user, min(50, n - number)):
            record = held.item.record
            queue.submit(user, Submission(record, f"key-{record}", "label", labels[held.item.text]))
            records.append(record)
    writer.close()
    return records


def refused_by_lock(log: str) -> int:
    """How often the log of a console speaks of a locked database."""
    return len(re.findall("database is locked", log))


@contextlib.contextmanager
def opened(project: Path) -> Iterator[Store]:
    """The store of a project."""
    from headway.store import Store

    store = Store.open(project)
    try:
        yield store
    finally:
        store.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
