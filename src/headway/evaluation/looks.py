"""Memory of looks: who was measured on these rows before, and what so much looking does to the figure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any, NamedTuple

__all__ = ["Look", "remember_looks"]

SHOWN = 50


class Look(NamedTuple):
    """One measuring of a model on some rows: when (ISO 8601, UTC), its reference, its accuracy."""

    at: str
    model: str
    accuracy: float | None


def remember_looks(earlier: Sequence[Look], model: str, accuracy: float, n: int) -> dict[str, Any]:
    """Say what is known of earlier looks at the same n rows, the newest first, at most 50 of them.

    `models` counts the different models that were measured, this one included. `optimism` is how much the
    best of so many equally good models looks better than it is, by chance alone and at most: the expected
    maximum of as many independent normal errors (Blom 1958). Models that answer alike, as those of one task
    do, make it smaller. With one model it is 0: nothing can have been chosen by the figure.
    """
    models = len({look.model for look in earlier} | {model})
    error = (accuracy * (1 - accuracy) / n) ** 0.5
    expected = NormalDist().inv_cdf((models - 0.375) / (models + 0.25)) if models > 1 else 0.0
    return {
        "n": len(earlier) + 1,
        "models": models,
        "optimism": round(expected * error, 6),
        "earlier": [
            {"at": look.at, "model": look.model, "accuracy": look.accuracy}
            for look in sorted(earlier, key=lambda look: look.at, reverse=True)[:SHOWN]
        ],
    }
