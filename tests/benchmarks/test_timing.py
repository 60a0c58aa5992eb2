"""Turns, medians and ratios."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.timing import Spread, rates, ratio, take_turns

seconds = st.lists(st.floats(1e-3, 1e3), min_size=1, max_size=9)


class Clock:
    """A clock that only work moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.order: list[str] = []

    def __call__(self) -> float:
        return self.now

    def work(self, name: str, duration: float) -> None:
        self.order.append(name)
        self.now += duration


def test_contestants_take_turns_and_each_round_starts_with_another() -> None:
    clock = Clock()
    contestants = {"a": lambda: clock.work("a", 1.0), "b": lambda: clock.work("b", 3.0)}
    measured = take_turns(contestants, repeats=3, clock=clock, rest=0)
    assert clock.order == ["a", "b", "b", "a", "a", "b"]
    assert measured == {"a": [1.0] * 3, "b": [3.0] * 3}


def test_ratio_is_how_many_times_as_fast_we_are_round_by_round() -> None:
    assert ratio([1.0, 2.0, 4.0], [2.0, 6.0, 4.0]) == Spread(median=2.0, lowest=1.0, highest=3.0)


def test_rates_are_items_per_second() -> None:
    assert rates({"a": [2.0, 4.0, 5.0]}, 100) == {"a": Spread(25.0, 20.0, 50.0)}


def test_rounds_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])


@settings(max_examples=50, deadline=None)
@given(seconds)
def test_a_median_lies_in_its_spread_and_equals_give_one(values: list[float]) -> None:
    spread = Spread.of(values)
    assert spread.lowest <= spread.median <= spread.highest
    assert ratio(values, values) == Spread(1.0, 1.0, 1.0)


def test_plain_data_have_four_digits() -> None:
    assert Spread(1.23456, 0.000123456, 98765.4).to_dict() == {
        "median": 1.235,
        "min": 0.0001235,
        "max": 98770.0,
    }
