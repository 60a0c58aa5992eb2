"""Seconds of a round of the learner: labels read, model fitted, next texts chosen and put into their places.

A pool of ten thousand texts of banking77 with its 77 labels, of which 1,000 and 5,000 are labelled, and a
console in a process of its own, in which forty people label meanwhile as in `annotator_swarm`. A round takes
what the console says of it in its log; the median of those after the first is given, and the slowest.
Console and learner write to one database meanwhile: `refused` counts answers that were not taken, `locked`
mentions of a lock in the log.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.annotator_swarm import Annotator, Seen
from benchmarks.annotators import TASK, Console, label_texts, make_queue, opened, refused_by_lock
from benchmarks.calibration import SETS as PUBLIC_SETS
from benchmarks.inputs import Inputs
from benchmarks.options import positive

_LABELLED = (1_000, 5_000)
_THINK = 0.5
_ROUND = re.compile(r'\{"task".*"seconds".*\}')


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how long people label, and how many they are."""
    parser.add_argument("--people", type=positive, default=40, help="default: 40")
    parser.add_argument("--texts", type=positive, default=10_000, help="default: 10000")
    parser.add_argument("--seconds", type=positive, default=60, help="of each swarm; default: 60")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure with each number of labels."""
    train, _ = PUBLIC_SETS["banking77"](inputs)
    found: dict[str, Any] = {"texts": min(options.texts, len(train)), "classes": len(set(train.labels))}
    for labelled in _LABELLED:
        with tempfile.TemporaryDirectory(prefix="headway-refresh-") as scratch:
            texts, labels = train.texts[: options.texts], train.labels[: options.texts]
            measured = measure(Path(scratch), texts, labels, labelled, options.people, options.seconds)
        rounds, refused, locked = measured
        seconds = [one["seconds"] for one in rounds]
        print(f"{labelled} labels: {seconds}", file=sys.stderr)
        found[f"seconds_{labelled}"] = median(seconds)
        found[f"worst_{labelled}"] = max(seconds)
        found[f"rounds_{labelled}"] = len(seconds)
        found[f"refused_{labelled}"], found[f"locked_{labelled}"] = refused, locked
    return found


def measure(
    folder: Path, texts: list[str], labels: list[str], labelled: int, n_people: int, seconds: float
) -> tuple[list[dict[str, Any]], int, int]:
    """The rounds of a console with so many labels at the start, the first left out.

    And how many answers were refused, and how often the console spoke of a locked database.
    """
    from headway.annotation.encoding import prepare

    project = folder / "project"
    persons = make_queue(project, texts, sorted(set(labels)), n_people + 1, overlap=1)
    with opened(project) as store:
        prepare(store, TASK, "minilm")
        label_texts(store, persons[-1], dict(zip(texts, labels, strict=True)), labelled)
    log = folder / "console.log"
    with Console(project, log) as console:
        deadline = time.monotonic() + 300
        while not read_rounds(console.log()) and time.monotonic() < deadline:
            time.sleep(0.1)
        stop, seen = threading.Event(), Seen()
        names = sorted(set(labels))
        people = [Annotator(console, person, names, _THINK, seen) for person in persons[:-1]]
        workers = [threading.Thread(target=person.label_until, args=(stop,)) for person in people]
        for worker in workers:
            worker.start()
        time.sleep(seconds)
        stop.set()
        for worker in workers:
            worker.join()
        return read_rounds(console.log())[1:], len(seen.refused), refused_by_lock(console.log())


def read_rounds(log: str) -> list[dict[str, Any]]:
    """The rounds that a log tells of."""
    return [json.loads(line) for line in _ROUND.findall(log)]
