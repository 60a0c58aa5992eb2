"""Candidates for label errors: planted ones are found, honest doubt is not suspected."""

from __future__ import annotations

import numpy as np
import pytest

from headway.evaluation.label_errors import find_label_errors, surest_mistakes
from headway.tasks.text_classification import OUTSIDE

LABELS = ["退款", "delivery", "unseen"]


def rows(n: int = 100, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores of a model that is right and about 80 % sure, and the labels."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 2
    sure = rng.uniform(0.7, 0.9, n)
    scores = np.empty((n, 3))
    scores[np.arange(n), truth] = sure
    scores[np.arange(n), 1 - truth] = 0.99 - sure
    scores[:, 2] = 0.01
    return scores, truth


def test_planted_errors_come_first_with_their_keys() -> None:
    scores, truth = rows()
    scores[:10, :2] = np.where(truth[:10, None] == [0, 1], 0.95, 0.04)
    wrong = truth.copy()
    wrong[:10] = 1 - truth[:10]
    texts, keys = [f"文本 text {i}" for i in range(100)], [f"id:{i}" for i in range(100)]
    found = find_label_errors(scores, wrong, LABELS, texts, keys)
    assert found["n"] == 10
    assert {row["key"] for row in found["rows"]} == {f"id:{i}" for i in range(10)}
    first = found["rows"][0]
    assert first["text"] == texts[int(first["key"].removeprefix("id:"))]
    assert first["label"] == LABELS[wrong[int(first["key"].removeprefix("id:"))]]
    assert first["score"] == 0.95
    assert first["label_score"] == 0.04


def test_a_mistake_the_model_is_unsure_of_is_no_candidate() -> None:
    scores, truth = rows()
    scores[0] = [0.45, 0.54, 0.01]
    assert truth[0] == 0
    assert find_label_errors(scores, truth, LABELS, [""] * 100)["n"] == 0


def test_nothing_is_suspected_of_a_label_that_no_row_has() -> None:
    scores, truth = rows()
    scores[0] = [0.01, 0.01, 0.98]
    assert find_label_errors(scores, truth, LABELS, [""] * 100)["n"] == 0


def test_labels_the_model_does_not_know_are_no_candidates() -> None:
    scores, truth = rows()
    truth[:] = OUTSIDE
    assert find_label_errors(scores, truth, LABELS, [""] * 100) == {"n": 0, "rows": []}


def test_many_candidates_are_counted_and_the_clearest_twenty_listed() -> None:
    scores, truth = rows(400)
    wrong = truth.copy()
    wrong[:60] = 1 - truth[:60]
    found = find_label_errors(scores, wrong, LABELS, ["长" * 500] * 400)
    assert found["n"] > 20
    margins = [row["score"] - row["label_score"] for row in found["rows"]]
    assert len(margins) == 20
    assert margins == pytest.approx(sorted(margins, reverse=True))
    assert all(len(row["text"]) == 200 for row in found["rows"])


def test_the_surest_mistakes_come_first_and_name_their_row() -> None:
    confidence = np.array([0.5, 0.9, 0.7, 0.99])
    found = surest_mistakes(
        confidence,
        np.array([False, False, False, True]),
        list("abcd"),
        list("wxyz"),
        list("1234"),
        list("ABCD"),
    )
    assert [row["key"] for row in found] == ["B", "C", "A"]
    assert found[0] == {"key": "B", "text": "2", "true": "b", "predicted": "x", "score": 0.9}
