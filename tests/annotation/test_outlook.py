from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from headway.annotation.forecast import Points
from headway.annotation.labels import set_labels
from headway.annotation.outlook import outlook, read_outlook
from headway.errors import DataError
from headway.settings import AnnotationSettings
from tests.annotated import TASK
from tests.annotation.conftest import MakeDesk, MakePrepared
from tests.annotation.queueing import Desk
from tests.projects import mixed

MESSAGES = dict(mixed(240))
NAMES = sorted(set(MESSAGES.values()))


@pytest.fixture
def desk(make_prepared: MakePrepared) -> Desk:
    return make_prepared(MESSAGES)


def label_all(desk: Desk, author: str = "Ann") -> None:
    person = desk.person(author)
    for record, label in zip(desk.records, MESSAGES.values(), strict=True):
        desk.say(person, record, label, seconds=3.0)


def test_what_is_labelled_tells_what_the_next_labels_bring_and_take(desk: Desk) -> None:
    label_all(desk)
    found = read_outlook(desk.store, TASK, AnnotationSettings(hourly_rate=36.0), 100)
    assert (found["labels"], found["more"]) == (len(MESSAGES), 100)
    assert found["low"] <= found["gain"] <= found["high"]
    assert found["accuracy"]["low"] < found["accuracy"]["accuracy"] < found["accuracy"]["high"]
    sizes = [point["labels"] for point in found["curve"]]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] + found["accuracy"]["n"] == len(MESSAGES)
    assert {**found["curve"][-1], "labels": 0} == {**found["accuracy"], "labels": 0}
    assert (found["seconds"], found["cost"], found["currency"]) == (300.0, 3.0, "¥")


def test_before_texts_are_prepared_or_labelled_the_next_step_is_named(make_desk: MakeDesk) -> None:
    desk = make_desk("一", "two")
    with pytest.raises(DataError, match="No model learns") as caught:
        read_outlook(desk.store, TASK, AnnotationSettings())
    assert "headway annotate prepare" in (caught.value.next_step or "")


def test_without_labels_it_says_how_many_are_needed(desk: Desk) -> None:
    with pytest.raises(DataError, match="Too few texts") as caught:
        read_outlook(desk.store, TASK, AnnotationSettings())
    assert "some fifty texts" in (caught.value.next_step or "")


def test_a_label_that_was_retired_is_left_out(desk: Desk) -> None:
    label_all(desk)
    before = read_outlook(desk.store, TASK, AnnotationSettings())
    set_labels(desk.store, TASK, NAMES[1:])
    after = read_outlook(desk.store, TASK, AnnotationSettings())
    assert before["labels"] - after["labels"] == list(MESSAGES.values()).count(NAMES[0])


def points(*right: float, n: int = 100) -> Points:
    """Points at 50, 100, … labels, each with a share that is right."""
    hits = [np.arange(n) < round(share * n) for share in right]
    sizes = np.array([50 * (place + 1) for place in range(len(right))])
    return Points(int(sizes[-1]), 4, sizes, np.array(hits))


RISING, FLAT = points(0.3, 0.5, 0.6, 0.68), points(0.9, 0.9, 0.9, 0.9)
ALONE: dict[str, Any] = {"n_items": 0, "percent": None}


def agreed(share: float, n_items: int = 40) -> dict[str, Any]:
    return {"n_items": n_items, "percent": {"value": share, "low": share - 0.1, "high": share + 0.1}}


@pytest.mark.parametrize(
    ("measured", "agreement", "settings", "reason", "stop"),
    [
        (RISING, ALONE, {}, "go-on", False),
        (FLAT, ALONE, {}, "little-to-gain", True),
        (FLAT, ALONE, {"least_gain": 0.0}, "go-on", False),
        (RISING, ALONE, {"target": 0.5}, "target", True),
        # Of a hundred texts 68 % may be luck: what is certain is less.
        (RISING, ALONE, {"target": 0.65}, "go-on", False),
        (RISING, agreed(0.66), {}, "as-people", True),
        (RISING, agreed(0.7), {}, "go-on", False),
        (RISING, agreed(0.5, n_items=5), {}, "go-on", False),
        (points(0.9, 0.9, n=10), ALONE, {"target": 0.1}, "too-early", False),
    ],
)
def test_stopping_is_suggested_with_a_reason(
    measured: Points, agreement: dict[str, Any], settings: dict[str, Any], reason: str, stop: bool
) -> None:
    found = outlook(measured, None, agreement, AnnotationSettings(**settings))
    assert (found["reason"], found["stop"]) == (reason, stop)
    assert (found["seconds"], found["cost"]) == (None, None)


def test_how_many_labels_are_asked_about_does_not_change_the_advice() -> None:
    few, many = (
        outlook(RISING, 3.0, ALONE, AnnotationSettings(least_gain=0.02), more) for more in (5, 2_000)
    )
    assert few["gain"] < 0.02 < many["gain"]
    assert (few["reason"], many["reason"]) == ("go-on", "go-on")
    assert (few["seconds"], many["seconds"]) == (15.0, 6_000.0)
