"""Forty people label at once, and stop, come back, click twice and reload as people do.

A console in a process of its own; in this one a thread for each person, with a connection each. Per text a
person thinks for a moment drawn at random (`--think` seconds on average). One in ten times they leave what
they have, often for longer than the lease, one in twenty they send an answer twice at once, one in twenty the
page is loaded anew. Each text is to be labelled by exactly `overlap` people, of which 1, 2 and 3 are tried.

`wrong_overlap` counts texts with more or fewer labels than that, `seen_twice` texts that somebody was given
again after their answer counted, `locked` mentions of a locked database in the console's log. `p99_ms` and
`worst_ms` are of the time from sending an answer to its acknowledgement, what this process takes included.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.annotators import TASK, Browser, Console, Person, make_queue, opened, refused_by_lock
from benchmarks.inputs import Inputs
from benchmarks.options import positive

LABELS = ("退款", "delivery", "other")
_ABANDONS, _CLICKS_TWICE, _RELOADS = 0.1, 0.05, 0.05
_AT_ONCE = 3
#: the console's setting, here so short that people who leave come back too late
LEASE_SECONDS = 2.0


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many people and texts there are."""
    parser.add_argument("--people", type=positive, default=40, help="default: 40")
    parser.add_argument("--texts", type=positive, default=2_000, help="default: 2000")
    parser.add_argument("--think", type=float, default=0.5, help="seconds a text, on average; default: 0.5")
    parser.add_argument("--overlaps", type=positive, nargs="+", default=[1, 2, 3], help="default: 1 2 3")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Let them label with each overlap."""
    by_overlap = {}
    for overlap in options.overlaps:
        with tempfile.TemporaryDirectory(prefix="headway-swarm-") as scratch:
            found = swarm(Path(scratch), options.people, options.texts, overlap, options.think)
        print(f"overlap {overlap}: {found}", file=sys.stderr)
        by_overlap[str(overlap)] = found
    figures = by_overlap.values()
    return {
        "people": options.people,
        "texts": options.texts,
        "wrong_overlap": sum(one["wrong_overlap"] for one in figures),
        "seen_twice": sum(one["seen_twice"] for one in figures),
        "locked": sum(one["locked"] for one in figures),
        "p99_ms": max(one["p99_ms"] for one in figures),
        "by_overlap": by_overlap,
    }


@dataclass
class Seen:
    """What the people of a swarm saw, all together."""

    seconds: list[float] = field(default_factory=list)
    seen_twice: int = 0
    saved: int = 0
    drafts: int = 0
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, seconds: float, status: int, content: Any) -> None:
        """What came of an answer."""
        with self.lock:
            self.seconds.append(seconds)
            self.saved += status == 200
            self.drafts += status == 409
            if status not in (200, 409):
                self.refused.append(f"{status} {content}")


def swarm(
    folder: Path, people: int, texts: int, overlap: int, think: float, lease: float = LEASE_SECONDS
) -> dict[str, Any]:
    """The figures of one swarm; `folder` is empty."""
    project = folder / "project"
    persons = make_queue(
        project, [f"第 {n} 条 message" for n in range(texts)], LABELS, people, overlap=overlap
    )
    seen = Seen()
    settings = {"HEADWAY_ANNOTATION__LEASE_MINUTES": str(lease / 60)}
    with Console(project, folder / "console.log", settings) as console:
        start = time.perf_counter()
        with ThreadPoolExecutor(people) as pool:
            annotators = [Annotator(console, person, LABELS, think, seen, lease) for person in persons]
            list(pool.map(Annotator.label_all, annotators))
        seconds = time.perf_counter() - start
        log = console.log()
    wrong = wrong_overlap(project, overlap)
    ordered = sorted(seen.seconds)
    return {
        "wrong_overlap": wrong,
        "seen_twice": seen.seen_twice,
        "locked": refused_by_lock(log),
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[int(0.99 * len(ordered))],
        "worst_ms": 1000 * ordered[-1],
        "labels_per_second": seen.saved / seconds,
        "saved": seen.saved,
        "drafts": seen.drafts,
        "refused": seen.refused[:5],
    }


def wrong_overlap(project: Path, overlap: int) -> int:
    """Texts with another number of labels than asked for; a person's labels count as one."""
    from headway.datasets.labelled import given_by_people
    from headway.store.queue import item_texts

    with opened(project) as store:
        given, _ = given_by_people(store, TASK, "9999")
        with store.reading() as connection:
            records = item_texts(connection, TASK)
    return sum(len(given.get(record, {})) != overlap for record in records)


class Annotator:
    """One person at one page."""

    def __init__(
        self,
        console: Console,
        person: Person,
        labels: Sequence[str],
        think: float,
        seen: Seen,
        lease: float = LEASE_SECONDS,
    ) -> None:
        self._console, self._person = console, person
        self._labels, self._think, self._seen, self._lease = labels, think, seen, lease
        self._browser = Browser(console, person)
        self._draw = random.Random(person.name)
        self._answered: set[str] = set()

    def label_all(self) -> None:
        """Label until nothing is left, and for three leases nothing came back."""
        idle = 0
        with self._browser:
            while idle < 3:
                if self._turn(threading.Event()):
                    idle = 0
                else:
                    idle += 1
                    time.sleep(self._lease)

    def label_until(self, stop: threading.Event) -> None:
        """Label until somebody says stop."""
        with self._browser:
            while not stop.is_set():
                self._turn(stop)

    def _turn(self, stop: threading.Event) -> bool:
        """Take some texts, and answer all, one or none of them; gives whether there were any."""
        items = self._browser.take(_AT_ONCE)
        again = sum(item["record"] in self._answered for item in items)
        with self._seen.lock:
            self._seen.seen_twice += again
        if items and self._draw.random() < _ABANDONS:
            time.sleep(self._lease * (0.25 + 1.5 * self._draw.random()))
            return True
        for item in items[: 1 if self._draw.random() < _RELOADS else None]:
            time.sleep(self._draw.expovariate(1 / self._think))
            if stop.is_set():
                break
            if self._answer(item["record"]):
                self._answered.add(item["record"])
        return bool(items)

    def _answer(self, record: str) -> bool:
        """Send an answer; gives whether it counts."""
        label = self._draw.choice(self._labels)
        content = {"record": record, "key": str(uuid.uuid4()), "action": "label", "label": label}
        second = threading.Thread(target=self._answer_elsewhere, args=(content,))
        twice = self._draw.random() < _CLICKS_TWICE
        if twice:
            second.start()
        start = time.perf_counter()
        status, found = self._browser.answer(content)
        seconds = time.perf_counter() - start
        if twice:
            second.join()
        self._seen.note(seconds, status, found)
        return status == 200

    def _answer_elsewhere(self, content: Mapping[str, Any]) -> None:
        with Browser(self._console, self._person) as other:
            other.answer(content)
