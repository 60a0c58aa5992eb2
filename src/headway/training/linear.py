"""Multinomial logistic regression, the last layer of `baseline`, `probe` and `fewshot`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.inference.linear import softmax

# What stands in for the logit of a label that had no example to learn from.
_ABSENT = -20.0
# Past gradients that L-BFGS remembers; more costs memory traffic and saves no iteration here.
_MEMORY = 5


@dataclass(frozen=True)
class LinearModel:
    """Weights [labels, features] and bias [labels], float32."""

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, features: Any) -> NDArray[np.float32]:
        """Probabilities [n, labels] for features [n, features], dense or scipy-sparse."""
        return softmax(np.asarray(features @ self.weights.T) + self.bias)


def fit_linear(
    features: Any,
    labels: NDArray[np.int64],
    n_labels: int,
    *,
    c: float,
    max_iterations: int,
    start: LinearModel | None = None,
) -> LinearModel:
    """Fit by L-BFGS (Liu and Nocedal 1989): mean cross-entropy plus |weights|² / (2 c n).

    `features` is [n, features], float32, dense or scipy-sparse. The bias is not fitted but set to the
    logarithm of each label's share of the rows: a fitted one is much steeper than the weights, and the
    search then takes more steps. Stopping at `max_iterations` is part of the method, not a failure:
    the last iterations change the fourth digit. Labels without an example get a probability near zero.
    `start` is where the search begins, a fit to nearly the same rows; without it, all weights are 0.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to load, needed only to fit
    from threadpoolctl import threadpool_limits  # noqa: PLC0415

    present, targets, counts = np.unique(labels, return_inverse=True, return_counts=True)
    prior = np.log(counts / len(labels)).astype(np.float32)
    # The matrices are small: a second thread of the linear algebra library gains little and, where the
    # cores have other work, waits so busily for the first that everything takes many times as long.
    with threadpool_limits(limits=1):
        found = minimize(
            _Objective(features, targets, prior, 1 / (c * len(labels))),
            _first_weights(start, present, features.shape[1]),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": max_iterations, "maxcor": _MEMORY},
        )
    weights = np.zeros((n_labels, features.shape[1]), dtype=np.float32)
    bias = np.full(n_labels, _ABSENT, dtype=np.float32)
    weights[present] = found.x.reshape(-1, len(present)).T
    bias[present] = prior
    return LinearModel(weights, bias)


def _first_weights(
    start: LinearModel | None, present: NDArray[np.int64], n_features: int
) -> NDArray[np.float64]:
    """Weights [features, labels] as one flat vector."""
    if start is None:
        return np.zeros(n_features * len(present))
    return start.weights[present].T.astype(np.float64).ravel()


class _Objective:
    """The loss and its gradient for weights [features, labels] as one flat vector."""

    def __init__(
        self, features: Any, targets: NDArray[np.int64], bias: NDArray[np.float32], penalty: float
    ) -> None:
        self._features = features
        self._transposed = features.T if isinstance(features, np.ndarray) else features.T.tocsr()
        self._targets = targets
        self._rows = np.arange(len(targets))
        self._bias = bias
        self._penalty = penalty

    def __call__(self, flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        weights = flat.astype(np.float32).reshape(-1, len(self._bias))
        shares = softmax(self._features @ weights + self._bias)
        likelihood = np.log(np.maximum(shares[self._rows, self._targets], 1e-30), dtype=np.float64)
        shares[self._rows, self._targets] -= 1
        shares /= len(self._rows)
        slope = self._transposed @ shares + self._penalty * weights
        loss = -float(likelihood.mean()) + 0.5 * self._penalty * float(np.vdot(weights, weights))
        return loss, slope.ravel().astype(np.float64)
