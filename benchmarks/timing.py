"""Timing contestants side by side: times drift on a shared machine, so they take turns."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

#: a rest between two measurements, so that one's threads do not spin into the other's time
_REST_SECONDS = 0.2


@dataclass(frozen=True)
class Spread:
    """The median of some measurements, and how far they lay apart."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of one or more values."""
        return cls(median(values), min(values), max(values))

    def to_dict(self) -> dict[str, float]:
        """As plain data, rounded to 4 significant digits."""
        values = {"median": self.median, "min": self.lowest, "max": self.highest}
        return {name: float(f"{value:.4g}") for name, value in values.items()}


def take_turns(
    contestants: Mapping[str, Callable[[], object]],
    repeats: int,
    clock: Callable[[], float] = time.perf_counter,
    rest: float = _REST_SECONDS,
) -> dict[str, list[float]]:
    """Seconds of each contestant in each of `repeats` rounds; every round starts with another one."""
    names = list(contestants)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(repeats):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()
            time.sleep(rest)
            start = clock()
            contestants[name]()
            seconds[name].append(clock() - start)
    return seconds


def rates(seconds: Mapping[str, Sequence[float]], n: int) -> dict[str, Spread]:
    """Items per second of each contestant that did `n` items in each round."""
    return {name: Spread.of([n / value for value in values]) for name, values in seconds.items()}


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """How many times as fast we are: seconds of theirs over seconds of ours, round by round."""
    return Spread.of([their / our for our, their in zip(ours, theirs, strict=True)])
