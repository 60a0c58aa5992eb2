"""Time and money: how long each stage took, and what is left of the budget."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from headway.errors import UsageError

_UNITS = {"s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class Stopwatch:
    """Seconds by stage, and since the start."""

    def __init__(self, budget: float | None = None) -> None:
        self.budget = budget
        self.stages: dict[str, float] = {}
        self._start = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    @property
    def left(self) -> float:
        """Seconds left of the budget; infinite without one."""
        return float("inf") if self.budget is None else self.budget - self.seconds

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time the block takes to a stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start


def parse_budget(text: str) -> float:
    """Seconds from `35s`, `5m`, `5min`, `1.5h` or plain seconds.

    Raises `UsageError` for anything else and for what is not positive.
    """
    number = text.strip().lower()
    unit = next((unit for unit in ("min", "s", "m", "h") if number.endswith(unit)), "")
    try:
        seconds = float(number.removesuffix(unit)) * _UNITS.get(unit, 1.0)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"The budget {text!r} is no time.", next_step="Write it as 35s, 5m or 1.5h.")
    return seconds
