"""What labelling takes: seconds and money; and how good annotators and learner are where it is known.

Pace is the median of the seconds for which a text was looked at, since breaks are among them. Shares have an
interval of 95 % (Wilson 1927).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from headway.evaluation.bootstrap import wilson
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store.answers import JudgedAnswer, labels_given
from headway.store.queue import count_items

# Of each annotator the newest labels tell the pace.
_NEWEST = 200


def effort(store: Store, task: str, settings: AnnotationSettings) -> dict[str, Any]:
    """The figures as plain data; what is not known yet is null."""
    with store.reading() as connection:
        given = labels_given(connection, task)
        queue = count_items(connection, task)
    pace = _pace(given)
    by_chance = (one for one in given if one.picked == "chance" and one.suggestions)
    return {
        "queue": queue,
        "pace": pace,
        "annotators": _annotators(given),
        "learner": _share(one.label == one.suggestions[0]["label"] for one in by_chance),
        **cost(queue["labels_left"], pace, settings),
    }


def cost(labels: int, pace: float | None, settings: AnnotationSettings) -> dict[str, Any]:
    """Seconds and money that so many labels take; money is null where no rate is set."""
    seconds = None if pace is None else labels * pace
    rate = settings.hourly_rate
    return {
        "seconds_left": seconds,
        "price_per_label": None if pace is None or not rate else pace * rate / 3600,
        "cost_left": None if seconds is None or not rate else seconds * rate / 3600,
        "currency": settings.currency,
    }


def share(hits: int, n: int) -> dict[str, Any]:
    """How many were right of how many, with the interval."""
    low, high = wilson(hits, n)
    return {"n": n, "accuracy": hits / n, "low": float(low), "high": float(high)}


def _annotators(given: Sequence[JudgedAnswer]) -> list[dict[str, Any]]:
    names = dict.fromkeys(one.author for one in given)
    rows = []
    for name in names:
        own = [one for one in given if one.author == name]
        gold = _share(one.label == one.gold for one in own if one.gold is not None)
        rows.append({"name": name, "labels": len(own), "pace": _pace(own), "gold": gold})
    return rows


def _pace(given: Sequence[JudgedAnswer]) -> float | None:
    """Seconds a label: the median over the newest that were timed."""
    timed = [one.seconds for one in given if one.seconds > 0][-_NEWEST:]
    return median(timed) if timed else None


def _share(right: Iterable[bool]) -> dict[str, Any] | None:
    answers = list(right)
    return share(sum(answers), len(answers)) if answers else None
