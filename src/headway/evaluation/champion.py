"""The difference to the champion: two models on the same rows, with a paired test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from headway.errors import DataError
from headway.evaluation.bootstrap import paired_difference, wilson

__all__ = ["Champion", "compare_with_champion", "mcnemar"]

BoolArray = npt.NDArray[np.bool_]

#: a difference is called clear where the test says it would come by chance less often than this
CLEAR = 0.05


class Champion(NamedTuple):
    """What the champion said about the same rows: its reference, labels, and one prediction a row.

    `seen` counts the rows that it learned from, which flatter it.
    """

    reference: str
    labels: Sequence[str]
    y_pred: Sequence[str]
    seen: int = 0


def compare_with_champion(
    champion: Champion, labels: Sequence[str], y_true: Sequence[str], correct: BoolArray
) -> dict[str, Any]:
    """Compare a model with the champion: who is right how often, and whether the difference is clear.

    `labels` are the model's, `y_true` the true labels, `correct` (bool [n]) the rows it got right. The
    difference has its 95 % interval by the paired bootstrap and McNemar's exact p value; `verdict` is
    "better" or "worse" where both agree that chance does not explain it, else "unclear". Raises `DataError`
    where the champion has not one prediction a row.
    """
    n = len(y_true)
    if len(champion.y_pred) != n:
        raise DataError(f"The champion has {len(champion.y_pred)} predictions for {n} rows.")
    theirs = np.array([guess == truth for guess, truth in zip(champion.y_pred, y_true, strict=True)])
    difference = paired_difference(correct, theirs)
    if difference is None:
        raise DataError("There are no rows to compare on.")
    only_this, only_champion = int((correct & ~theirs).sum()), int((theirs & ~correct).sum())
    p_value = mcnemar(only_this, only_champion)
    clear = p_value < CLEAR and (difference.low > 0 or difference.high < 0)
    low, high = wilson(int(theirs.sum()), n)
    return {
        "model": champion.reference,
        "accuracy": round(float(theirs.mean()), 6),
        "interval": [round(float(low), 6), round(float(high), 6)],
        "difference": round(difference.difference, 6),
        "difference_interval": [round(difference.low, 6), round(difference.high, 6)],
        "p_value": p_value,
        "only_this_right": only_this,
        "only_champion_right": only_champion,
        "verdict": "unclear" if not clear else "better" if difference.difference > 0 else "worse",
        "labels_only_here": sorted(set(labels) - set(champion.labels)),
        "labels_only_there": sorted(set(champion.labels) - set(labels)),
        "seen": champion.seen,
    }


def mcnemar(only_a: int, only_b: int) -> float:
    """Give the exact two-sided p value of McNemar's test, from the rows that one of two models got right.

    Where both are equally good, each such row falls to either by the toss of a coin (McNemar 1947). Without
    such rows it is 1.
    """
    from scipy.special import bdtr  # noqa: PLC0415 - slow to load

    return min(1.0, 2 * float(bdtr(min(only_a, only_b), only_a + only_b, 0.5)))
