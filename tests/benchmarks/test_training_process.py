"""A contestant's process from within: both sides on a tiny base, step by step and to the end."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.inputs import Labelled
from benchmarks.training_job import TrainingJob, write_rows
from benchmarks.training_process import main
from tests.projects import mixed, tiny_base, toy

ROWS = Labelled(*map(list, zip(*mixed(40), strict=True)))


@pytest.fixture
def job(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainingJob:
    base = str(tiny_base(tmp_path_factory.getbasetemp()))
    rows = write_rows(tmp_path / "rows.json", ROWS)
    return TrainingJob("ours", rows, base, batch_size=16, epochs=2, max_length=12)


@pytest.fixture(autouse=True)
def _as_many_threads_as_before() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def answers(job: TrainingJob, *orders: int) -> list[dict[str, Any]]:
    """What the process says to a job and some orders."""
    lines = [json.dumps(asdict(job)), *map(str, orders)]
    said = io.StringIO()
    with contextlib.suppress(SystemExit):
        main(io.StringIO("\n".join(lines) + "\n"), said)
    return [json.loads(line) for line in said.getvalue().splitlines()]


@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning")
@pytest.mark.parametrize("recipe", ["full", "lora"])
def test_both_sides_go_through_the_same_rows_and_tokens(job: TrainingJob, recipe: Any) -> None:
    pytest.importorskip("accelerate")
    pytest.importorskip("peft")
    job = replace(job, recipe=recipe)
    ours, theirs = (answers(replace(job, side=side), 2) for side in ("ours", "trainer"))
    # One step and two more are an epoch: every row once, whatever the order.
    for said in (ours, theirs):
        assert [turn["steps"] for turn in said] == [1, 2]
        assert sum(turn["rows"] for turn in said) == 40
    assert sum(turn["tokens"] for turn in ours) == sum(turn["tokens"] for turn in theirs)


def test_a_job_with_test_texts_ends_with_its_accuracy(job: TrainingJob, tmp_path: Path) -> None:
    rows = Labelled(*map(list, zip(*toy(40), strict=True)))
    file = write_rows(tmp_path / "toy.json", rows)
    (said,) = answers(replace(job, rows=file, test=file, epochs=4))
    assert said["accuracy"] == 1.0


def test_the_rival_is_measured_as_we_are(job: TrainingJob, tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    rows = Labelled(*map(list, zip(*toy(40), strict=True)))
    file = write_rows(tmp_path / "toy.json", rows)
    theirs = replace(job, side="trainer", rows=file, test=file, epochs=10, learning_rate=3e-3)
    (said,) = answers(theirs)
    assert said["accuracy"] == 1.0


def test_products_are_counted_as_steps() -> None:
    said = answers(TrainingJob("product", product_side=8), 4, 2)
    assert [turn["steps"] for turn in said] == [1, 4, 2]
