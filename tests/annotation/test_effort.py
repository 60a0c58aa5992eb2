from __future__ import annotations

import pytest

from headway.annotation.effort import cost, effort
from headway.annotation.effort_words import effort_words
from headway.annotation.filling import fill_queue
from headway.settings import AnnotationSettings
from headway.store.queue import Place, set_places
from tests.annotated import TASK, annotate
from tests.annotation.conftest import MakeDesk

SETTINGS = AnnotationSettings(hourly_rate=36.0)


def test_before_anybody_has_labelled_nothing_is_known(make_desk: MakeDesk) -> None:
    found = effort(make_desk("一", "two").store, TASK, SETTINGS)
    assert (found["pace"], found["seconds_left"], found["cost_left"], found["learner"]) == (None,) * 4
    assert found["annotators"] == []
    assert effort_words(found) == []


def test_pace_is_the_median_and_money_follows_from_it(make_desk: MakeDesk) -> None:
    desk = make_desk(*(f"text {n}" for n in range(10)))
    ann, bo = desk.person("Ann"), desk.person("波")
    for number, seconds in enumerate([2.0, 600.0, 4.0]):
        desk.say(ann, desk.records[number], seconds=seconds)
    desk.say(bo, desk.records[3], seconds=6.0)
    # What was taken back, skipped or not timed tells nothing.
    desk.say(bo, desk.records[4], seconds=1.0)
    desk.say(bo, desk.records[4], None, action="withdraw", seen=1)
    desk.say(bo, desk.records[5], None, seconds=1.0)
    desk.say(bo, desk.records[6])
    found = effort(desk.store, TASK, SETTINGS)
    assert found["pace"] == 5.0
    assert {row["name"]: row["pace"] for row in found["annotators"]} == {"Ann": 4.0, "波": 6.0}
    assert found["queue"]["labels_left"] == 5
    assert found["seconds_left"] == 25.0
    assert found["price_per_label"] == pytest.approx(0.05)
    assert found["cost_left"] == pytest.approx(0.25)
    assert effort_words(found)[0] == (
        "A label takes 5.0 s and costs ¥0.05; the 5 that are left take about 0 min, ¥0."
    )


def test_without_a_rate_no_money_is_made_up() -> None:
    found = cost(7200, 2.0, AnnotationSettings())
    assert (found["seconds_left"], found["cost_left"], found["price_per_label"]) == (14_400, None, None)


def test_annotators_are_measured_by_known_labels(make_desk: MakeDesk) -> None:
    desk = make_desk(*(f"text {n}" for n in range(10)))
    for number in range(4):
        annotate(desk.store, f"text {number}", [("import:gold.csv", "other")])
    fill_queue(desk.store, TASK, gold_from="import:gold.csv")
    ann = desk.person("Ann")
    for number, label in enumerate(["other", "other", "other", "退款", "退款"]):
        desk.say(ann, desk.records[number], label, seconds=1.0)
    (row,) = effort(desk.store, TASK, SETTINGS)["annotators"]
    assert (row["labels"], row["gold"]["n"], row["gold"]["accuracy"]) == (5, 4, 0.75)
    # Wilson (1927) for 3 of 4.
    assert (row["gold"]["low"], row["gold"]["high"]) == (
        pytest.approx(0.301, abs=1e-3),
        pytest.approx(0.954, abs=1e-3),
    )
    assert "75.0% (30.1% … 95.4%) of 4" in effort_words(effort(desk.store, TASK, SETTINGS))[1]


def test_the_learner_is_measured_on_texts_left_to_chance(make_desk: MakeDesk) -> None:
    desk = make_desk(*(f"text {n}" for n in range(6)))
    guesses = [("chance", "退款"), ("chance", "other"), ("asked", "other"), ("chance", None)]
    places = [
        Place(record, n - 10, picked, [{"label": guess, "score": 0.9}] if guess else [])
        for n, (record, (picked, guess)) in enumerate(zip(desk.records[:4], guesses, strict=True))
    ]
    with desk.store.writing() as connection:
        set_places(connection, TASK, places)
    ann = desk.person("Ann")
    for record in desk.records[:4]:
        desk.say(ann, record, "退款", seconds=1.0)
    found = effort(desk.store, TASK, SETTINGS)
    assert (found["learner"]["n"], found["learner"]["accuracy"]) == (2, 0.5)
    assert "The learner had 50.0%" in effort_words(found)[-1]
