"""Running `headway` as its users do: a process of its own for each command, a JSON object back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import headway
from benchmarks.inputs import MissingInputError
from headway.errors import CheckFailedError

_MISSING = 5
#: of a failed command's words, the last so many lines are shown
_LINES_SHOWN = 12


@dataclass(frozen=True)
class Done:
    """What a command answered, and the seconds from its start to its end."""

    answer: dict[str, Any]
    seconds: float


def headway_command(*arguments: str, project: Path | None = None) -> Done:
    """Run `headway ARGUMENTS --json`, with `--project` where one is given.

    Raises `MissingInputError` where the command says that something is not installed, and
    `CheckFailedError` with its own words where it fails otherwise.
    """
    place = [] if project is None else ["--project", str(project)]
    command = [sys.executable, "-m", "headway", *arguments, *place, "--json"]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=_environment(), check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        words = "\n".join(done.stderr.strip().splitlines()[-_LINES_SHOWN:])
        error = MissingInputError if done.returncode == _MISSING else CheckFailedError
        raise error(f"headway {' '.join(arguments)} ended with exit code {done.returncode}:\n{words}")
    return Done(json.loads(done.stdout), seconds)


def _environment() -> dict[str, str]:
    """The package that is imported here is the one that is measured, installed or not."""
    source = str(Path(headway.__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
