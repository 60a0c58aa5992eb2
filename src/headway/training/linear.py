"""Multinomial logistic regression, the last layer of both recipes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What stands in for the logit of a label that had no example to learn from.
_ABSENT = -20.0


@dataclass(frozen=True)
class LinearModel:
    """Weights [labels, features] and bias [labels], float32."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Any) -> NDArray[np.float32]:
        """Probabilities [n, labels] for features [n, features], dense or scipy-sparse."""
        logits = np.asarray(features @ self.weights.T) + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: NDArray[np.float32] = (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
        return shares


def fit_linear(
    features: Any, labels: NDArray[np.int64], n_labels: int, *, c: float, max_iterations: int
) -> LinearModel:
    """Fit by L-BFGS with an L2 penalty of 1/c; labels without an example get a probability near zero.

    `features` is [n, features], float32, dense or scipy-sparse. Stopping at `max_iterations` is part of
    the method, not a failure: the last iterations change the fourth digit and cost half the time.
    """
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415 - slow to load, needed only to fit
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    model = LogisticRegression(C=c, max_iter=max_iterations)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features, labels)
    coefficients, intercept = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        # For two classes scikit-learn keeps one row; the softmax of (0, z) says the same.
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercept = np.concatenate([[0.0], intercept])
    weights = np.zeros((n_labels, features.shape[1]), dtype=np.float32)
    bias = np.full(n_labels, _ABSENT, dtype=np.float32)
    weights[model.classes_] = coefficients
    bias[model.classes_] = intercept
    return LinearModel(weights, bias)
