"""Every answer is sent one to five times at once: how often it counts, also after the console was killed.

Twenty people label, each with five pages open that send what they have at the same moment. Half-way the
console gets `kill -9`, and every answer so far is sent once more. At the end each key is sent again with
another label.

`missing` and `doubled` are answers that are there not at all or more than once, `labels_missing` and
`labels_doubled` the same of the labels that count. `others_refused` is the share of keys with another label
that were refused, `changed` how many of them changed anything.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.annotators import TASK, Browser, Console, Person, make_queue, opened
from benchmarks.inputs import Inputs
from benchmarks.options import positive

LABELS = ("退款", "delivery", "other")
_PAGES = 5
_AT_ONCE = 50

Answers = list[dict[str, Any]]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many answers and people there are."""
    parser.add_argument("--answers", type=positive, default=10_000, help="default: 10000")
    parser.add_argument("--people", type=positive, default=20, help="default: 20")
    parser.add_argument("--seed", type=int, default=0, help="of how often each is sent; default: 0")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Send them all, and count what is there."""
    with tempfile.TemporaryDirectory(prefix="headway-repeated-") as scratch:
        return send_all(Path(scratch), options.answers, options.people, options.seed)


def send_all(folder: Path, n_answers: int, n_people: int, seed: int) -> dict[str, Any]:
    """The figures; `folder` is empty."""
    project = folder / "project"
    texts = [f"第 {n} 条 message" for n in range(n_answers)]
    persons = make_queue(project, texts, LABELS, n_people, overlap=1)
    with Console(project, folder / "console.log") as console, ThreadPoolExecutor(n_people) as pool:
        pages = [Pages(console, person, random.Random(f"{seed}/{person.name}")) for person in persons]
        shares = [len(range(number, n_answers, n_people)) for number in range(n_people)]
        list(pool.map(Pages.label, pages, [share // 2 for share in shares]))
        console.kill()
        console.start()
        list(pool.map(Pages.send_again, pages))
        print(f"{sum(len(one.given) for one in pages):,} answers before the kill", file=sys.stderr)
        list(pool.map(Pages.label, pages, [share - share // 2 for share in shares]))
        refused = sum(pool.map(Pages.send_others, pages))
    given = [answer for one in pages for answer in one.given]
    return {
        "answers": len(given),
        "sent": sum(one.sent for one in pages),
        "unexpected": sum(one.unexpected for one in pages),
        **compare(project, given),
        "others_refused": refused / len(given),
    }


class Pages:
    """One person with several pages open, each with a connection of its own."""

    def __init__(self, console: Console, person: Person, draw: random.Random) -> None:
        self.given: Answers = []
        self.sent = self.unexpected = 0
        self._console, self._person, self._draw = console, person, draw

    def label(self, n: int) -> None:
        """Answer so many texts, each one to five times."""
        missing = n
        while missing:
            with Browser(self._console, self._person) as page:
                items = page.take(min(missing, _AT_ONCE))
            answers = [self._answer(item["record"]) for item in items]
            self._send([answer for answer in answers for _ in range(self._draw.randint(1, _PAGES))])
            self.given += answers
            missing -= len(answers)

    def send_again(self) -> None:
        """Send all that was answered so far once more."""
        self._send(self.given)

    def send_others(self) -> int:
        """Send each key with another label; gives how many were refused."""
        others = [{**one, "label": LABELS[LABELS.index(one["label"]) - 1]} for one in self.given]
        return sum(status == 409 for status in self._statuses(others))

    def _answer(self, record: str) -> dict[str, Any]:
        label = self._draw.choice(LABELS)
        return {"record": record, "key": str(uuid.uuid4()), "action": "label", "label": label}

    def _send(self, answers: Answers) -> None:
        statuses = self._statuses(self._draw.sample(answers, len(answers)))
        self.sent += len(statuses)
        self.unexpected += sum(status != 200 for status in statuses)

    def _statuses(self, answers: Answers) -> list[int]:
        """Send answers over all pages at once; gives the statuses."""
        with ExitStack() as stack:
            pages = [stack.enter_context(Browser(self._console, self._person)) for _ in range(_PAGES)]
            pool = stack.enter_context(ThreadPoolExecutor(_PAGES))
            found = pool.map(_send_in_turn, pages, [answers[page::_PAGES] for page in range(_PAGES)])
            return [status for statuses in found for status in statuses]


def compare(project: Path, given: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """What the project holds, against what was answered."""
    from headway.datasets.labelled import given_by_people
    from headway.store.answers import all_answers

    with opened(project) as store:
        labels, _ = given_by_people(store, TASK, "9999")
        with store.reading() as connection:
            kept = all_answers(connection, TASK)
            rows = connection.exec_driver_sql("SELECT record FROM annotations").scalars().all()
    times = Counter(answer.key for answer in kept)
    labelled = Counter(rows)
    known = {answer.key: answer.label for answer in kept}
    return {
        "missing": sum(answer["key"] not in times for answer in given),
        "doubled": sum(count > 1 for count in times.values()),
        "labels_missing": sum(answer["record"] not in labels for answer in given),
        "labels_doubled": sum(count > 1 for count in labelled.values()),
        "changed": sum(known.get(answer["key"]) != answer["label"] for answer in given),
    }


def _send_in_turn(page: Browser, answers: Answers) -> list[int]:
    return [page.answer(answer)[0] for answer in answers]
