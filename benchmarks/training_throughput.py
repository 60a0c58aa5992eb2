"""Examples per second in training: recipe `full` and transformers' `Trainer` at its best, side by side.

Both fine-tune all-MiniLM-L6-v2 on BANKING77's training texts: batches of 32, at most 64 tokens, AdamW with
the same rates and schedule, all parameters trained; the `Trainer` with length grouping, dynamic padding and
the fused optimiser (`benchmarks.trainer_rival`). Both compute in bfloat16 where that is faster here, else in
float32 (`type`). They are processes of their own and take turns of fifty steps.

- `ratio`: ours over the `Trainer`'s real examples per second, the median turn; `frozen_embeddings_ratio` the
  same where both leave the embeddings as they are. What comes before the first step (we fit the head on the
  frozen encoder first) is in `seconds_to_first_step` and in neither rate.
- `peak_fraction`: 6 times the parameters of the layers times the tokens per second, padding not counted, over
  the operations per second of a 2048 by 2048 product in the type that is used; on batches of 128 texts of 16
  tokens. `peak_fraction_bf16` and `peak_fraction_fp32` are over either product, whatever is used. A machine
  that emulates bfloat16 has a low peak in it, measured on 256 by 256. `batch_32` has it for the real texts.
- with `--accuracy`: accuracy on the test texts after four epochs, mean over seeds. The `Trainer` learns at
  3e-4 there, as the fine-tune of `file_to_model` does, and we at our default.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean, stdev
from typing import Any, Literal

from benchmarks.inputs import Inputs, Labelled, stratified
from benchmarks.options import positive
from benchmarks.paced import Paced, Turn
from benchmarks.training_duel import (
    MODULE,
    duel,
    examples_per_second,
    layer_parameters,
    peak_flops,
    times_as_fast,
    tokens_per_second,
    training_flops,
)
from benchmarks.training_job import TrainingJob, write_rows

Jobs = dict[str, TrainingJob]
_LARGE_BATCH, _SHORT = 128, 16
_ROUNDS_OF_PEAK = 4
#: where bfloat16 is emulated, a product of 2,048 takes half a minute
_EMULATED_SIDE = 256


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--steps`, `--warm-up`, `--rows`, `--accuracy`, `--seeds` and `--trainer-learning-rate`."""
    add_pace_options(parser)
    parser.add_argument("--accuracy", action="store_true", help="also train to the end, and measure; slow")
    parser.add_argument("--seeds", type=positive, default=3, help="of --accuracy; default: 3")
    parser.add_argument(
        "--trainer-learning-rate", type=float, default=3e-4, metavar="RATE", help="of --accuracy; 3e-4"
    )


def add_pace_options(parser: argparse.ArgumentParser) -> None:
    """Add `--steps`, `--warm-up` and `--rows`."""
    parser.add_argument("--steps", type=positive, default=200, help="that are timed; default: 200")
    parser.add_argument("--warm-up", type=positive, default=20, help="steps before; default: 20")
    parser.add_argument("--rows", type=positive, metavar="N", help="train on N of the rows only")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Let the contestants take turns, and give the figures as plain data."""
    from headway.models import resolve_base

    train, test = inputs.banking77("train"), inputs.banking77("test")
    with tempfile.TemporaryDirectory(prefix="headway-throughput-") as scratch:
        base = resolve_base("minilm", "en", Path(scratch, "models")).folder
        rows = stratified(train, options.rows) if options.rows else train
        job = first_job(rows, base, Path(scratch))
        figures = measure(job, options.steps, options.warm_up)
        short = write_rows(Path(scratch, "short.json"), long_texts(rows, base, _SHORT))
        figures |= measure_peak(replace(job, rows=short), options)
        if options.accuracy:
            tested = replace(job, test=write_rows(Path(scratch, "test.json"), test))
            figures |= accuracies(tested, options.seeds, options.trainer_learning_rate)
    return figures


def first_job(
    rows: Labelled, base: Path, scratch: Path, recipe: Literal["full", "lora"] = "full"
) -> TrainingJob:
    """Our side's job on these rows, in the type that is faster here."""
    from headway.training.narrow import use_bf16

    path = write_rows(scratch / "rows.json", rows)
    return TrainingJob("ours", path, str(base), recipe=recipe, bf16=use_bf16("auto"))


def products(job: TrainingJob) -> Jobs:
    """Contestants that measure the machine's peak in both types."""
    narrow_side = job.product_side if job.bf16 else _EMULATED_SIDE
    return {
        "product_bf16": replace(job, side="product", bf16=True, product_side=narrow_side),
        "product_fp32": replace(job, side="product", bf16=False),
    }


def measure(job: TrainingJob, steps: int, warm_up: int) -> dict[str, Any]:
    """Rates and ratios at batch 32, with all parameters trained and with the embeddings frozen."""
    jobs = {"ours": job, "trainer": replace(job, side="trainer")}
    multiplying = products(job)
    turns = duel({**jobs, **multiplying}, steps, warm_up)
    frozen = duel({name: replace(one, frozen_embeddings=True) for name, one in jobs.items()}, steps, warm_up)
    ratios = {
        "ratio": times_as_fast(turns["ours"], turns["trainer"]),
        "frozen_embeddings_ratio": times_as_fast(frozen["ours"], frozen["trainer"]),
    }
    rates = {
        "examples_per_second": examples_per_second(turns["ours"]),
        "trainer_examples_per_second": examples_per_second(turns["trainer"]),
        "frozen_embeddings_examples_per_second": examples_per_second(frozen["ours"]),
        "trainer_frozen_embeddings_examples_per_second": examples_per_second(frozen["trainer"]),
    }
    return {
        "type": "bfloat16" if job.bf16 else "float32",
        **{name: spread.median for name, spread in {**ratios, **rates}.items()},
        "spread": {name: spread.to_dict() for name, spread in {**ratios, **rates}.items()},
        "seconds_to_first_step": {name: turns[name][0].seconds for name in jobs},
        "steps": steps,
        "batch_32": peak_fractions(turns, job, multiplying),
    }


def measure_peak(job: TrainingJob, options: argparse.Namespace) -> dict[str, Any]:
    """Which part of the machine's peak training on large batches of short texts reaches."""
    large = replace(job, batch_size=_LARGE_BATCH, max_length=_SHORT)
    turn = max(1, options.steps // (2 * _ROUNDS_OF_PEAK))
    multiplying, warm_up = products(job), max(2, options.warm_up // 2)
    turns = duel({"ours": large, **multiplying}, _ROUNDS_OF_PEAK * turn, warm_up, turn)
    return peak_fractions(turns, large, multiplying)


def peak_fractions(turns: dict[str, list[Turn]], job: TrainingJob, multiplying: Jobs) -> dict[str, Any]:
    """Operations per second in training over those of the products, in either type and in the one used."""
    reached = training_flops(tokens_per_second(turns["ours"]), layer_parameters(Path(job.base)))
    peaks = {
        name.removeprefix("product_"): peak_flops(turns[name], one.product_side)
        for name, one in multiplying.items()
    }
    return {
        "peak_fraction": reached / peaks["bf16" if job.bf16 else "fp32"],
        **{f"peak_fraction_{name}": reached / peak for name, peak in peaks.items()},
        "tokens_per_second": tokens_per_second(turns["ours"]),
        "gflops": reached / 1e9,
        **{f"product_gflops_{name}": peak / 1e9 for name, peak in peaks.items()},
    }


def accuracies(job: TrainingJob, seeds: int, trainer_rate: float) -> dict[str, Any]:
    """Mean and deviation over seeds of both sides' accuracy after the last epoch."""
    sides = {"accuracy": job, "trainer_accuracy": replace(job, side="trainer", learning_rate=trainer_rate)}
    figures: dict[str, Any] = {}
    for name, one in sides.items():
        found = []
        for seed in range(seeds):
            with Paced(MODULE, asdict(replace(one, seed=seed))) as contestant:
                found.append(float(contestant.answer()["accuracy"]))
            print(f"{name}, seed {seed}: {found[-1]:.4f}", file=sys.stderr)
        figures[name] = mean(found)
        figures[f"{name}_deviation"] = stdev(found) if seeds > 1 else None
        figures[f"{name}_by_seed"] = found
    return {**figures, "learning_rate": job.learning_rate, "trainer_learning_rate": trainer_rate}


def long_texts(rows: Labelled, base: Path, tokens: int) -> Labelled:
    """The rows of at least so many tokens: cut there, all are of one length."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    places = [i for i, found in enumerate(tokenizer.encode_batch(rows.texts)) if len(found.ids) >= tokens]
    return Labelled([rows.texts[i] for i in places], [rows.labels[i] for i in places])
