"""Which part an operation belongs to, by what it stands in and by whose gradient it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.profiler import ProfilerActivity, profile, record_function

from benchmarks.profiled_parts import PARTS, marked, milliseconds
from headway.models import packed
from headway.models.dense import dense


def parts_of(run: Callable[[], Any], steps: int = 1) -> dict[str, float]:
    """The parts that took any time."""
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        run()
    return {name: value for name, value in milliseconds(profiler.events(), steps).items() if value}


@pytest.mark.parametrize(
    ("mark", "operation", "parts"),
    [
        ("layer", functional.gelu, {"activation"}),
        ("layer", lambda x: functional.layer_norm(x, (8,)), {"normalisation"}),
        ("attention", lambda x: torch.bmm(x[None], x[None]), {"attention"}),
        ("layer", lambda x: x * 2, {"dropout_and_sums"}),
        ("embedding", lambda x: x * 2, {"embedding"}),
        ("optimizer", lambda x: x @ x, {"optimizer"}),
    ],
)
def test_operations_of_marked_parts(mark: str, operation: Any, parts: set[str]) -> None:
    rows = torch.randn(8, 8)

    def run() -> None:
        with record_function(f"headway::{mark}"):
            operation(rows)

    assert set(parts_of(run)) == parts


def test_the_way_back_belongs_to_the_part_it_goes_through() -> None:
    linear, rows = nn.Linear(8, 8), torch.randn(4, 8, requires_grad=True)

    def run() -> None:
        with record_function("headway::layer"):
            hidden = linear(rows)
        with record_function("headway::attention"):
            shares = torch.softmax(hidden, -1)
        with record_function("headway::pooling_and_head"):
            loss = shares.square().sum()
        loss.backward()

    found = parts_of(run)
    # What makes the first gradient and what keeps the last stand outside of any part.
    assert {"matrix_forward", "matrix_backward", "attention", "pooling_and_head"} <= set(found)
    assert "activation" not in found


def test_products_in_bfloat16_count_with_what_narrows_and_widens_them() -> None:
    linear, rows = nn.Linear(8, 8), torch.randn(4, 8)

    def run() -> None:
        with record_function("headway::layer"), torch.autocast("cpu", torch.bfloat16):
            hidden = dense(rows, linear)
        hidden.sum().backward()

    found = parts_of(run)
    assert {"matrix_forward", "matrix_backward"} <= set(found)
    # Else the copies would be taken for the layer's sums.
    assert "dropout_and_sums" not in found


def test_steps_share_the_time() -> None:
    rows = torch.randn(64, 64)
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        rows @ rows
    events = list(profiler.events())
    once, twice = milliseconds(events, 1), milliseconds(events, 2)
    assert twice["matrix_forward"] == pytest.approx(once["matrix_forward"] / 2)
    assert set(once) == set(PARTS)


def test_marks_are_taken_back_even_where_training_fails() -> None:
    before = packed.embed

    def fail() -> None:
        with marked():
            assert packed.embed is not before
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert packed.embed is before
