from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import check_grad
from sklearn.linear_model import LogisticRegression

from headway.inference.linear import softmax
from headway.training.linear import LinearModel, _Objective, fit_linear

Array = np.ndarray[Any, Any]


def toy(n: int = 120, n_labels: int = 4, width: int = 6, seed: int = 0) -> tuple[Array, Array]:
    """Overlapping clouds, one a label, some more frequent than others."""
    rng = np.random.default_rng(seed)
    labels = np.minimum(rng.integers(0, n_labels + 2, n), n_labels - 1)
    labels[:n_labels] = np.arange(n_labels)
    centres = rng.normal(size=(n_labels, width))
    return (centres[labels] + rng.normal(size=(n, width)) * 0.7).astype(np.float32), labels


def objective(weights: Array, bias: Array, features: Array, labels: Array, c: float) -> float:
    """Mean cross-entropy plus |weights|² / (2 c n), written down a second time, in float64."""
    logits = features.astype(np.float64) @ weights.T.astype(np.float64) + bias
    logits -= logits.max(axis=1, keepdims=True)
    likelihood = logits[np.arange(len(labels)), labels] - np.log(np.exp(logits).sum(axis=1))
    return float(-likelihood.mean() + (weights.astype(np.float64) ** 2).sum() / (2 * c * len(labels)))


def test_the_optimum_is_found() -> None:
    features, labels = toy()
    model = fit_linear(features, labels, 4, c=1.0, max_iterations=500)
    found = objective(model.weights, model.bias, features, labels, 1.0)
    rng = np.random.default_rng(0)
    for size in (1e-3, 1e-2, 1e-1):
        for _ in range(20):
            moved = model.weights + rng.normal(size=model.weights.shape) * size
            assert objective(moved, model.bias, features, labels, 1.0) >= found - 1e-6


def test_it_is_the_optimum_of_scikit_learn_where_all_labels_are_as_frequent() -> None:
    # Then the bias that is set is the same for all labels, which is to say there is none.
    features, _ = toy(n=200)
    labels = np.arange(200) % 4
    other = LogisticRegression(C=3.0, fit_intercept=False, tol=1e-8, max_iter=2_000).fit(features, labels)
    model = fit_linear(features, labels, 4, c=3.0, max_iterations=2_000)
    np.testing.assert_allclose(model.weights, other.coef_, atol=2e-3)
    np.testing.assert_allclose(model.scores(features), other.predict_proba(features), atol=2e-3)


def test_a_set_bias_costs_no_accuracy() -> None:
    features, labels = toy(n=600)
    half = len(labels) // 2
    other = LogisticRegression(C=10.0, max_iter=2_000).fit(features[:half], labels[:half])
    model = fit_linear(features[:half], labels[:half], 4, c=10.0, max_iterations=100)
    right = (model.scores(features[half:]).argmax(1) == labels[half:]).mean()
    assert right >= other.score(features[half:], labels[half:]) - 0.02


@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
def test_the_gradient_is_the_slope_of_the_objective(kind: Any) -> None:
    features, labels = toy(n=30)
    # The features stay float64 here, so that the differences are not lost in rounding.
    ask = _Objective(kind(features.astype(np.float64) * 10), labels, np.zeros(4, np.float32), 0.1)
    rng = np.random.default_rng(1)
    point = rng.normal(size=6 * 4).astype(np.float32).astype(np.float64)
    _, slope = ask(point)
    error = check_grad(lambda x: ask(x)[0], lambda x: ask(x)[1], point, epsilon=1e-2)
    assert error < 0.02 * np.linalg.norm(slope)


def test_the_bias_is_the_logarithm_of_the_shares() -> None:
    features, labels = toy()
    model = fit_linear(features, labels, 4, c=1.0, max_iterations=5)
    np.testing.assert_allclose(np.exp(model.bias), np.bincount(labels) / len(labels), rtol=1e-5)


def test_sparse_and_dense_features_give_the_same_model() -> None:
    features, labels = toy()
    features[features < 0.5] = 0
    dense = fit_linear(features, labels, 4, c=5.0, max_iterations=200)
    thin = fit_linear(sparse.csr_matrix(features), labels, 4, c=5.0, max_iterations=200)
    np.testing.assert_allclose(thin.scores(sparse.csr_matrix(features)), dense.scores(features), atol=1e-3)


def test_a_label_without_an_example_is_never_chosen() -> None:
    features, labels = toy(n_labels=3)
    positions = np.array([0, 2, 4])[labels]
    model = fit_linear(features, positions, 6, c=1.0, max_iterations=50)
    scores = model.scores(features)
    assert scores.shape == (len(labels), 6)
    assert scores[:, [1, 3, 5]].max() < 1e-6
    assert (scores.argmax(1) == positions).mean() > 0.8


def test_two_labels_are_enough() -> None:
    features, labels = toy(n_labels=2)
    scores = fit_linear(features, labels, 2, c=1.0, max_iterations=50).scores(features)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-6)
    assert (scores.argmax(1) == labels).mean() > 0.8


def test_one_label_is_certain() -> None:
    features, _ = toy(n=10)
    scores = fit_linear(features, np.full(10, 2), 3, c=1.0, max_iterations=50).scores(features)
    np.testing.assert_allclose(scores, np.eye(3)[np.full(10, 2)], atol=1e-6)


def test_thousands_of_labels_are_learned() -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(5_000, 16)).astype(np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    model = fit_linear(centres, np.arange(5_000), 5_000, c=30.0, max_iterations=2)
    assert (model.scores(centres[:500]).argmax(1) == np.arange(500)).mean() > 0.9


def test_fitting_twice_gives_the_same_bytes() -> None:
    features, labels = toy()
    first, second = (fit_linear(features, labels, 4, c=1.0, max_iterations=20) for _ in range(2))
    assert first.weights.tobytes() == second.weights.tobytes()


def test_far_logits_do_not_overflow() -> None:
    shares = softmax(np.array([[1e4, 0.0], [-1e4, -1e4]], dtype=np.float32))
    np.testing.assert_allclose(shares, np.array([[1, 0], [0.5, 0.5]]))
    model = LinearModel(np.array([[1e4], [0]], np.float32), np.zeros(2, np.float32))
    assert np.isfinite(model.scores(np.array([[1.0]], np.float32))).all()
