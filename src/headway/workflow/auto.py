"""`auto`: baseline and probe on the same folds; the simpler stays unless the other is clearly better."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.evaluation.bootstrap import paired_difference
from headway.training.cross_validation import FoldResult, correct, run_fold
from headway.training.folds import stratified_folds
from headway.training.recipe import Recipe
from headway.workflow.clock import Stopwatch
from headway.workflow.data import Rows

N_FOLDS = 5
# Share of the budget that comparing may take; the rest goes into the model itself.
_SHARE_FOR_FOLDS = 0.15


@dataclass(frozen=True)
class Choice:
    """The recipe chosen, why (in words, by language), and the figures of the search."""

    recipe: str
    reason: dict[str, str]
    search: dict[str, Any] = field(default_factory=dict)


def choose(
    rows: Rows,
    n_labels: int,
    baseline: Recipe,
    probe: Recipe,
    *,
    embed: Callable[[], bool],
    beside: Executor,
    watch: Stopwatch,
    seed: int = 0,
) -> Choice:
    """Compare both recipes by cross-validation on training rows and keep one.

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
            task = (rows.texts, rows.labels, n_labels, folds, fold, rows.augmented)
            running = beside.submit(run_fold, baseline, *task)
            if embedded:
                probe_results.append(run_fold(probe, *task))
            baseline_results.append(running.result())
    baseline_correct = correct(baseline_results, rows.labels)
    if not embedded:
        return _out_of_time(baseline_correct, watch)
    return _decide(baseline_correct, correct(probe_results, rows.labels), len(baseline_results))


def _affordable(done: list[FoldResult], watch: Stopwatch) -> int:
    """How many folds to run, going by the time that the first one took."""
    if not done or watch.budget is None:
        return N_FOLDS
    return max(1, min(N_FOLDS, int(watch.budget * _SHARE_FOR_FOLDS / max(done[0].seconds, 1e-3))))


def _decide(baseline: NDArray[np.bool_], probe: NDArray[np.bool_], n_folds: int) -> Choice:
    difference = paired_difference(probe, baseline)
    if difference is None:
        return _nothing_to_compare()
    points = [100 * value for value in (difference.difference, difference.low, difference.high)]
    search = {
        "rows": len(baseline),
        "folds": f"{n_folds} of {N_FOLDS}",
        "baseline_accuracy": float(baseline.mean()),
        "probe_accuracy": float(probe.mean()),
        "difference": [difference.difference, difference.low, difference.high],
    }
    shown = f"{points[0]:+.1f} ({points[1]:+.1f} … {points[2]:+.1f})"
    better = difference.low > 0
    verdict = {
        "en": "clearly better, so it was kept" if better else "not clearly better, so the baseline was kept",
        "zh": "明显更好，因此选用探针" if better else "没有明显优势，因此保留更简单的基线",
    }
    reason = {
        "en": f"On {len(baseline):,} held-out training texts the accuracy of the probe differs from that of "
        f"the baseline by {shown} points: {verdict['en']}.",
        "zh": f"在 {len(baseline):,} 条留出的训练文本上，探针与基线的准确率相差 {shown} 个百分点："
        f"{verdict['zh']}。",
    }
    return Choice("probe" if better else "baseline", reason, search)


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
