"""`auto`: from the cheapest recipe to the dearest, as long as the next is worth its time.

Baseline and probe are compared on the same folds of the training rows. Recipes that train the encoder are
then tried in the order of expected gain per second, each judged on a fold that neither it nor its rivals
were fitted on, which also says which of its epochs was best. Validation rows choose nothing, so that the
published validation figures stay honest.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.evaluation.bootstrap import PairedDifference, paired_difference
from headway.training.cross_validation import FoldResult, correct, run_fold
from headway.training.folds import stratified_folds
from headway.training.recipe import Fits, Fitted
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows

N_FOLDS = 5
# Share of the budget that comparing baseline and probe may take; the rest goes into the model itself.
_SHARE_FOR_FOLDS = 0.15


@dataclass(frozen=True)
class Choice:
    """The recipe chosen, why (in words, by language), and the figures of the search."""

    recipe: str
    reason: dict[str, str]
    search: dict[str, Any] = field(default_factory=dict)
    #: settings that replace those of the request
    settings: dict[str, Any] = field(default_factory=dict)
    #: the fold of each training row, and what the recipe chosen so far said of the one that trials are
    #: judged on; None = not compared
    folds: NDArray[np.int64] | None = None
    judged: FoldResult | None = None
    #: what it said of the other folds that were run
    others: tuple[FoldResult, ...] = ()
    #: the model to publish, where it is fitted already
    fitted: Fitted | None = None
    #: whether that is a trial's, with no time to fit another on all training rows
    from_trial: bool = False


def choose(
    rows: Rows,
    n_labels: int,
    baseline: Fits,
    probe: Fits,
    *,
    embed: Callable[[], bool],
    beside: Executor,
    watch: Stopwatch,
    seed: int = 0,
) -> Choice:
    """Compare baseline and probe by cross-validation on training rows and keep one.

    `embed` computes the embeddings the probe needs and returns False where the budget does not reach for
    them. With a budget, as many of five folds are run as it allows, at least one; the two recipes share
    each fold, the baseline on the executor `beside`.
    """
    if len(set(rows.clusters)) < 2:
        return _nothing_to_compare()
    embedded = embed()
    folds = stratified_folds(rows.labels, rows.clusters, N_FOLDS, seed=seed)
    baseline_results: list[FoldResult] = []
    probe_results: list[FoldResult] = []
    with watch.stage("compare"):
        while len(baseline_results) < _affordable(baseline_results, watch):
            fold = len(baseline_results)
            task = (rows.texts, rows.labels, n_labels, folds, fold, rows.fit_only)
            running = beside.submit(run_fold, baseline, *task)
            if embedded:
                probe_results.append(run_fold(probe, *task))
            baseline_results.append(running.result())
    if not embedded:
        return _out_of_time(correct(baseline_results, rows.labels), watch)
    return _decide(rows, folds, baseline_results, probe_results)


def shown(difference: PairedDifference) -> str:
    """A difference in points with its interval, as people read it."""
    points = [100 * value for value in (difference.difference, difference.low, difference.high)]
    return f"{points[0]:+.1f} ({points[1]:+.1f} … {points[2]:+.1f})"


def _affordable(done: list[FoldResult], watch: Stopwatch) -> int:
    """How many folds to run, going by the time that the first one took."""
    if not done or watch.budget is None:
        return N_FOLDS
    return max(1, min(N_FOLDS, int(watch.budget * _SHARE_FOR_FOLDS / max(done[0].seconds, 1e-3))))


def _decide(
    rows: Rows, folds: NDArray[np.int64], baseline: list[FoldResult], probe: list[FoldResult]
) -> Choice:
    baseline_right, probe_right = correct(baseline, rows.labels), correct(probe, rows.labels)
    difference = paired_difference(probe_right, baseline_right)
    if difference is None:
        return _nothing_to_compare()
    # The baseline is so much smaller and quicker that chance must not speak against it.
    better = difference.low > 0
    search = {
        "rows": len(baseline_right),
        "folds": f"{len(baseline)} of {N_FOLDS}",
        "baseline_accuracy": float(baseline_right.mean()),
        "probe_accuracy": float(probe_right.mean()),
        "difference": [difference.difference, difference.low, difference.high],
    }
    verdict = {
        "en": "clearly better, so it was kept" if better else "not clearly better, so the baseline was kept",
        "zh": "明显更好，因此选用探针" if better else "没有明显优势，因此保留更简单的基线",
    }
    reason = {
        "en": f"On {len(baseline_right):,} held-out training texts the accuracy of the probe differs from "
        f"that of the baseline by {shown(difference)} points: {verdict['en']}.",
        "zh": f"在 {len(baseline_right):,} 条留出的训练文本上，探针与基线的准确率相差 {shown(difference)} "
        f"个百分点：{verdict['zh']}。",
    }
    # A fold may hold only rows that are never judged; a trial needs some that are.
    judged, *others = sorted(probe if better else baseline, key=lambda result: len(result.rows) == 0)
    recipe = "probe" if better else "baseline"
    return Choice(recipe, reason, search, folds=folds, judged=judged, others=tuple(others))


def _nothing_to_compare() -> Choice:
    return Choice("baseline", {"en": "There was no row to compare on.", "zh": "没有可用于比较的数据。"})


def _out_of_time(baseline: NDArray[np.bool_], watch: Stopwatch) -> Choice:
    return Choice(
        "baseline",
        {
            "en": f"The budget of {watch.budget:g} seconds does not reach for embedding the texts, so the "
            "baseline was kept. A larger --budget lets the probe compete.",
            "zh": f"{watch.budget:g} 秒的预算不足以计算全部文本的向量，因此保留基线。"
            "提高 --budget 后探针才能参与比较。",
        },
        {"rows": len(baseline), "baseline_accuracy": float(baseline.mean())},
    )
