"""Which texts are left to chance: one in ten, by the hash of its record, whatever is known of it.

No learner ever asks for them, so what is measured on those that are labelled holds for all texts.
"""

from __future__ import annotations

import hashlib

from headway.annotation.strategies import RANDOM_SHARE


def draw(record: str) -> bytes:
    """The lot of a record: whether it is left to chance, and when its turn comes."""
    return hashlib.sha256(record.encode()).digest()


def left_to_chance(lot: bytes) -> bool:
    """Whether a record with this lot is left to chance."""
    return int.from_bytes(lot[:4]) < RANDOM_SHARE * 2**32
