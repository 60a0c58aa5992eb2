from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, matthews_corrcoef, top_k_accuracy_score

from headway.tasks.further_metrics import kappa, matthews, top_3_accuracy

NAMES = ["退款", "box", "invoice", "投诉", "other"]
labels = st.sampled_from(NAMES)
pairs = st.lists(st.tuples(labels, labels), min_size=2, max_size=40)
NO_SCORES = np.zeros((0, 0))


@given(rows=pairs)
def test_agreement_is_that_of_scikit_learn(rows: list[tuple[str, str]]) -> None:
    # scikit-learn warns of one label alone; what that gives has a test of its own.
    truth, guess = ["box", *(row[0] for row in rows)], ["退款", *(row[1] for row in rows)]
    assert matthews(truth, guess, NO_SCORES, NAMES) == pytest.approx(matthews_corrcoef(truth, guess))
    assert kappa(truth, guess, NO_SCORES, NAMES) == pytest.approx(cohen_kappa_score(truth, guess))


def test_one_label_alone_agrees_by_chance() -> None:
    assert kappa(["退款"] * 3, ["退款"] * 3, NO_SCORES, NAMES) == 0.0
    assert matthews(["退款"] * 3, ["退款"] * 3, NO_SCORES, NAMES) == 0.0


def test_a_label_that_the_model_does_not_know_counts_as_wrong() -> None:
    scores = np.array([[0.5, 0.3, 0.1, 0.06, 0.04]] * 2)
    assert top_3_accuracy(["退款", "unheard of"], ["退款", "退款"], scores, NAMES) == 0.5
    assert kappa(["退款", "unheard of"], ["退款", "退款"], NO_SCORES, NAMES) == 0.0


@given(seed=st.integers(0, 1_000), n=st.integers(5, 40))
def test_the_three_best_are_those_of_scikit_learn(seed: int, n: int) -> None:
    random = np.random.default_rng(seed)
    scores = random.random((n, len(NAMES)))
    truth = random.integers(0, len(NAMES), n)
    expected = top_k_accuracy_score(truth, scores, k=3, labels=np.arange(len(NAMES)))
    found = top_3_accuracy([NAMES[label] for label in truth], [NAMES[0]] * n, scores, NAMES)
    assert found == pytest.approx(expected)


def test_with_three_labels_every_row_is_among_the_best() -> None:
    scores = np.array([[0.2, 0.3, 0.5]])
    assert top_3_accuracy(["box"], ["投诉"], scores, ["box", "退款", "投诉"]) == 1.0
