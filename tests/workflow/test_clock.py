from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import UsageError
from headway.workflow.clock import Stopwatch, parse_budget


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moments the clock will show, in turn."""
    shown: list[float] = []

    monkeypatch.setattr("headway.workflow.clock.time", SimpleNamespace(perf_counter=lambda: shown.pop(0)))
    return shown


def test_stages_and_what_is_left_add_up(moments: list[float]) -> None:
    moments += [100.0, 101.0, 104.0, 105.0, 105.5, 110.0, 112.0]
    watch = Stopwatch(30.0)
    with watch.stage("fit"):
        pass
    with watch.stage("fit"):
        pass
    assert watch.stages == {"fit": 3.5}
    assert watch.seconds == 10.0
    assert watch.left == 18.0


def test_a_stage_that_fails_is_counted_too(moments: list[float]) -> None:
    moments += [0.0, 1.0, 3.0]
    watch = Stopwatch()
    with pytest.raises(ValueError, match="stop"), watch.stage("fit"):
        raise ValueError("stop")
    assert watch.stages == {"fit": 2.0}


def test_without_a_budget_time_never_runs_out() -> None:
    assert Stopwatch().left == float("inf")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("35s", 35), ("35", 35), ("5m", 300), ("5min", 300), ("1.5h", 5400), (" 2 M ", 120), ("1e2s", 100)],
)
def test_a_budget_is_read_in_any_unit(text: str, seconds: float) -> None:
    assert parse_budget(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "0s", "-5m", "soon", "5d", "nan", "inf", "五分钟", "1:30"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is no time") as caught:
        parse_budget(text)
    assert "35s, 5m or 1.5h" in str(caught.value.next_step)


@given(st.floats(0.01, 1e6), st.sampled_from(["s", "m", "min", "h", ""]))
def test_every_number_with_a_unit_is_read(number: float, unit: str) -> None:
    factor = {"s": 1, "": 1, "m": 60, "min": 60, "h": 3600}[unit]
    assert parse_budget(f"{number}{unit}") == pytest.approx(number * factor)
