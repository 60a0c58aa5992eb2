"""Schema checks, encoding, and metrics equal to scikit-learn's."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.errors import DataError
from headway.tasks import text_classification as task


@st.composite
def predictions(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    n_labels = draw(st.integers(2, 7))
    n = draw(st.integers(1, 40))
    label = st.integers(0, n_labels - 1)
    y_true = np.array(draw(st.lists(label, min_size=n, max_size=n)), dtype=np.int64)
    y_pred = np.array(draw(st.lists(label, min_size=n, max_size=n)), dtype=np.int64)
    scores = np.random.default_rng(draw(st.integers(0, 99))).dirichlet(np.ones(n_labels) / 4, size=n)
    return y_true, y_pred, scores.astype(np.float32), [f"label {i}" for i in range(n_labels)]


@given(predictions())
@settings(max_examples=50, deadline=None)
def test_metrics_equal_scikit_learn(case: tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]) -> None:
    y_true, y_pred, scores, labels = case
    ours = task.metrics(y_true, y_pred, scores, labels)
    seen = np.unique(y_true)
    expected = {
        "accuracy": reference.accuracy_score(y_true, y_pred),
        # By definition; its own function warns about predicted labels that are never true.
        "balanced_accuracy": reference.recall_score(
            y_true, y_pred, labels=seen, average="macro", zero_division=0
        ),
        "macro_f1": reference.f1_score(y_true, y_pred, average="macro", zero_division=0),
        "weighted_f1": reference.f1_score(y_true, y_pred, average="weighted", zero_division=0),
        "macro_precision": reference.precision_score(y_true, y_pred, average="macro", zero_division=0),
        "macro_recall": reference.recall_score(y_true, y_pred, average="macro", zero_division=0),
        "log_loss": reference.log_loss(y_true, y_proba=scores, labels=range(len(labels))),
    }
    assert ours == pytest.approx(expected, rel=1e-5)


@given(predictions())
@settings(max_examples=50, deadline=None)
def test_per_class_and_matrix_equal_scikit_learn(
    case: tuple[np.ndarray, np.ndarray, np.ndarray, list[str]],
) -> None:
    y_true, y_pred, _, labels = case
    names = range(len(labels))
    figures = task.per_class(y_true, y_pred, labels)
    expected = reference.precision_recall_fscore_support(y_true, y_pred, labels=names, zero_division=0)
    for ours, theirs in zip(
        (figures.precision, figures.recall, figures.f1, figures.support), expected, strict=True
    ):
        np.testing.assert_allclose(ours, theirs)
    matrix = task.confusion_matrix(y_true, y_pred, len(labels))
    np.testing.assert_array_equal(matrix, reference.confusion_matrix(y_true, y_pred, labels=names))


def test_balanced_accuracy_has_scikit_learns_name_and_value() -> None:
    y_true, y_pred = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])
    ours = task.metrics(y_true, y_pred, None, ["体育", "财经"])
    assert ours["balanced_accuracy"] == pytest.approx(reference.balanced_accuracy_score(y_true, y_pred))
    assert "log_loss" not in ours


def test_a_label_outside_the_schema_counts_as_wrong() -> None:
    y_pred = np.array([0, 1, 1])
    scores = np.array([[0.9, 0.1], [0.1, 0.9], [0.1, 0.9]])
    inside = task.metrics(np.array([0, 1, 1]), y_pred, scores, ["a", "b"])
    outside = task.metrics(np.array([0, 1, task.OUTSIDE]), y_pred, scores, ["a", "b"])
    assert inside["accuracy"] == 1.0
    assert outside["accuracy"] == pytest.approx(2 / 3)
    assert outside["macro_precision"] == pytest.approx(0.75)
    assert outside["weighted_f1"] < inside["weighted_f1"]
    assert outside["log_loss"] > 10


def test_no_rows_is_a_data_error() -> None:
    empty = np.array([], dtype=np.int64)
    with pytest.raises(DataError, match="no rows"):
        task.metrics(empty, empty, None, ["a", "b"])


def test_five_thousand_labels_build_no_dense_matrix() -> None:
    y_true, y_pred = np.random.default_rng(0).integers(0, 5000, (2, 20_000))
    labels = [str(i) for i in range(5000)]
    tracemalloc.start()
    task.metrics(y_true, y_pred, None, labels)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@given(st.lists(st.sampled_from(["体育", "财经", "游戏", "card arrival"]), max_size=30))
@settings(max_examples=50, deadline=None)
def test_decode_undoes_encode(labels: list[str]) -> None:
    schema = ["财经", "体育", "card arrival", "游戏"]
    assert task.decode(task.encode(labels, schema), schema) == labels


def test_an_unknown_label_is_named_with_its_row() -> None:
    with pytest.raises(DataError, match="Row 2 has the label '军事'"):
        task.encode(["体育", "军事"], ["体育", "财经"])


def test_a_position_without_a_label_is_refused() -> None:
    with pytest.raises(DataError, match="no label number -1"):
        task.decode([0, -1], ["a", "b"])


def test_validate_labels_names_each_problem() -> None:
    assert task.validate_labels(["体育", "财经", "card arrival"]) == []
    problems = task.validate_labels(["a", "", " b", "a"])
    assert len(problems) == 3
    assert "Label 2 is empty" in problems[0]
    assert "' b'" in problems[1]
    assert "more than once" in problems[2]


def test_label_problems_reports_and_never_merges() -> None:
    counts = {"Refund": 5, "refund ": 4, "退款": 9, "ＶＩＰ 客户": 3, "vip客户": 3, "rare": 1}
    problems = task.label_problems(counts)
    assert any("'Refund', 'refund '" in problem for problem in problems)
    assert any("'ＶＩＰ 客户', 'vip客户'" in problem for problem in problems)
    assert any("'rare'" in problem for problem in problems)
    assert len(counts) == 6
    assert task.label_problems({"好": 10, "坏": 12}) == []


@pytest.mark.parametrize("counts", [{}, {"好": 10}, {"好": 10, "坏": 0}])
def test_fewer_than_two_labels_cannot_be_trained_on(counts: dict[str, int]) -> None:
    with pytest.raises(DataError, match="at least two labels"):
        task.require_trainable(counts)


def test_one_label_is_reported_and_two_can_be_trained_on() -> None:
    assert "only one label: '好'" in task.label_problems({"好": 10})[0]
    task.require_trainable({"好": 10, "坏": 1})
