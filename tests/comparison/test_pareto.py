from __future__ import annotations

import random

import pytest

from headway.comparison.pareto import Figures, dominated_by

GOOD = Figures(accuracy=0.9, seconds=10.0, texts_per_second=500.0, size_bytes=1_000)


def front(**figures: Figures) -> set[str]:
    """The names that nothing dominates."""
    return {name for name, better in dominated_by(figures).items() if not better}


@pytest.mark.parametrize(
    "worse",
    [
        Figures(0.89, 10.0, 500.0, 1_000),
        Figures(0.9, 12.0, 500.0, 1_000),
        Figures(0.9, 10.0, 400.0, 1_000),
        Figures(0.9, 10.0, 500.0, 1_001),
    ],
    ids=["accuracy", "seconds", "speed", "size"],
)
def test_worse_in_one_figure_and_better_in_none_is_dominated(worse: Figures) -> None:
    assert dominated_by({"good": GOOD, "worse": worse}) == {"good": [], "worse": ["good"]}


def test_better_in_one_figure_is_on_the_front() -> None:
    assert front(good=GOOD, slow=Figures(0.95, 100.0, 50.0, 9_000)) == {"good", "slow"}


def test_equal_ones_do_not_dominate_each_other() -> None:
    assert front(one=GOOD, other=GOOD) == {"one", "other"}


def test_times_that_differ_a_little_count_as_equal() -> None:
    nearly = Figures(GOOD.accuracy, 10.9, 460.0, GOOD.size_bytes)
    assert front(good=GOOD, nearly=nearly) == {"good", "nearly"}
    # A little slower does not save one that is less accurate.
    assert front(good=Figures(0.91, 10.9, 460.0, 1_000), quick=GOOD) == {"good"}


def test_all_that_dominate_are_named_in_their_order() -> None:
    best, middle, last = (Figures(accuracy, 10.0, 500.0, 1_000) for accuracy in (0.9, 0.8, 0.7))
    assert dominated_by({"last": last, "middle": middle, "best": best})["last"] == ["middle", "best"]


def test_there_is_always_a_front() -> None:
    chance = random.Random(0)
    for _ in range(300):
        # Few values, near each other: where dominance could go round in a circle, it would here.
        figures = {
            str(number): Figures(
                chance.choice((0.8, 0.9)),
                chance.uniform(10.0, 13.0),
                chance.uniform(100.0, 130.0),
                chance.choice((1, 2)),
            )
            for number in range(8)
        }
        assert front(**figures)
