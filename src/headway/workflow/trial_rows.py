"""Trials of a search: one row each, kept in a file as they end, so that a search can be gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from headway.store.files import machine_errors, write_atomically

#: "done": measured on all held-out rows; "pruned": given up as hopeless; "stopped": out of time;
#: "failed": it raised an error
State = Literal["done", "pruned", "stopped", "failed"]


@dataclass(frozen=True)
class Trial:
    """One set of settings, and what came of it."""

    number: int
    settings: dict[str, Any]
    state: State
    seconds: float
    #: share of the held-out training rows that were labelled right; of a pruned trial, what it had come to
    accuracy: float | None = None
    #: why it was given up
    reason: str = ""
    #: folds it was measured on
    folds: int = 1
    #: positions among the held-out rows that were labelled wrong, of a trial that is done
    wrong: list[int] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The trial as it is kept with the run."""
        row = asdict(self)
        del row["wrong"]
        return {**row, "seconds": round(self.seconds, 3)}

    def right(self, n_rows: int) -> NDArray[np.bool_]:
        """Which held-out rows were labelled right: bool [n_rows]."""
        hits = np.ones(n_rows, dtype=bool)
        hits[self.wrong] = False
        return hits


def best_of(trials: list[Trial]) -> Trial | None:
    """The most accurate of the trials that are done; of equals the earliest, so the defaults before all."""
    done = [trial for trial in trials if trial.state == "done"]
    return max(done, key=lambda trial: (trial.accuracy or 0.0, -trial.number), default=None)


class TrialFile:
    """The trials of one search in a file of JSON Lines; None = nowhere."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def read(self, identity: Mapping[str, Any]) -> list[Trial]:
        """The trials of an earlier attempt at the same search.

        `identity` says what the search is of: a file of another search counts as empty, and a line that was
        torn off in writing ends it.
        """
        if self._path is None or not self._path.is_file():
            return []
        lines = []
        for line in self._path.read_text("utf-8").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
        if not lines or lines[0] != json.loads(json.dumps(identity)):
            return []
        return [Trial(**line) for line in lines[1:]]

    def begin(self, identity: Mapping[str, Any], trials: list[Trial]) -> None:
        """Write the file anew with what the search is of and the trials there are."""
        if self._path is not None:
            lines = [dict(identity), *map(asdict, trials)]
            with machine_errors(f"writing the trials to {self._path}"):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path, "".join(json.dumps(line) + "\n" for line in lines).encode())

    def add(self, trial: Trial) -> None:
        """Append a trial."""
        if self._path is not None:
            with (
                machine_errors(f"writing the trials to {self._path}"),
                self._path.open("a", encoding="utf-8") as file,
            ):
                file.write(json.dumps(asdict(trial)) + "\n")
