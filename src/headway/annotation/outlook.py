"""Whether to label on: what the next labels would bring and take, and what speaks for stopping."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from headway.annotation.chance import draw, left_to_chance
from headway.annotation.effort import cost, effort, share
from headway.annotation.encoding import need_prepared
from headway.annotation.examples import Examples, read_examples
from headway.annotation.forecast import Points, forecast, measure_points
from headway.annotation.status import status
from headway.errors import DataError
from headway.settings import AnnotationSettings
from headway.store import Store

#: labels whose worth is told
NEXT = 200
# With fewer texts to measure on, or to compare people on, nothing is advised.
_FEWEST = 20

#: too-early: nothing can be said yet; target: the accuracy wanted is reached; as-people: the learner is right
#: as often as two people agree; little-to-gain: less than `annotation.least_gain`; go-on: none of these
Advice = Literal["too-early", "target", "as-people", "little-to-gain", "go-on"]
#: those that speak for stopping
STOP: frozenset[Advice] = frozenset({"target", "as-people", "little-to-gain"})


def _points(examples: Examples) -> Points | None:
    """What the learner gets right after growing parts of the labels; None while there are too few."""
    held = np.array([left_to_chance(draw(record)) for record in examples.records])
    return measure_points(examples.learner, examples.vectors, examples.labels, held, len(examples.names))


def read_outlook(store: Store, task: str, settings: AnnotationSettings, more: int = NEXT) -> dict[str, Any]:
    """`outlook` of a task, measured anew.

    Raises `DataError` where its texts were not prepared, and where too few are labelled to measure anything.
    """
    examples = read_examples(store, task, need_prepared(store, task))
    found = outlook_of(store, task, examples, settings, more) if examples else None
    if found is None:
        raise DataError(
            f"Too few texts of {task!r} are labelled to tell what the next labels would bring.",
            next_step="Label some fifty texts first, and four for each label: one in ten is left to chance "
            "and measured on.",
        )
    return found


def outlook_of(
    store: Store, task: str, examples: Examples, settings: AnnotationSettings, more: int = NEXT
) -> dict[str, Any] | None:
    """`outlook` after these labels of a task; None while they are too few."""
    points = _points(examples)
    if points is None:
        return None
    agreement = status(store, task, disputed=0)["agreement"]
    return outlook(points, effort(store, task, settings)["pace"], agreement, settings, more)


def outlook(
    points: Points,
    pace: float | None,
    agreement: dict[str, Any],
    settings: AnnotationSettings,
    more: int = NEXT,
) -> dict[str, Any]:
    """The figures as plain data, from the seconds a label takes and the agreement that `status` tells.

    `curve` has what the learner got right after growing parts of the labels, less those it is measured on.
    `gain`, `low` and `high` are fractions of accuracy, an interval of 80 %; `reason` is an `Advice`, which
    goes by what the next 200 labels would bring, whatever `more` is.
    """
    found = forecast(points, more)
    usual = found if more == NEXT else forecast(points, NEXT)
    curve = [
        {"labels": size, **share(int(right.sum()), len(right))}
        for size, right in zip(points.sizes.tolist(), points.right, strict=True)
    ]
    accuracy = share(int(points.right[-1].sum()), points.right.shape[1])
    reason = _advice(usual.gain, accuracy, agreement, settings)
    taken = cost(more, pace, settings)
    return {
        "labels": points.n_labels,
        "accuracy": accuracy,
        "curve": curve,
        "more": more,
        "gain": found.gain,
        "low": found.low,
        "high": found.high,
        "seconds": taken["seconds_left"],
        "cost": taken["cost_left"],
        "currency": taken["currency"],
        "stop": reason in STOP,
        "reason": reason,
        "least_gain": settings.least_gain,
        "target": settings.target,
        "agreed": None if agreement["percent"] is None else agreement["percent"]["value"],
    }


def _advice(
    gain: float, accuracy: dict[str, Any], agreement: dict[str, Any], settings: AnnotationSettings
) -> Advice:
    if accuracy["n"] < _FEWEST:
        return "too-early"
    if settings.target and accuracy["low"] >= settings.target:
        return "target"
    compared = agreement["n_items"] >= _FEWEST and agreement["percent"] is not None
    if compared and accuracy["accuracy"] >= agreement["percent"]["value"]:
        return "as-people"
    return "little-to-gain" if gain < settings.least_gain else "go-on"
