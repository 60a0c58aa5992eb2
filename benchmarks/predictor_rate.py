"""Texts per second from raw text to probabilities, tokenising included.

BANKING77's test texts in the order of the file, in batches of 32 and one by one, through three contestants
with the same encoder (all-MiniLM-L6-v2) and the same head (logistic regression on 1,500 training texts):

- `ours`: `headway.inference.Predictor` on an int8 artefact, one call for each batch;
- `dynamic`: plain onnxruntime with its dynamic int8 quantisation, each batch padded to its longest text;
- `pipeline`: the `pipeline("text-classification")` of transformers in bf16, its own batching and padding.

`ratio`, `batch1_ratio` and `pipeline_ratio` are ours over theirs, the median over rounds in which the
contestants take turns. `largest_gap_*` is the largest difference in a probability between a text alone and
the same text in its batch of 32; `labels_changed_*` counts the texts whose label changes with it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.inputs import Inputs, Labelled, stratified
from benchmarks.timing import rates, ratio, take_turns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.contestants import Scorer

BATCH = 32
HEAD_ROWS = 1_500
#: one by one, every fifth text is timed: the pipeline takes its time there
ALONE_STEP = 5
WARM_UP = 64
OURS, DYNAMIC, PIPELINE = "ours", "dynamic", "pipeline"


@dataclass(frozen=True)
class Contestants:
    """The three ways from raw text to a label."""

    labels: list[str]
    ours: Scorer
    dynamic: Scorer
    #: texts and a batch size → labels
    pipeline: Callable[[Sequence[str], int], list[str]]


@dataclass(frozen=True)
class Neighbours:
    """What a text's neighbours in the batch do to its answer."""

    largest_gap: float
    labels_changed: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--texts`."""
    parser.add_argument("--texts", type=int, metavar="N", help="the first N test texts only")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Make the three contestants, let them take turns, and give the figures as plain data."""
    train, test = inputs.banking77("train"), inputs.banking77("test")
    test = Labelled(test.texts[: options.texts], test.labels[: options.texts])
    with tempfile.TemporaryDirectory(prefix="headway-benchmark-", ignore_cleanup_errors=True) as scratch:
        _say("Making the three contestants")
        return measure(make_contestants(train, Path(scratch)), test, options.repeats)


def make_contestants(train: Labelled, folder: Path) -> Contestants:
    """Fit one head on our int8 encoder's embeddings and give it to all three."""
    from benchmarks import contestants as ways
    from headway.models import resolve_base

    base = resolve_base("minilm", "en", folder / "models")
    encoder = ways.make_int8_encoder(base, folder / "encoder")
    head = ways.fit_head(encoder, stratified(train, HEAD_ROWS))
    return Contestants(
        labels=head.labels,
        ours=ways.headway_int8(encoder, head, folder / "ours").predict_scores,
        dynamic=ways.onnxruntime_dynamic(base, head, folder / "dynamic"),
        pipeline=ways.transformers_pipeline(base, head),
    )


def measure(contestants: Contestants, test: Labelled, repeats: int) -> dict[str, Any]:
    """Rates, ratios, and what the neighbours in the batch do, as plain data."""
    texts, some = test.texts, test.texts[::ALONE_STEP]
    _say(f"Batches of {BATCH}: {len(texts)} texts, {repeats} rounds")
    batched = take_turns(_runs(contestants, texts, BATCH), repeats)
    _say(f"One by one: {len(some)} texts, {repeats} rounds")
    alone = take_turns(_runs(contestants, some, 1), repeats)
    _say("Each text alone against in its batch")
    ours, dynamic = (neighbours(way, texts) for way in (contestants.ours, contestants.dynamic))
    spreads = {
        "ratio": ratio(batched[OURS], batched[DYNAMIC]),
        "batch1_ratio": ratio(alone[OURS], alone[DYNAMIC]),
        "pipeline_ratio": ratio(batched[OURS], batched[PIPELINE]),
        "pipeline_batch1_ratio": ratio(alone[OURS], alone[PIPELINE]),
    }
    return {
        **{name: spread.median for name, spread in spreads.items()},
        "spread": {name: spread.to_dict() for name, spread in spreads.items()},
        "texts_per_second": {
            f"batches_of_{BATCH}": {way: rate.to_dict() for way, rate in rates(batched, len(texts)).items()},
            "one_by_one": {way: rate.to_dict() for way, rate in rates(alone, len(some)).items()},
        },
        "texts": len(texts),
        "rounds": repeats,
        "largest_gap_ours": ours.largest_gap,
        "largest_gap_rival": dynamic.largest_gap,
        "labels_changed_ours": ours.labels_changed,
        "labels_changed_rival": dynamic.labels_changed,
        "accuracy": _accuracies(contestants, test),
    }


def neighbours(score: Scorer, texts: Sequence[str]) -> Neighbours:
    """Compare each text alone with the same text in its batch."""
    import numpy as np

    together = _in_batches(score, texts, BATCH)
    alone = _in_batches(score, texts, 1)
    return Neighbours(
        largest_gap=float(np.abs(together - alone).max()),
        labels_changed=int((together.argmax(axis=1) != alone.argmax(axis=1)).sum()),
    )


def _runs(contestants: Contestants, texts: Sequence[str], size: int) -> dict[str, Callable[[], object]]:
    """The work of each contestant, warmed up."""
    runs = {
        OURS: partial(_in_batches, contestants.ours),
        DYNAMIC: partial(_in_batches, contestants.dynamic),
        PIPELINE: contestants.pipeline,
    }
    for way in runs.values():
        way(texts[:WARM_UP], size)
    return {name: partial(way, texts, size) for name, way in runs.items()}


def _in_batches(score: Scorer, texts: Sequence[str], size: int) -> NDArray[np.float32]:
    import numpy as np

    return np.concatenate([score(texts[start : start + size]) for start in range(0, len(texts), size)])


def _accuracies(contestants: Contestants, test: Labelled) -> dict[str, float]:
    """How often each is right: close to each other, or the comparison would not be one."""
    answers = {
        name: [contestants.labels[i] for i in _in_batches(way, test.texts, BATCH).argmax(axis=1)]
        for name, way in ((OURS, contestants.ours), (DYNAMIC, contestants.dynamic))
    }
    answers[PIPELINE] = contestants.pipeline(test.texts, BATCH)
    return {name: sum(map(str.__eq__, labels, test.labels)) / len(test) for name, labels in answers.items()}


def _say(words: str) -> None:
    print(words, file=sys.stderr)
