"""Contestants in training side by side, in alternating turns, and the machine's peak between them."""

from __future__ import annotations

import contextlib
import gc
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median

from benchmarks.paced import Paced, Turn
from benchmarks.timing import Spread
from benchmarks.training_job import TrainingJob, read_rows

MODULE = "benchmarks.training_process"
#: as many batches as the `Trainer` sorts by length at once: each turn then sees long and short ones alike
TURN = 50
#: products in each turn, to measure the machine's peak
_PRODUCTS = 3
#: a rest between two turns, so that one's threads do not spin into the other's time
_REST_SECONDS = 0.2


def duel(
    jobs: Mapping[str, TrainingJob], steps: int, warm_up: int, turn: int = TURN
) -> dict[str, list[Turn]]:
    """Let contestants take turns; the first two turns of each are its first step and the rest of its warm-up.

    Every round starts with another one. Raises `CheckFailedError` with the words of one that failed.
    """
    sizes = [turn] * (steps // turn) + ([steps % turn] if steps % turn else [])
    with contextlib.ExitStack() as stack:
        paced, turns = {}, {}
        for name, job in jobs.items():
            print(f"Preparing {name}", file=sys.stderr)
            lasting = long_enough(job, len(read_rows(job.rows)), warm_up + steps)
            paced[name] = stack.enter_context(Paced(MODULE, asdict(lasting)))
            turns[name] = [paced[name].turn()]
        names = list(jobs)
        for number, size in enumerate([warm_up - 1, *sizes]):
            print(f"Turn {number} of {len(sizes)}", file=sys.stderr)
            first = number % len(names)
            for name in names[first:] + names[:first]:
                gc.collect()
                time.sleep(_REST_SECONDS)
                turns[name].append(paced[name].go(_PRODUCTS if jobs[name].side == "product" else size))
    return turns


def long_enough(job: TrainingJob, rows: int, steps: int) -> TrainingJob:
    """The job with more epochs where its own have fewer steps than are wanted."""
    an_epoch = -(-rows // job.batch_size)
    return replace(job, epochs=max(job.epochs, -(-steps // an_epoch)))


def timed(turns: Sequence[Turn]) -> list[Turn]:
    """The turns that count: all after the warm-up."""
    return list(turns[2:])


def examples_per_second(turns: Sequence[Turn]) -> Spread:
    """Real examples a second, by turn."""
    return Spread.of([turn.rows_per_second for turn in timed(turns)])


def tokens_per_second(turns: Sequence[Turn]) -> float:
    """Tokens a second without padding, the median turn."""
    return median(turn.tokens_per_second for turn in timed(turns))


def times_as_fast(ours: Sequence[Turn], theirs: Sequence[Turn]) -> Spread:
    """How many times as fast we are: the ratio of the medians, and the extremes over the rounds."""
    rounds = [
        our.rows_per_second / their.rows_per_second
        for our, their in zip(timed(ours), timed(theirs), strict=True)
    ]
    ratio = examples_per_second(ours).median / examples_per_second(theirs).median
    return Spread(ratio, min(rounds), max(rounds))


def peak_flops(turns: Sequence[Turn], side: int) -> float:
    """Floating-point operations a second in products of square matrices of a side, the fastest turn."""
    operations = 2.0 * side**3
    return operations * max(turn.steps / turn.seconds for turn in timed(turns))


def training_flops(tokens: float, parameters: int) -> float:
    """Floating-point operations of training on tokens: 6 for each weight that all tokens pass.

    Kaplan et al. 2020, "Scaling Laws for Neural Language Models": 2 forwards and 4 backwards.
    """
    return 6.0 * parameters * tokens


def layer_parameters(base: Path) -> int:
    """Parameters of a base model without its embeddings and its pooler, which nothing goes through."""
    from safetensors import safe_open

    with safe_open(base / "model.safetensors", "np") as weights:
        shapes = {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    total = 0
    for name, shape in shapes.items():
        if "embeddings." not in name and "pooler." not in name:
            count = 1
            for length in shape:
                count *= length
            total += count
    return total
