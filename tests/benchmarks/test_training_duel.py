"""Turns of contestants, and the figures made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.paced import Turn
from benchmarks.training_duel import (
    duel,
    examples_per_second,
    layer_parameters,
    long_enough,
    peak_flops,
    times_as_fast,
    tokens_per_second,
    training_flops,
)
from benchmarks.training_job import TrainingJob, write_rows
from tests.benchmarks.test_training_process import ROWS
from tests.projects import tiny_base


def turns(*rates: float) -> list[Turn]:
    """A first step, the rest of the warm-up, and turns of so many rows a second; ten tokens a row."""
    return [Turn(steps=1, rows=32, tokens=320, seconds=32 / rate) for rate in (0.001, 1_000_000.0, *rates)]


def test_contestants_take_turns_after_their_warm_up(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.json", ROWS)
    job = TrainingJob("product", rows, product_side=8)
    found = duel({"a": job, "b": job}, steps=7, warm_up=4, turn=3)
    # Products have turns of their own length; the rounds are those of the steps.
    assert {name: len(taken) for name, taken in found.items()} == {"a": 5, "b": 5}
    assert found["a"][0].steps == 1


def test_the_warm_up_has_no_say_and_the_median_turn_counts() -> None:
    ours, theirs = turns(200.0, 300.0, 100.0), turns(100.0, 100.0, 50.0)
    spread = examples_per_second(ours)
    assert (spread.median, spread.lowest, spread.highest) == pytest.approx((200.0, 100.0, 300.0))
    assert tokens_per_second(ours) == pytest.approx(2_000.0)
    ratio = times_as_fast(ours, theirs)
    assert (ratio.median, ratio.lowest, ratio.highest) == pytest.approx((2.0, 2.0, 3.0))


def test_the_peak_is_that_of_the_fastest_turn() -> None:
    products = [Turn(steps=3, rows=0, tokens=0, seconds=seconds) for seconds in (9.0, 9.0, 3.0, 1.5)]
    assert peak_flops(products, 100) == pytest.approx(2 * 100**3 * 2)
    assert training_flops(10, 7) == 420


def test_a_job_gets_the_epochs_that_its_steps_need() -> None:
    job = TrainingJob("ours", batch_size=16, epochs=2)
    assert long_enough(job, 40, 6).epochs == 2
    assert long_enough(job, 40, 7).epochs == 3


def test_embeddings_and_pooler_are_no_parameters_of_the_layers(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from transformers import AutoModel

    base = tiny_base(tmp_path_factory.getbasetemp())
    layers = AutoModel.from_pretrained(base).encoder
    assert layer_parameters(base) == sum(one.numel() for one in layers.parameters())
