from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from headway.training.cross_validation import FoldResult, correct, run_fold
from headway.training.recipe import HeldOut

Array = np.ndarray[Any, Any]


class Remembers:
    """A recipe that knows the texts it was fitted on and guesses label 0 for all others."""

    def __init__(self) -> None:
        self.seen: dict[str, int] = {}

    def fit(
        self, texts: Sequence[str], labels: Array, n_labels: int, held_out: HeldOut | None = None
    ) -> Remembers:
        self.seen = dict(zip(texts, labels.tolist(), strict=True))
        self.n_labels = n_labels
        return self

    def scores(self, texts: Sequence[str]) -> Array:
        return np.eye(self.n_labels, dtype=np.float32)[[self.seen.get(text, 0) for text in texts]]


def test_a_held_out_text_is_not_seen() -> None:
    texts = [f"文 {number}" for number in range(10)]
    labels, folds = np.arange(10) % 2, np.arange(10) // 2
    recipe = Remembers()
    results = []
    for fold in range(5):
        results.append(run_fold(recipe, texts, labels, 2, folds, fold, np.zeros(len(texts), dtype=bool)))
        held_out = {texts[row] for row in results[-1].rows}
        assert held_out.isdisjoint(recipe.seen)
        assert held_out | set(recipe.seen) == set(texts)
        assert results[-1].seconds >= 0
    # What nobody has seen is called 0; right for every second row.
    assert correct(results, labels).tolist() == [True, False] * 5


def test_augmented_rows_are_fitted_on_and_never_scored() -> None:
    texts = ["退款", "退钱", "parcel", "parcl"]
    labels, folds = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1])
    recipe = Remembers()
    result = run_fold(recipe, texts, labels, 2, folds, 0, np.array([False, True, False, True]))
    assert result.rows.tolist() == [0]
    assert set(recipe.seen) == {"parcel", "parcl"}


def test_what_was_right_is_joined_fold_by_fold() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.8]], dtype=np.float32)
    results = [FoldResult(1, np.array([3, 0]), scores, 0.0), FoldResult(2, np.array([1]), scores[:1], 0.0)]
    assert correct(results, np.array([0, 0, 0, 0])).tolist() == [True, False, True]
    assert correct(results, np.array([1, 1, 0, 0])).tolist() == [True, True, False]


def test_an_empty_fold_gives_an_empty_result() -> None:
    result = run_fold(
        Remembers(), ["a", "b"], np.array([0, 1]), 2, np.array([0, 1]), 4, np.zeros(2, dtype=bool)
    )
    assert result.scores.shape == (0, 2)
    assert correct([result], np.array([0, 1])).shape == (0,)
