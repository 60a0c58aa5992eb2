"""Failed attempts to sign in, counted so that no password can be guessed by trying many."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from headway.errors import TooManyAttemptsError

_MOST_FAILURES = 5
_MOST_NAMES = 10_000


class Attempts:
    """Failures by name. After five in a row each further attempt has to wait, up to a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        #: name → failures in a row, and when the next attempt may be made
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def begin(self, name: str) -> None:
        """Count an attempt as failed until it succeeds, so that many at once gain nothing.

        Raises `TooManyAttemptsError` where it comes too early.
        """
        with self._lock:
            count, allowed_at = self._failures.pop(name, (0, 0.0))
            now = self._clock()
            waiting = allowed_at > now
            if not waiting:
                count += 1
                pause = min(60.0, 2.0 ** (count - _MOST_FAILURES)) if count >= _MOST_FAILURES else 0.0
                allowed_at = now + pause
            self._failures[name] = (count, allowed_at)
            while len(self._failures) > _MOST_NAMES:
                self._failures.popitem(last=False)
        if waiting:
            raise TooManyAttemptsError(
                f"The password was wrong {count} times.", next_step="Wait a minute, then try again."
            )

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        with self._lock:
            self._failures.pop(name, None)
