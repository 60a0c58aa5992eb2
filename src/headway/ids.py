"""Ids that sort in the order in which they were made."""

from __future__ import annotations

import os
import threading
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ENDS = [first + second for first in _ALPHABET for second in _ALPHABET]


class _Ids:
    """Ids of 100 bits: 48 of time in milliseconds, 52 of chance; each greater than the one before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self, count: int = 1) -> list[str]:
        with self._lock:
            chance = int.from_bytes(os.urandom(7)) & ((1 << 52) - 1)
            first = max((time.time_ns() // 1_000_000) << 52 | chance, self._last + 1)
            self._last = first + count - 1
        ids: list[str] = []
        while len(ids) < count:
            number = first + len(ids)
            # Of 1,024 neighbours only the last two characters differ: the others are worked out once.
            beginning = "".join(_ALPHABET[number >> shift & 31] for shift in range(95, 5, -5))
            ends = _ENDS[number & 1023 : (number & 1023) + count - len(ids)]
            ids += [beginning + end for end in ends]
        return ids


_ids = _Ids()


def new_id() -> str:
    """A new id of 20 characters; the ids of one process sort in the order they were made."""
    return _ids.next()[0]


def new_ids(count: int) -> list[str]:
    """New ids in their order: in thousands much faster than one by one, and neighbours by number."""
    return _ids.next(count)
