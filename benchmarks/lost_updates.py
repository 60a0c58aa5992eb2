"""Two pages change the same answer at the same moment, again and again: whether one is lost in silence.

Both show the same version of a person's answer, and both send another one. `overwritten` counts the times
when both were told that theirs counts, `neither` when none was, `without_draft` the losers whose label and
comment were not kept, and `wrong_winner` the times when what counts in the end is not what the winner sent.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.annotators import TASK, Browser, Console, make_queue, opened
from benchmarks.inputs import Inputs
from benchmarks.options import positive

LABELS = ("退款", "delivery", "other")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--edits`."""
    parser.add_argument("--edits", type=positive, default=1_000, help="of each page; default: 1000")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Change it so often, and count what was lost."""
    with tempfile.TemporaryDirectory(prefix="headway-updates-") as scratch:
        return edit_all(Path(scratch), options.edits)


def edit_all(folder: Path, edits: int) -> dict[str, Any]:
    """The figures; `folder` is empty."""
    project = folder / "project"
    (person,) = make_queue(project, ["同一条 text"], LABELS, 1, overlap=1)
    rounds: list[list[Edit]] = []
    with (
        Console(project, folder / "console.log") as console,
        Browser(console, person) as one,
        Browser(console, person) as other,
        ThreadPoolExecutor(2) as pool,
    ):
        (item,) = one.take(1)
        version, together = 0, threading.Barrier(2)
        for _ in range(edits):
            made = [Edit(item["record"], version, label) for label in LABELS[:2]]
            list(pool.map(Edit.send, made, (one, other), (together, together)))
            version = max(edit.version for edit in made)
            rounds.append(made)
    return {"edits": edits, **compare(project, rounds)}


class Edit:
    """One change of the answer, and what came of it."""

    def __init__(self, record: str, seen: int, label: str) -> None:
        self.key = str(uuid.uuid4())
        self.content = {
            "record": record,
            "key": self.key,
            "action": "label",
            "label": label,
            "comment": f"备注 {self.key}",
            "seen": seen,
        }
        self.status = self.version = 0

    def send(self, page: Browser, together: threading.Barrier) -> None:
        """Send it when the other page does."""
        together.wait()
        self.status, found = page.answer(self.content)
        self.version = int(found["version"])


def compare(project: Path, rounds: list[list[Edit]]) -> dict[str, int]:
    """What the project holds, against what both pages were told."""
    from headway.store.answers import all_answers

    with opened(project) as store, store.reading() as connection:
        kept = {answer.key: answer for answer in all_answers(connection, TASK)}
    winners = [[edit for edit in made if edit.status == 200] for made in rounds]
    losers = [edit for made in rounds for edit in made if edit.status != 200]
    drafts = 0
    for edit in losers:
        said = "conflict", edit.content["label"], edit.content["comment"]
        answer = kept.get(edit.key)
        drafts += answer is not None and (answer.action, answer.label, answer.comment) == said
    current = {key for key, answer in kept.items() if answer.current}
    last = {edit.key for edit in winners[-1]}
    return {
        "overwritten": sum(len(won) > 1 for won in winners),
        "neither": sum(not won for won in winners),
        "without_draft": len(losers) - drafts,
        "wrong_winner": int(current != last),
    }
