"""Cross-validation: every text is judged by a model that has not seen it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headway.training.recipe import Fits


@dataclass(frozen=True)
class FoldResult:
    """What one recipe said of the held-out rows of one fold."""

    fold: int
    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    seconds: float


def run_fold(
    recipe: Fits,
    texts: Sequence[str],
    labels: NDArray[np.int64],
    n_labels: int,
    folds: NDArray[np.int64],
    fold: int,
    fit_only: NDArray[np.bool_],
) -> FoldResult:
    """Fit on all other folds and score this one, but no row of `fit_only`. `seconds` is what that took."""
    start = time.perf_counter()
    held_out = np.flatnonzero((folds == fold) & ~fit_only).astype(np.int64)
    rest = np.flatnonzero(folds != fold)
    fitted = recipe.fit([texts[row] for row in rest.tolist()], labels[rest], n_labels)
    scores = fitted.scores([texts[row] for row in held_out.tolist()])
    return FoldResult(fold, held_out, scores, time.perf_counter() - start)


def correct(results: Sequence[FoldResult], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which held-out rows were labelled right, fold by fold: bool [rows of all folds]."""
    hits = [result.scores.argmax(axis=1) == labels[result.rows] for result in results]
    joined: NDArray[np.bool_] = np.concatenate(hits)
    return joined
