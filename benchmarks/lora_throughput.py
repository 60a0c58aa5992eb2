"""Examples per second in training adapters: recipe `lora` and peft under transformers' `Trainer`.

Both put adapters of rank 8 beside query and value of every layer of all-MiniLM-L6-v2 and train them with a
head on BANKING77: batches of 32, at most 64 tokens, the same rates and schedule; the `Trainer` at its best
(`benchmarks.trainer_rival`). They are processes of their own and take turns of fifty steps. `ratio` is ours
over theirs in real examples per second, the median turn.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.inputs import Inputs, stratified
from benchmarks.training_duel import duel, examples_per_second, times_as_fast
from benchmarks.training_job import TrainingJob
from benchmarks.training_throughput import add_pace_options, first_job

_LEARNING_RATE = 2e-3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--steps`, `--warm-up` and `--rows`."""
    add_pace_options(parser)


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Let the contestants take turns, and give the figures as plain data."""
    from headway.models import resolve_base

    train = inputs.banking77("train")
    with tempfile.TemporaryDirectory(prefix="headway-throughput-") as scratch:
        base = resolve_base("minilm", "en", Path(scratch, "models")).folder
        rows = stratified(train, options.rows) if options.rows else train
        job = first_job(rows, base, Path(scratch), "lora")
        return measure(
            replace(job, learning_rate=_LEARNING_RATE, weight_decay=0.0), options.steps, options.warm_up
        )


def measure(job: TrainingJob, steps: int, warm_up: int) -> dict[str, Any]:
    """Rates and their ratio."""
    turns = duel({"ours": job, "trainer": replace(job, side="trainer")}, steps, warm_up)
    figures = {
        "ratio": times_as_fast(turns["ours"], turns["trainer"]),
        "examples_per_second": examples_per_second(turns["ours"]),
        "trainer_examples_per_second": examples_per_second(turns["trainer"]),
    }
    return {
        "type": "bfloat16" if job.bf16 else "float32",
        **{name: spread.median for name, spread in figures.items()},
        "spread": {name: spread.to_dict() for name, spread in figures.items()},
        "seconds_to_first_step": {name: found[0].seconds for name, found in turns.items()},
        "steps": steps,
    }
