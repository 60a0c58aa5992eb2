"""Figures of the throughput, from turns whose rates are known."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import training_throughput
from benchmarks.inputs import Labelled
from benchmarks.paced import Turn
from benchmarks.training_duel import layer_parameters
from benchmarks.training_job import TrainingJob, read_rows
from benchmarks.training_throughput import accuracies, first_job, long_texts, measure, measure_peak
from tests.benchmarks.test_training_process import ROWS
from tests.projects import tiny_base

#: rows a second of each contestant; frozen embeddings make both twice as fast
RATES = {"ours": 300.0, "trainer": 100.0}


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.getbasetemp())


@pytest.fixture
def known_turns(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, TrainingJob]]:
    """What was to be run, instead of running it: each row has ten tokens, a product takes a second."""
    asked: list[dict[str, TrainingJob]] = []

    def told(jobs: Mapping[str, TrainingJob], steps: int, warm_up: int, turn: int = 50) -> Any:
        asked.append(dict(jobs))
        return {name: [made(name, job)] * 4 for name, job in jobs.items()}

    def made(name: str, job: TrainingJob) -> Turn:
        if job.side == "product":
            return Turn(steps=1, rows=0, tokens=0, seconds=1.0)
        return Turn(1, 32, 320, 32 / (RATES[name] * (1.5 if job.frozen_embeddings and name == "ours" else 1)))

    monkeypatch.setattr(training_throughput, "duel", told)
    return asked


@pytest.mark.parametrize("bf16", [True, False])
def test_ratios_rates_and_fractions(bf16: bool, known_turns: list[Any], base: Path) -> None:
    figures = measure(TrainingJob("ours", base=str(base), bf16=bf16), steps=200, warm_up=20)
    assert figures["ratio"] == pytest.approx(3.0)
    assert figures["frozen_embeddings_ratio"] == pytest.approx(4.5)
    assert figures["examples_per_second"] == pytest.approx(300.0)
    assert figures["trainer_examples_per_second"] == pytest.approx(100.0)
    assert figures["type"] == ("bfloat16" if bf16 else "float32")
    reached = 6 * layer_parameters(base) * 3_000
    peak = figures["batch_32"]
    assert peak["peak_fraction_fp32"] == pytest.approx(reached / (2 * 2_048**3))
    assert peak["peak_fraction"] == peak["peak_fraction_bf16" if bf16 else "peak_fraction_fp32"]
    both, frozen = known_turns
    assert both["ours"] == replace(both["trainer"], side="ours")
    assert [one.frozen_embeddings for one in frozen.values()] == [True, True]


def test_the_peak_is_of_large_batches_of_short_texts(known_turns: list[Any], base: Path) -> None:
    figures = measure_peak(TrainingJob("ours", base=str(base)), Namespace(steps=200, warm_up=20))
    assert figures["tokens_per_second"] == pytest.approx(3_000.0)
    assert (known_turns[0]["ours"].batch_size, known_turns[0]["ours"].max_length) == (128, 16)
    assert known_turns[0]["product_fp32"].product_side == 2_048


def test_texts_that_would_need_padding_are_left_out(base: Path) -> None:
    rows = Labelled(["refund", "refund money box parcel 退款 快递", "钱 " * 30], ["a", "b", "c"])
    assert long_texts(rows, base, 16).labels == ["c"]
    assert long_texts(rows, base, 3).labels == ["a", "b", "c"]


def test_the_first_job_names_rows_base_and_recipe(tmp_path: Path, base: Path) -> None:
    job = first_job(ROWS, base, tmp_path, "lora")
    assert read_rows(job.rows) == ROWS
    assert (job.side, job.recipe, job.base) == ("ours", "lora", str(base))


def test_accuracy_is_the_mean_over_seeds_of_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    class Known:
        """Answers with an accuracy that seed and side decide."""

        def __init__(self, _module: str, job: dict[str, Any]) -> None:
            asked.append(job)

        def __enter__(self) -> Known:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def answer(self) -> dict[str, float]:
            return {"accuracy": (0.9 if asked[-1]["side"] == "ours" else 0.7) + 0.02 * asked[-1]["seed"]}

    monkeypatch.setattr(training_throughput, "Paced", Known)
    figures = accuracies(TrainingJob("ours", test="test.json", learning_rate=1e-4), 3, 3e-4)
    assert figures["accuracy"] == pytest.approx(0.92)
    assert figures["accuracy_deviation"] == pytest.approx(0.02)
    assert figures["trainer_accuracy_by_seed"] == pytest.approx([0.7, 0.72, 0.74])
    assert {(job["side"], job["learning_rate"]) for job in asked} == {("ours", 1e-4), ("trainer", 3e-4)}
    assert {job["test"] for job in asked} == {"test.json"}
    assert accuracies(TrainingJob("ours"), 1, 3e-4)["accuracy_deviation"] is None
