"""Which of several models one would never choose: another is as good in everything, and better in something.

The figures are accuracy, seconds of training, speed and size; what no other dominates is the Pareto front.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: times that differ by a smaller factor count as equal: measured again, they differ as much
ABOUT_EQUAL = 1.1


@dataclass(frozen=True)
class Figures:
    """What a model is judged by: more accuracy and speed, and less time and size, are better."""

    accuracy: float
    seconds: float
    texts_per_second: float
    size_bytes: int


def dominated_by(figures: Mapping[str, Figures]) -> dict[str, list[str]]:
    """For each name, those that dominate it, in their order; nothing for the members of the front.

    There is always a front: accuracy and size are compared exactly, and only two figures with a tolerance,
    so that dominance never goes round in a circle.
    """
    return {
        name: [other for other, theirs in figures.items() if _dominates(theirs, own)]
        for name, own in figures.items()
    }


def _dominates(one: Figures, other: Figures) -> bool:
    signs = (
        _sign(one.accuracy, other.accuracy),
        _sign(other.size_bytes, one.size_bytes),
        _sign(one.texts_per_second, other.texts_per_second, ABOUT_EQUAL),
        _sign(other.seconds, one.seconds, ABOUT_EQUAL),
    )
    return min(signs) >= 0 and max(signs) > 0


def _sign(one: float, other: float, factor: float = 1.0) -> int:
    """1 where one is greater by more than the factor, -1 where the other is, else 0."""
    return int(one > other * factor) - int(other > one * factor)
