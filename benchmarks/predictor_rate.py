"""Texts per second from raw text to probabilities, tokenising included.

BANKING77's test texts in the order of the file, in batches of 32 and one by one, through contestants with
the same encoder (all-MiniLM-L6-v2) and the same head (logistic regression on 1,500 training texts):

- `ours`: `headway.inference.Predictor` on an int8 artefact, one call for each batch;
- `dynamic`: plain onnxruntime with its dynamic int8 quantisation, each batch padded to its longest text;
- `pipeline`: the `pipeline("text-classification")` of transformers in bf16, its own batching and padding;
- `pipeline_fp32`: the same in fp32, for a processor without bf16 arithmetic (no avx512_bf16, no amx_bf16
  among the machine's flags) makes bf16 slow, and beating it there says nothing.

`ratio`, `batch1_ratio`, `pipeline_ratio` and `pipeline_fp32_ratio` are ours over theirs, the median over
rounds in which the contestants take turns; the pipelines, being slow, run on every fifth text, against ours
on the same. `largest_gap_*` is the largest difference in a probability between a text alone and the same text
in its batch of 32; `labels_changed_*` counts the texts whose label changes with it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.inputs import Inputs, Labelled, stratified
from benchmarks.options import positive
from benchmarks.timing import rates, ratio, take_turns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.contestants import Labeller, Scorer

BATCH = 32
HEAD_ROWS = 1_500
#: the pipelines, and every contestant one by one, are timed on every fifth text
STEP = 5
WARM_UP = 64


@dataclass(frozen=True)
class Contestants:
    """The ways from raw text to a label."""

    labels: list[str]
    ours: Scorer
    dynamic: Scorer
    pipelines: dict[str, Labeller]


@dataclass(frozen=True)
class Neighbours:
    """What a text's neighbours in the batch do to its answer."""

    largest_gap: float
    labels_changed: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--texts`."""
    parser.add_argument("--texts", type=positive, metavar="N", help="the first N test texts only")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Make the contestants, let them take turns, and give the figures as plain data."""
    train, test = inputs.banking77("train"), inputs.banking77("test")
    test = Labelled(test.texts[: options.texts], test.labels[: options.texts])
    with tempfile.TemporaryDirectory(prefix="headway-benchmark-", ignore_cleanup_errors=True) as scratch:
        _say("Making the contestants")
        return measure(make_contestants(train, Path(scratch)), test, options.repeats)


def make_contestants(train: Labelled, folder: Path) -> Contestants:
    """Fit one head on our int8 encoder's embeddings and give it to all."""
    from benchmarks import contestants as ways
    from headway.compression import make_encoder
    from headway.models import resolve_base

    base = resolve_base("minilm", "en", folder / "models")
    encoder = make_encoder(base, "int8", folder / "encoder")
    head = ways.fit_head(encoder, stratified(train, HEAD_ROWS))
    return Contestants(
        labels=head.labels,
        ours=ways.headway_predictor(encoder, head, folder / "ours"),
        dynamic=ways.onnxruntime_dynamic(base, head, folder / "dynamic"),
        pipelines={
            "pipeline": ways.transformers_pipeline(base, head, "bfloat16"),
            "pipeline_fp32": ways.transformers_pipeline(base, head, "float32"),
        },
    )


def measure(contestants: Contestants, test: Labelled, repeats: int) -> dict[str, Any]:
    """Rates, ratios, and what the neighbours in the batch do, as plain data."""
    texts, some = test.texts, test.texts[::STEP]
    graphs = {"ours": contestants.ours, "dynamic": contestants.dynamic}
    _warm_up(contestants, texts[:WARM_UP])
    _say(f"Batches of {BATCH}: {len(texts)} texts, {repeats} rounds")
    batched = take_turns({name: _in_batches(way, texts) for name, way in graphs.items()}, repeats)
    _say(f"One by one: {len(some)} texts, {repeats} rounds")
    alone = take_turns({name: _in_batches(way, some, 1) for name, way in graphs.items()}, repeats)
    _say(f"Pipelines: {len(some)} texts, {repeats} rounds")
    against = _in_batches(contestants.ours, some)
    piped = take_turns({"ours": against, **_piped(contestants, some)}, repeats)
    ratios = {
        "ratio": ratio(batched["ours"], batched["dynamic"]),
        "batch1_ratio": ratio(alone["ours"], alone["dynamic"]),
        **{f"{name}_ratio": ratio(piped["ours"], piped[name]) for name in contestants.pipelines},
    }
    return {
        **{name: spread.median for name, spread in ratios.items()},
        "spread": {name: spread.to_dict() for name, spread in ratios.items()},
        "texts_per_second": {
            **_rates(batched, len(texts)),
            **{name: rate for name, rate in _rates(piped, len(some)).items() if name != "ours"},
        },
        "texts_per_second_one_by_one": _rates(alone, len(some)),
        "texts": len(texts),
        "rounds": repeats,
        **_influence({"ours": contestants.ours, "rival": contestants.dynamic}, texts),
        "accuracy": _accuracies(contestants, test),
    }


def neighbours(score: Scorer, texts: Sequence[str]) -> Neighbours:
    """Compare each text alone with the same text in its batch."""
    import numpy as np

    together, alone = _in_batches(score, texts)(), _in_batches(score, texts, 1)()
    return Neighbours(
        largest_gap=float(np.abs(together - alone).max()),
        labels_changed=int((together.argmax(axis=1) != alone.argmax(axis=1)).sum()),
    )


def _warm_up(contestants: Contestants, texts: Sequence[str]) -> None:
    for way in (contestants.ours, contestants.dynamic):
        _in_batches(way, texts)()
    for run in _piped(contestants, texts).values():
        run()


def _influence(scorers: Mapping[str, Scorer], texts: Sequence[str]) -> dict[str, float | int]:
    _say("Each text alone against in its batch")
    found = {name: neighbours(score, texts) for name, score in scorers.items()}
    gaps = {f"largest_gap_{name}": one.largest_gap for name, one in found.items()}
    return {**gaps, **{f"labels_changed_{name}": one.labels_changed for name, one in found.items()}}


def _in_batches(score: Scorer, texts: Sequence[str], size: int = BATCH) -> Callable[[], NDArray[np.float32]]:
    """The work of scoring texts in the given order, `size` at a time."""
    import numpy as np

    parts = [texts[start : start + size] for start in range(0, len(texts), size)]
    return lambda: np.concatenate([score(part) for part in parts])


def _piped(contestants: Contestants, texts: Sequence[str]) -> dict[str, Callable[[], list[str]]]:
    return {name: partial(way, texts, BATCH) for name, way in contestants.pipelines.items()}


def _rates(seconds: Mapping[str, Sequence[float]], n: int) -> dict[str, dict[str, float]]:
    return {name: rate.to_dict() for name, rate in rates(seconds, n).items()}


def _accuracies(contestants: Contestants, test: Labelled) -> dict[str, float]:
    """How often each is right on every fifth text: nearly the same, or the comparison would not be one."""
    texts, truth = test.texts[::STEP], test.labels[::STEP]
    answers = {
        name: [contestants.labels[best] for best in _in_batches(way, texts)().argmax(axis=1)]
        for name, way in (("ours", contestants.ours), ("dynamic", contestants.dynamic))
    }
    answers |= {name: run() for name, run in _piped(contestants, texts).items()}
    return {name: sum(map(str.__eq__, labels, truth)) / len(truth) for name, labels in answers.items()}


def _say(words: str) -> None:
    print(words, file=sys.stderr)
