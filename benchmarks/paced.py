"""Contestants that train in processes of their own and take turns: so many steps, then they wait.

Each keeps its memory, its threads and its place in the epoch while another one runs, and what disturbs the
machine for a while disturbs all of them. The first step, with all that is prepared for it, is a turn of its
own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, Any

import headway
from benchmarks.machine import CHECKOUT
from headway.errors import CheckFailedError

#: of what a process that failed has said, the last so many lines are shown
_LINES_SHOWN = 12


@dataclass(frozen=True)
class Turn:
    """What a contestant did in one turn."""

    steps: int
    rows: int
    #: without padding
    tokens: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """Real examples."""
        return self.rows / self.seconds

    @property
    def tokens_per_second(self) -> float:
        """Tokens without padding."""
        return self.tokens / self.seconds


class Paced:
    """A process that is told what to do as JSON, line by line, and answers so; ends with the block."""

    def __init__(self, module: str, job: Mapping[str, Any]) -> None:
        self._said = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=CHECKOUT,
            env=environment(),
            encoding="utf-8",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        self._tell(job)

    def __enter__(self) -> Paced:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def go(self, steps: int) -> Turn:
        """Let it run so many steps."""
        self._tell(steps)
        return self.turn()

    def turn(self) -> Turn:
        """What it did in the turn that goes on."""
        return Turn(**self.answer())

    def answer(self) -> dict[str, Any]:
        """The next line it writes. Raises `CheckFailedError` with its own words where it ended instead."""
        output = self._process.stdout
        line = output.readline() if output else ""
        if not line:
            self._process.wait()
            self._said.seek(0)
            words = "\n".join(self._said.read().strip().splitlines()[-_LINES_SHOWN:])
            raise CheckFailedError(f"A contestant ended with code {self._process.returncode}:\n{words}")
        content: dict[str, Any] = json.loads(line)
        return content

    def _tell(self, content: Any) -> None:
        if self._process.stdin is None:
            raise ValueError("The process has no input.")
        try:
            print(json.dumps(content), file=self._process.stdin, flush=True)
        except BrokenPipeError:
            # It ended; `answer` says with what words.
            self._process.wait()


class Pace:
    """The contestant's side: counts its steps, and waits where a turn is over.

    `size_of` gives rows and tokens of the step of a number (0, 1, …).
    """

    def __init__(self, orders: IO[str], answers: IO[str], size_of: Callable[[int], tuple[int, int]]) -> None:
        self._orders = orders
        self._answers = answers
        self._size_of = size_of
        self._done = self._from = 0
        self._until = 1
        self._start = time.perf_counter()

    def step(self) -> None:
        """Say that a step is done. Raises `SystemExit` where no further one is wanted."""
        self._done += 1
        if self._done < self._until:
            return
        seconds = time.perf_counter() - self._start
        sizes = [self._size_of(number) for number in range(self._from, self._done)]
        rows, tokens = (sum(size) for size in zip(*sizes, strict=True))
        turn = Turn(self._done - self._from, rows, tokens, seconds)
        print(json.dumps(vars(turn)), file=self._answers, flush=True)
        order = self._orders.readline()
        if not order:
            raise SystemExit(0)
        self._from, self._until = self._done, self._done + int(json.loads(order))
        self._start = time.perf_counter()


def environment() -> dict[str, str]:
    """For a process of our own: the package that is imported here, and UTF-8."""
    source = str(os.path.dirname(os.path.dirname(os.path.abspath(headway.__file__))))
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "TOKENIZERS_PARALLELISM": "false"}


def own_pipes() -> tuple[IO[str], IO[str]]:
    """Where a contestant reads orders and writes answers; what libraries print goes to stderr from now on."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return sys.stdin, answers
