from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headway.training.time_plan import steps_that_fit


def plan(seconds: float, held_out: float = 0.0, *, done: int = 8, total: int = 300) -> int:
    """With a hundred steps an epoch, each of a second."""
    return steps_that_fit(seconds, 1.0, done=done, total=total, per_epoch=100, held_out_steps=held_out)


def test_what_fits_is_planned() -> None:
    assert plan(10_000) == 300
    assert plan(100) == 100
    assert plan(50) == 8 + 46
    assert plan(0) == plan(-5) == 8


def test_measuring_after_each_epoch_and_at_the_end_takes_its_time() -> None:
    # Held-out rows as many as in sixty steps take twenty seconds: three epochs and the end are eighty.
    assert plan(10_000, 60) == 300
    assert plan((292 + 80) / 0.92 + 0.1, 60) == 300
    assert plan((292 + 70) / 0.92, 60) == 290
    # Too little for a third epoch: what would be left for it is not begun.
    assert plan((192 + 61) / 0.92, 60) == 200
    assert plan((192 + 40) / 0.92, 60) == 180


def test_where_measuring_alone_takes_all_there_is_no_further_step() -> None:
    assert plan(30, 600) == 8


@given(st.floats(-10, 5_000), st.floats(0, 400), st.integers(1, 20), st.integers(20, 400))
def test_the_plan_lies_between_what_is_done_and_what_was_planned(
    seconds: float, held_out: float, done: int, total: int
) -> None:
    fit = plan(seconds, held_out, done=done, total=total)
    assert done <= fit <= total
    assert fit <= plan(seconds + 50, held_out, done=done, total=total)
    assert fit <= plan(seconds, held_out / 2, done=done, total=total)
    epochs = -(-fit // 100)
    if fit > done:
        assert (fit - done) + (epochs + 1) * held_out / 3 <= seconds
