"""Where the time of a training step of recipe `full` goes.

BANKING77 and all-MiniLM-L6-v2, twice: batches of 32 texts as they are (`batch_32`), and of 128 texts cut to
16 tokens (`batch_128`). torch's profiler sees some steps after a warm-up; the time of each operation is its
own, without the operations it calls, and the way back counts as the part it goes back through.

- `matrix_forward`, `matrix_backward`: the products with weight matrices, the sums for their biases included;
- `attention`: all else within attention; `activation`; `normalisation`; `embedding`: looking up word vectors,
  and the way back to the rows; `pooling_and_head`: from token vectors to the loss; `dropout_and_sums`: what
  is left of the layers;
- `optimizer`: clipping and AdamW; `embedding_rows`: updating the rows of the word table;
- `python`: the rest of the step, in which no operation runs. The profiler itself costs time, most of it here:
  `step_ms` is a step without it, `profiled_step_ms` one with it.

`milliseconds` are of one step, `shares` of the profiled step. `matrix_peak_fraction` is the rate of the
products with weight matrices alone over that of one product of 2048 by 2048 in the same type, and
`peak_fraction` the same for the whole step (without profiler).
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.inputs import Inputs, Labelled, stratified
from benchmarks.options import positive
from benchmarks.profiled_parts import marked, milliseconds
from benchmarks.training_duel import layer_parameters, long_enough, training_flops
from benchmarks.training_job import TrainingJob
from benchmarks.training_process import run_ours
from benchmarks.training_throughput import first_job, long_texts

_LARGE_BATCH, _SHORT = 128, 16
_SIDE, _PRODUCTS = 2_048, 6


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--steps`, `--warm-up` and `--rows`."""
    parser.add_argument("--steps", type=positive, default=40, help="with and without profiler; default: 40")
    parser.add_argument("--warm-up", type=positive, default=10, help="steps before; default: 10")
    parser.add_argument("--rows", type=positive, metavar="N", help="train on N of the rows only")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Profile both kinds of batches, and give the figures as plain data."""
    import torch

    from headway.inference.sessions import thread_count
    from headway.models import resolve_base

    torch.set_num_threads(thread_count())
    train = inputs.banking77("train")
    with tempfile.TemporaryDirectory(prefix="headway-profile-") as scratch:
        base = resolve_base("minilm", "en", Path(scratch, "models")).folder
        rows = stratified(train, options.rows) if options.rows else train
        job = first_job(rows, base, Path(scratch))
        short = replace(job, batch_size=_LARGE_BATCH, max_length=_SHORT)
        peak = product_flops(job.bf16)
        return {
            "type": "bfloat16" if job.bf16 else "float32",
            "product_gflops": peak / 1e9,
            "batch_32": measure(job, rows, options.steps, options.warm_up, peak),
            "batch_128": measure(short, long_texts(rows, base, _SHORT), options.steps, options.warm_up, peak),
        }


def measure(job: TrainingJob, rows: Labelled, steps: int, warm_up: int, peak: float) -> dict[str, Any]:
    """The parts of one step, and which part of the peak is reached."""
    found = profile_steps(job, rows, steps, warm_up)
    products = found.milliseconds["matrix_forward"] + found.milliseconds["matrix_backward"]
    parts = {**found.milliseconds, "python": found.profiled_ms - sum(found.milliseconds.values())}
    flops = training_flops(found.tokens, layer_parameters(Path(job.base)))
    return {
        "step_ms": found.step_ms,
        "profiled_step_ms": found.profiled_ms,
        "tokens_per_step": found.tokens,
        "milliseconds": parts,
        "shares": {name: value / found.profiled_ms for name, value in parts.items()},
        "matrix_peak_fraction": flops / (products / 1e3) / peak,
        "peak_fraction": flops / (found.step_ms / 1e3) / peak,
    }


def product_flops(bf16: bool) -> float:
    """Operations per second of the fastest of some products of two square matrices."""
    import torch

    kind = torch.bfloat16 if bf16 else torch.float32
    left, right = (torch.randn(_SIDE, _SIDE).to(kind) for _ in range(2))
    seconds = []
    for _ in range(_PRODUCTS):
        start = time.perf_counter()
        torch.mm(left, right)
        seconds.append(time.perf_counter() - start)
    return 2.0 * _SIDE**3 / min(seconds)


class _EnoughError(Exception):
    """All steps that were wanted are done."""


@dataclass(frozen=True)
class Profiled:
    """What was seen of one step, on average."""

    milliseconds: dict[str, float]
    profiled_ms: float
    #: without the profiler, the median
    step_ms: float
    tokens: float


def profile_steps(job: TrainingJob, rows: Labelled, steps: int, warm_up: int) -> Profiled:
    """Train: a warm-up, so many steps that are timed only, and as many under the profiler; then stop."""
    from torch.profiler import ProfilerActivity, profile

    profiler = profile(activities=[ProfilerActivity.CPU])
    tokens: list[int] = []
    moments: list[float] = []

    def on_step(_rows: int, n_tokens: int) -> None:
        moments.append(time.perf_counter())
        tokens.append(n_tokens)
        done = len(moments)
        if done == warm_up + 2 * steps:
            profiler.stop()
            raise _EnoughError
        if done == warm_up + steps:
            profiler.start()
            # Starting it is no part of the first step.
            moments[-1] = time.perf_counter()

    job = long_enough(job, len(rows), warm_up + 2 * steps)
    folder = tempfile.TemporaryDirectory(prefix="headway-profile-")
    with folder as scratch, marked(), contextlib.suppress(_EnoughError):
        run_ours(job, rows, Path(scratch), on_step)
    plain = [after - before for before, after in pairwise(moments[warm_up - 1 : warm_up + steps - 1])]
    profiled = moments[-1] - moments[warm_up + steps - 1]
    return Profiled(
        milliseconds(profiler.events(), steps),
        1_000 * profiled / steps,
        1_000 * median(plain),
        mean(tokens[warm_up:]),
    )
