from __future__ import annotations

import numpy as np
import pytest

from headway.workflow.best_of_many import luck_of_the_best

RNG = np.random.default_rng(7)


def noise(attempts: int, rows: int, share: float = 0.1) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Attempts that are as good as the reference: right where it is wrong as often as the other way round."""
    return RNG.choice([-1, 0, 1], size=(attempts, rows), p=[share, 1 - 2 * share, share]).astype(np.int64)


def test_the_luckiest_of_many_equals_rarely_gets_past_the_bound() -> None:
    past = 0
    for _ in range(100):
        gains = noise(8, 200)
        past += gains.mean(axis=1).max() > luck_of_the_best(gains)
    # One case in twenty is meant; more than 14 of 100 would come once in ten thousand times.
    assert past <= 14


def test_more_attempts_are_luckier_and_more_rows_leave_less_to_luck() -> None:
    many = noise(20, 400)
    assert luck_of_the_best(many) > luck_of_the_best(many[:1])
    assert luck_of_the_best(noise(5, 4000)) < luck_of_the_best(noise(5, 100))


def test_one_attempt_has_the_luck_of_a_paired_bootstrap() -> None:
    gains = noise(1, 1000)
    expected = 1.645 * gains.std() / np.sqrt(1000)
    assert luck_of_the_best(gains) == pytest.approx(expected, rel=0.1)


def test_a_hopeless_attempt_that_varies_much_makes_nobody_look_lucky() -> None:
    good = noise(1, 500, share=0.02)
    hopeless = RNG.choice([-1, 1], size=(1, 500), p=[0.8, 0.2]).astype(np.int64)
    assert luck_of_the_best(np.vstack([good, hopeless])) == pytest.approx(luck_of_the_best(good), abs=0.002)


def test_what_differs_in_nothing_has_no_luck() -> None:
    assert luck_of_the_best(np.zeros((3, 50), dtype=np.int64)) == 0.0
    assert luck_of_the_best(np.zeros((0, 50), dtype=np.int64)) == 0.0
    assert luck_of_the_best(np.zeros((3, 0), dtype=np.int64)) == 0.0
