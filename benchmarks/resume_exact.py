"""Trainings killed at random moments and gone on with: they are to end as if nothing had happened.

A project of messages in both languages and a tiny base model; recipes `full` and `lora` in turn. For each
recipe an uninterrupted `headway train` in a copy of the project says what should come out and how long it
takes. Then `headway train` in a further copy gets `kill -9` at a moment drawn evenly from that time, and
`headway train --resume RUN` goes on, which is sometimes killed as well; where the run was not yet on record,
it begins anew (`before_the_run`). A run counts as `identical` if

- the trained encoder's weights and every file of the published artefact, the head in it, have the same hash;
- validation figures, their intervals and the figures of each epoch are equal;
- the last checkpoint (weights, moments of the optimiser, best epoch) has the same hashes, where both were
  seen: they are removed when a run is done, so a watcher looks for them meanwhile (`checkpoints_compared`).

`identical` counts kills, as `kills` does. `killed` says what was under way.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.inputs import Inputs
from benchmarks.options import positive
from benchmarks.paced import environment
from headway.errors import CheckFailedError

RECIPES = ("full", "lora")
_ROWS = 240
_SETTINGS = ("epochs=12", "batch_size=8", "patience=0", "checkpoint_steps=5")
#: how often the training that goes on is killed, too
_AGAIN = 0.3
_LOOK_SECONDS = 0.02
_LINES_SHOWN = 12


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--kills`, `--seed` and `--base`."""
    parser.add_argument("--kills", type=positive, default=50, help="default: 50")
    parser.add_argument("--seed", type=int, default=0, help="of the moments; default: 0")
    parser.add_argument("--base", help="a base model; else a tiny one with random weights")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Kill so often, and give how often the end was the same."""
    with tempfile.TemporaryDirectory(prefix="headway-resume-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        base = options.base or str(_tiny_base(folder / "base"))
        make_project(folder / "project", _ROWS)
        return kill_all(folder, base, options.kills, options.seed)


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    #: sha256 of the trained encoder's weights
    encoder: str
    #: sha256 of each file of the published artefact
    artefact: Mapping[str, str]
    metrics: Mapping[str, Any]
    history: Sequence[Mapping[str, Any]]
    #: the last checkpoint that was seen: its name, and size and sha256 of its files; {} = none
    checkpoint: Mapping[str, Any]


@dataclass
class Tally:
    """What happened to the kills of one recipe."""

    kills: int = 0
    identical: int = 0
    runs: int = 0
    checkpoints_compared: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def kill_all(folder: Path, base: str, kills: int, seed: int) -> dict[str, Any]:
    """Kill trainings in copies of `folder/project`, each recipe half as often, until so many were killed."""
    draw = random.Random(seed)
    trial = Trial(folder, base)
    expected, seconds, steady = {}, {}, True
    for recipe in RECIPES:
        expected[recipe], _ = trial.uninterrupted(recipe)
        # The first one warms the caches up; and what differs without a kill says nothing about kills.
        again, seconds[recipe] = trial.uninterrupted(recipe)
        steady &= not differences(expected[recipe], again)
    tallies = {recipe: Tally() for recipe in RECIPES}
    while (done := sum(tally.kills for tally in tallies.values())) < kills:
        recipe = min(RECIPES, key=lambda name: tallies[name].kills)
        twice = kills - done > 1 and draw.random() < _AGAIN
        moments = [draw.uniform(0, seconds[recipe]) for _ in range(1 + twice)]
        trial.interrupted(recipe, moments, expected[recipe], tallies[recipe])
        print(f"{recipe}: {tallies[recipe]}", file=sys.stderr)
    return {
        "kills": sum(tally.kills for tally in tallies.values()),
        "identical": sum(tally.identical for tally in tallies.values()),
        "uninterrupted_equal": steady,
        "runs": sum(tally.runs for tally in tallies.values()),
        "before_the_run": sum(tally.killed["before_the_run"] for tally in tallies.values()),
        "checkpoints_compared": sum(tally.checkpoints_compared for tally in tallies.values()),
        "killed": dict(sum((tally.killed for tally in tallies.values()), Counter())),
        "by_recipe": {
            name: {"kills": one.kills, "identical": one.identical} for name, one in tallies.items()
        },
        "differences": [each for tally in tallies.values() for each in tally.differences],
        "uninterrupted_seconds": {name: round(one, 1) for name, one in seconds.items()},
    }


class Trial:
    """Trains in copies of one project."""

    def __init__(self, folder: Path, base: str) -> None:
        self._folder = folder
        self._base = base
        self._copies = 0

    def uninterrupted(self, recipe: str) -> tuple[Outcome, float]:
        """What a training comes to that nothing disturbs, and its seconds."""
        with self._copy() as project, watched(project) as seen:
            start = time.monotonic()
            _finish(self._begin(recipe, project))
            seconds = time.monotonic() - start
            return read_outcome(project, seen), seconds

    def interrupted(self, recipe: str, moments: Sequence[float], expected: Outcome, tally: Tally) -> None:
        """Kill a training, and what goes on with it, after so many seconds; then let it end, and compare.

        One that is done before its moment was not killed, and counts as nothing.
        """
        with self._copy() as project, watched(project) as seen:
            kills = 0
            process: subprocess.Popen[str] | None = self._begin(recipe, project)
            for moment in moments:
                if process is None or not _kill_after(process, moment):
                    break
                kills += 1
                tally.killed[under_way(project, expected)] += 1
                process = self._go_on(recipe, project)
            if process is not None:
                _finish(process)
            if not kills:
                return
            outcome = read_outcome(project, seen)
            found = differences(expected, outcome)
            tally.kills += kills
            tally.runs += 1
            tally.identical += 0 if found else kills
            tally.checkpoints_compared += bool(outcome.checkpoint and expected.checkpoint)
            if found:
                shown = ", ".join(f"{moment:.2f}" for moment in moments[:kills])
                tally.differences.append(f"{recipe}, killed after {shown} s: {', '.join(found)}")

    def _begin(self, recipe: str, project: Path) -> subprocess.Popen[str]:
        settings = [word for setting in _SETTINGS for word in ("--set", setting)]
        return _headway("train", "--recipe", recipe, "--base", self._base, *settings, project=project)

    def _go_on(self, recipe: str, project: Path) -> subprocess.Popen[str] | None:
        """Resume the run; begin anew where it is not on record. None where it was done when it was killed."""
        found = _runs(project)
        if not found:
            return self._begin(recipe, project)
        if found[-1].state == "done":
            return None
        return _headway("train", "--resume", found[-1].id, project=project)

    @contextlib.contextmanager
    def _copy(self) -> Iterator[Path]:
        self._copies += 1
        target = self._folder / f"copy-{self._copies}"
        shutil.copytree(self._folder / "project", target, symlinks=True)
        try:
            yield target
        finally:
            shutil.rmtree(target, ignore_errors=True)


def differences(expected: Outcome, found: Outcome) -> list[str]:
    """What of two outcomes differs; checkpoints are compared where both were seen."""
    different = [
        name
        for name in ("encoder", "artefact", "metrics", "history")
        if getattr(expected, name) != getattr(found, name)
    ]
    both = expected.checkpoint and found.checkpoint
    return [*different, "checkpoint"] if both and expected.checkpoint != found.checkpoint else different


def read_outcome(project: Path, seen: Mapping[str, Any]) -> Outcome:
    """What the newest run of a project came to. Raises `CheckFailedError` where it is not done."""
    from headway.registry.artifacts import lay_out
    from headway.registry.manifest import read_manifest
    from headway.registry.versions import resolve
    from headway.store import Store

    run = _runs(project)[-1]
    if run.state != "done":
        raise CheckFailedError(f"The run {run.id} is {run.state}: {run.details.get('error')}")
    store = Store.open(project)
    files = read_manifest(lay_out(store, resolve(store, run.model, task=run.task).artifact)).files
    store.close()
    return Outcome(
        encoder=run.details["encoder_files"]["model.safetensors"],
        artefact={name: entry["sha256"] for name, entry in files.items()},
        metrics=run.metrics,
        history=run.details["history"],
        checkpoint=dict(seen),
    )


def under_way(project: Path, expected: Outcome) -> str:
    """What a training that was just killed was about."""
    found = _runs(project)
    if not found:
        return "before_the_run"
    if found[-1].state == "done":
        return "when_done"
    steps = sorted(path.parent.name for path in _seals(project))
    if not steps:
        return "before_the_first_checkpoint"
    last = expected.history[-1]["step"]
    return "after_the_last_step" if steps[-1] == f"step-{last:09d}" else "between_steps"


@contextlib.contextmanager
def watched(project: Path) -> Iterator[dict[str, Any]]:
    """The newest checkpoint a project has had until now, as it is looked for beside the training."""
    seen: dict[str, Any] = {}
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(_LOOK_SECONDS):
            for seal in _seals(project):
                if seal.parent.name >= seen.get("name", ""):
                    # Its checkpoint may go while it is read.
                    with contextlib.suppress(OSError, ValueError):
                        files = json.loads(seal.read_text("utf-8"))
                        files.pop("state.json", None)
                        seen.update(name=seal.parent.name, files=files)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def make_project(folder: Path, rows: int) -> None:
    """A project of so many labelled messages, Chinese and English in turn."""
    from tests.projects import make_project as make
    from tests.projects import mixed

    make(folder, mixed(rows)).close()


def _tiny_base(folder: Path) -> Path:
    from tests.projects import make_base

    return make_base(folder)


def _seals(project: Path) -> list[Path]:
    return sorted((project / ".headway" / "checkpoints").glob("*/final/step-*/seal.json"))


def _runs(project: Path) -> list[Any]:
    from headway.store import Store
    from headway.store.runs import list_runs

    store = Store.open(project)
    try:
        return list_runs(store)
    finally:
        store.close()


def _headway(*arguments: str, project: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "headway", *arguments, "--project", str(project), "--json"]
    return subprocess.Popen(
        command, env=environment(), encoding="utf-8", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Whether the process still ran after so many seconds, and was killed."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    return False


def _finish(process: subprocess.Popen[str]) -> None:
    """Wait for the end. Raises `CheckFailedError` with the command's own words where it failed."""
    _, words = process.communicate()
    if process.returncode:
        shown = "\n".join(words.strip().splitlines()[-_LINES_SHOWN:])
        raise CheckFailedError(f"headway train ended with exit code {process.returncode}:\n{shown}")
