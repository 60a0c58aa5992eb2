"""Turns of contestants in processes of their own, and the words of one that fails."""

from __future__ import annotations

import io
import json

import pytest

from benchmarks.paced import Pace, Paced, Turn
from headway.errors import CheckFailedError

SIZES = [(32, 400), (32, 300), (32, 200), (20, 100)]


def test_steps_are_counted_into_turns_and_it_ends_when_no_more_are_wanted() -> None:
    answers = io.StringIO()
    pace = Pace(io.StringIO("2\n1\n"), answers, lambda step: SIZES[step])
    for _ in range(3):
        pace.step()
    with pytest.raises(SystemExit):
        pace.step()
    turns = [Turn(**json.loads(line)) for line in answers.getvalue().splitlines()]
    assert [(turn.steps, turn.rows, turn.tokens) for turn in turns] == [
        (1, 32, 400),
        (2, 64, 500),
        (1, 20, 100),
    ]
    assert all(turn.seconds >= 0 for turn in turns)


def test_rates_count_what_is_real() -> None:
    turn = Turn(steps=2, rows=60, tokens=900, seconds=3.0)
    assert (turn.rows_per_second, turn.tokens_per_second) == (20.0, 300.0)


def test_a_process_does_as_many_steps_as_it_is_told() -> None:
    with Paced("benchmarks.training_process", {"side": "product", "product_side": 8}) as contestant:
        assert contestant.turn().steps == 1
        assert [contestant.go(steps).steps for steps in (3, 1)] == [3, 1]


def test_a_contestant_that_fails_is_quoted() -> None:
    job = {"side": "ours", "rows": "/nowhere/rows.json"}
    with Paced("benchmarks.training_process", job) as contestant:
        with pytest.raises(CheckFailedError, match=r"nowhere/rows\.json"):
            contestant.turn()
        with pytest.raises(CheckFailedError):
            contestant.go(1)
