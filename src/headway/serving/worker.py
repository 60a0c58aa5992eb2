"""One thread that predicts in the order of arrival, with a bounded queue and a deadline."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from headway.errors import OverloadedError

T = TypeVar("T")


class Worker:
    """Keeps the event loop free while a model computes.

    One thread, because a model uses all cores by itself. At most `max_rows` rows are accepted and
    unfinished at any time; what is not done `deadline` seconds after its arrival is given up, and
    is not begun any more if it was still waiting.
    """

    def __init__(self, max_rows: int, deadline: float) -> None:
        self.max_rows = max_rows
        self.deadline = deadline
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="headway-predict")
        self._lock = threading.Lock()
        self._rows = 0

    @property
    def rows(self) -> int:
        """How many rows are waiting or being computed."""
        return self._rows

    async def run(self, rows: int, work: Callable[[], T]) -> T:
        """Do some work on `rows` rows. Raises `OverloadedError` where it cannot be done in time."""
        self._take(rows)
        try:
            future = self._executor.submit(work)
        except RuntimeError:
            self._give_back(rows)
            raise OverloadedError("The service is stopping.") from None
        future.add_done_callback(lambda _: self._give_back(rows))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self.deadline)
        except TimeoutError:
            raise OverloadedError(f"No prediction within {self.deadline:g} seconds.") from None

    def close(self) -> None:
        """Give up what waits; what is being computed ends by itself."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _take(self, rows: int) -> None:
        with self._lock:
            if self._rows + rows > self.max_rows:
                raise OverloadedError(
                    f"{self._rows} texts are waiting already; at most {self.max_rows} may.",
                    next_step="Try again after the seconds in the header Retry-After.",
                )
            self._rows += rows

    def _give_back(self, rows: int) -> None:
        with self._lock:
            self._rows -= rows
