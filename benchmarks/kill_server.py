"""The console is killed again and again while people label: nothing acknowledged is lost, nothing is doubled.

Forty people send about fifty labels a second, each label with a key of its own, and send it again until it is
acknowledged. At moments drawn at random the console gets `kill -9` and is started again. What is acknowledged
is written, synced, to a ledger by this process. At the end and after every twentieth kill SQLite's own checks
are run on the database.

`lost` counts acknowledged labels that are not there as they were acknowledged, `duplicated` those that are
there more than once, `beyond_overlap` texts with more labels than asked for, and `unsound` checks of the
database that failed. `restart_seconds` are those from the start of a console until it answered, and
`per_second_up` the labels acknowledged in a second in which it ran.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.annotators import TASK, Browser, Console, Person, make_queue, opened
from benchmarks.inputs import Inputs
from benchmarks.options import positive
from benchmarks.timing import Spread

LABELS = ("退款", "delivery", "other")
PER_SECOND = 50
_OVERLAP = 2
_CHECK_EACH = 20
# Kills come so many seconds after the console has answered, at random.
_LONGEST_LIFE = 2.0
# People catch up on at most so many seconds.
_BEHIND = 2.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--kills`, `--people` and `--seed`."""
    parser.add_argument("--kills", type=positive, default=200, help="default: 200")
    parser.add_argument("--people", type=positive, default=40, help="default: 40")
    parser.add_argument("--seed", type=int, default=0, help="of the moments; default: 0")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Kill so often, and give what was lost."""
    with tempfile.TemporaryDirectory(prefix="headway-kill-") as scratch:
        return kill_all(Path(scratch), options.kills, options.people, options.seed)


def kill_all(folder: Path, kills: int, people: int, seed: int) -> dict[str, Any]:
    """The figures; `folder` is empty."""
    project = folder / "project"
    # More texts than can be labelled meanwhile: nobody is to run out of them.
    texts = [f"第 {n} 条 message" for n in range(max(200, 60 * PER_SECOND * kills // 20))]
    persons = make_queue(project, texts, LABELS, people, overlap=_OVERLAP)
    draw = random.Random(seed)
    restarts, unsound, up = [], 0, 0.0
    with Ledger(folder / "ledger.jsonl") as ledger, Console(project, folder / "console.log") as console:
        stop = threading.Event()
        workers = [
            threading.Thread(target=_label, args=(console, person, people / PER_SECOND, ledger, stop))
            for person in persons
        ]
        for worker in workers:
            worker.start()
        for number in range(1, kills + 1):
            life = draw.uniform(0, _LONGEST_LIFE)
            time.sleep(life)
            console.kill()
            up += life
            if number % _CHECK_EACH == 0:
                unsound += not is_sound(project)
                print(f"{number} kills, {len(ledger.acknowledged):,} labels acknowledged", file=sys.stderr)
            restarts.append(console.start())
        time.sleep(_LONGEST_LIFE)
        stop.set()
        for worker in workers:
            worker.join()
    unsound += not is_sound(project)
    return {
        "kills": kills,
        **compare(project, ledger.acknowledged),
        "unsound": unsound,
        "acknowledged": len(ledger.acknowledged),
        "per_second_up": len(ledger.acknowledged) / (up + _LONGEST_LIFE),
        "sent_again": ledger.sent_again,
        "restart_seconds": Spread.of(restarts).to_dict(),
    }


class Ledger:
    """What was acknowledged, on disk before anything else is sent."""

    def __init__(self, path: Path) -> None:
        self.acknowledged: dict[str, tuple[str, str, str]] = {}
        self.sent_again = 0
        self._file = path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, key: str, person: str, record: str, label: str, attempts: int) -> None:
        """Keep one acknowledgement."""
        with self._lock:
            self._file.write(json.dumps([key, person, record, label], ensure_ascii=False) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())
            self.acknowledged[key] = (person, record, label)
            self.sent_again += attempts > 1


def compare(project: Path, acknowledged: dict[str, tuple[str, str, str]]) -> dict[str, int]:
    """What the project holds, against what was acknowledged."""
    from headway.datasets.labelled import given_by_people
    from headway.store.answers import all_answers
    from headway.store.users import list_users

    with opened(project) as store:
        names = {user.id: user.name for user in list_users(store)}
        given, _ = given_by_people(store, TASK, "9999")
        with store.reading() as connection:
            answers = all_answers(connection, TASK)
            rows = connection.exec_driver_sql("SELECT record, author FROM annotations").all()
    kept = Counter(answer.key for answer in answers)
    there = {answer.key: (answer.user, answer.record, answer.label) for answer in answers}
    lost = sum(
        there.get(key) != said or given.get(said[1], {}).get(names.get(said[0], "")) != said[2]
        for key, said in acknowledged.items()
    )
    twice = sum(count > 1 for count in kept.values()) + sum(
        count > 1 for count in Counter(map(tuple, rows)).values()
    )
    beyond = sum(len(said) > _OVERLAP for said in given.values())
    return {"lost": lost, "duplicated": twice, "beyond_overlap": beyond}


def is_sound(project: Path) -> bool:
    """Whether SQLite finds the database whole, with every reference in place."""
    with opened(project) as store, store.reading() as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        return whole and not connection.exec_driver_sql("PRAGMA foreign_key_check").all()


def _label(console: Console, person: Person, pause: float, ledger: Ledger, stop: threading.Event) -> None:
    """Label, one text after the other; what is not acknowledged is sent again."""
    with Browser(console, person, timeout=5) as browser:
        _label_in(browser, person, pause, ledger, stop)


def _label_in(browser: Browser, person: Person, pause: float, ledger: Ledger, stop: threading.Event) -> None:
    draw, number, due = random.Random(person.name), 0, time.monotonic()
    while not stop.is_set():
        try:
            items = browser.take(2)
        except OSError:
            time.sleep(0.05)
            continue
        for item in items:
            # Who was held up by a kill goes faster for a while, as people with a pile before them do.
            due = max(due + draw.uniform(0.5, 1.5) * pause, time.monotonic() - _BEHIND)
            time.sleep(max(due - time.monotonic(), 0))
            number += 1
            label = draw.choice(LABELS)
            key = f"key-{person.id}-{number}"
            content = {"record": item["record"], "key": key, "action": "label", "label": label}
            attempts = _until_answered(browser, content)
            if attempts:
                ledger.write(key, person.id, item["record"], label, attempts)


def _until_answered(browser: Browser, content: dict[str, Any]) -> int:
    """Send until something comes back; gives how often it was sent, 0 where it did not count."""
    attempts = 0
    while True:
        attempts += 1
        try:
            status, _ = browser.answer(content)
        except OSError:
            time.sleep(0.05)
            continue
        if status in (200, 409):
            return attempts if status == 200 else 0
        time.sleep(0.05)
