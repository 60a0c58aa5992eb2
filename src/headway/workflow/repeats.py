"""The same training with several seeds: how much of its figures is the luck of the draw.

Fine-tuning the same data with another seed moves the figures, on small data by points (Dodge et al. 2020,
"Fine-Tuning Pretrained Language Models: Weight Initializations, Data Orders, and Early Stopping"). The
model of the first seed is published: the best of several would be chosen by its luck on the validation rows,
and its figures would flatter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headway.tasks import text_classification
from headway.terminal import Progress
from headway.training.recipe import Fitted, HeldOut
from headway.workflow.spread import spread
from headway.workflow.study_words import repeats_words
from headway.workflow.variants import Allowance, variant

if TYPE_CHECKING:
    from headway.workflow.bench import Bench

#: gives probabilities for the validation rows, by the exported model: float32 [n, labels]
Measure = Callable[[Fitted], NDArray[np.float32]]


@dataclass(frozen=True)
class Repeats:
    """What several seeds said of a recipe."""

    #: `seeds`, `of`, `rows`, and for each metric `mean`, `deviation`, `min`, `max` and `values`
    figures: dict[str, Any]
    #: the same in a sentence, by language
    words: dict[str, str]
    #: for each seed of these figures the metrics of the validation rows
    metrics: list[dict[str, float]] = field(default_factory=list)


def repeat(
    bench: Bench,
    recipe: str,
    n_repeats: int,
    *,
    first: Fitted,
    measure: Measure,
    progress: Progress,
    settings: Mapping[str, Any] | None = None,
    held_out: HeldOut | None = None,
    from_trial: bool = False,
) -> Repeats:
    """Fit the recipe of a training with the seeds after its own and measure the validation rows.

    `first` is the model of the training's own seed; all are measured alike by `measure`. A recipe that draws
    nothing by chance is fitted twice and no more, and the words say so. `settings` and `held_out` are those
    the model was fitted with: settings that differ from the request's, and the rows that say which epoch is
    kept. With a budget as many seeds are run as it allows. Where `first` is `from_trial` there was no time to
    fit it on all rows, so no seed follows: it would differ by the rows, too.
    """
    rows, names, start = bench.data.validation, bench.data.names, bench.request.seed
    allowance = Allowance(bench.watch)
    scores = [measure(first)]
    with bench.watch.stage("repeats"):
        for number in range(1, n_repeats):
            if from_trial or not allowance.reaches or _same(scores):
                break
            progress("Repeating with other seeds", number, n_repeats)
            began = time.perf_counter()
            with variant(bench, recipe, settings=settings, seed=start + number, held_out=held_out) as made:
                train = bench.data.train
                scores.append(measure(made.fit(train.texts, train.labels, len(names))))
            allowance.took(time.perf_counter() - began)
    metrics = [
        text_classification.metrics(rows.labels, one.argmax(axis=1), one, list(names)) for one in scores
    ]
    figures = {
        "seeds": list(range(start, start + len(scores))),
        "of": n_repeats,
        "rows": len(rows),
        "by_chance": not _same(scores),
        **{name: spread([one[name] for one in metrics]) for name in metrics[0]},
    }
    return Repeats(figures, repeats_words(figures), metrics)


def _same(scores: list[NDArray[np.float32]]) -> bool:
    """Whether a second seed changed nothing at all."""
    return len(scores) > 1 and all(np.array_equal(one, scores[0]) for one in scores[1:])
