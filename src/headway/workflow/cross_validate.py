"""Cross-validation of the recipe that is trained: how its figures vary with the rows it happens to see.

The training rows are divided into folds by label, texts that belong together in one. Each fold is judged by
a model fitted on the others, so every text is judged once by a model that has not seen it (Stone 1974,
"Cross-Validatory Choice and Assessment of Statistical Predictions").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headway.evaluation.bootstrap import intervals
from headway.tasks import text_classification
from headway.terminal import Progress
from headway.training.cross_validation import FoldResult, run_fold
from headway.training.folds import stratified_folds
from headway.training.recipe import HeldOut
from headway.workflow.data import Rows
from headway.workflow.spread import spread
from headway.workflow.study_words import folds_words
from headway.workflow.variants import Allowance, variant

if TYPE_CHECKING:
    from headway.workflow.bench import Bench

#: the figures whose spread is shown
SHOWN = ("accuracy", "macro_f1", "log_loss")


@dataclass(frozen=True)
class CrossValidation:
    """What K folds said of a recipe."""

    #: `folds`, `rows`, and for each metric `mean`, `deviation`, `values` and, from all texts together,
    #: `pooled` and `interval`
    figures: dict[str, Any]
    #: the same in a sentence, by language
    words: dict[str, str]
    #: positions of the judged training rows, int64 [n]
    rows: NDArray[np.int64]
    #: probabilities of each by the model that had not seen it, float32 [n, labels]
    scores: NDArray[np.float32]


def cross_validate(
    bench: Bench,
    recipe: str,
    n_folds: int,
    progress: Progress,
    *,
    settings: Mapping[str, Any] | None = None,
    held_out: HeldOut | None = None,
) -> CrossValidation:
    """Fit the recipe of a training once for each fold and judge the rows left out.

    Augmented rows are fitted on and never judged. `held_out` are rows outside the folds that say which epoch
    is kept, `settings` those that differ from the request's. With a budget as many folds are run as it
    allows, perhaps none.
    """
    rows, names = bench.data.train, bench.data.names
    folds = stratified_folds(rows.labels, rows.clusters, n_folds, seed=bench.request.seed)
    allowance = Allowance(bench.watch)
    results: list[FoldResult] = []
    with bench.watch.stage("folds"):
        for fold in range(n_folds):
            if not allowance.reaches:
                break
            progress("Cross-validation, fold by fold", fold, n_folds)
            with variant(bench, recipe, settings=settings, held_out=held_out) as made:
                result = run_fold(made, rows.texts, rows.labels, len(names), folds, fold, rows.fit_only)
            allowance.took(result.seconds)
            results.append(result)
        progress("Cross-validation, fold by fold", len(results), n_folds)
    return _joined(results, rows, names, n_folds)


def _joined(results: list[FoldResult], rows: Rows, names: tuple[str, ...], n_folds: int) -> CrossValidation:
    judged = np.concatenate([np.empty(0, dtype=np.int64), *(result.rows for result in results)])
    scores = np.concatenate(
        [np.empty((0, len(names)), dtype=np.float32), *(result.scores for result in results)]
    )
    figures: dict[str, Any] = {"folds": len(results), "of": n_folds, "rows": len(judged)}
    if results:
        figures |= _figures(results, rows.labels, names, judged, scores)
    return CrossValidation(figures, folds_words(figures), judged, scores)


def _figures(
    results: list[FoldResult],
    labels: NDArray[np.int64],
    names: tuple[str, ...],
    judged: NDArray[np.int64],
    scores: NDArray[np.float32],
) -> dict[str, Any]:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for result in results:
        if len(result.rows):
            for name, value in _metrics(labels[result.rows], result.scores, names).items():
                values[name].append(value)
    pooled = _metrics(labels[judged], scores, names)
    bounds = intervals(labels[judged], scores.argmax(axis=1), len(names))
    found: dict[str, Any] = {}
    for name in SHOWN:
        found[name] = {**spread(values[name]), "pooled": pooled[name]}
        if bounds is not None and name != "log_loss":
            found[name]["interval"] = list(getattr(bounds, name))
    return found


def _metrics(
    labels: NDArray[np.int64], scores: NDArray[np.float32], names: tuple[str, ...]
) -> dict[str, float]:
    return text_classification.metrics(labels, scores.argmax(axis=1), scores, names)
