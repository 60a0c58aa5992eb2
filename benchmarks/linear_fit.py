"""Logistic regression on character n-grams of banking77: our objective against scikit-learn's solver.

Both minimise the cross-entropy with the same L2 penalty by L-BFGS, with the same iteration limit and one
thread. Accuracy is measured on a held-out fifth of the training file; the test file is not touched.
"""

from __future__ import annotations

import argparse
import warnings
from typing import TYPE_CHECKING, Any

from benchmarks.timing import ratio, take_turns

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from benchmarks.inputs import Inputs
    from headway.training.baseline import BaselineSettings
    from headway.training.linear import LinearModel


def add_options(parser: argparse.ArgumentParser) -> None:
    """Take no option of its own."""


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Fit both in turn; `ratio` is scikit-learn's seconds over ours."""
    import numpy as np

    from headway.text import prepare
    from headway.training.baseline import Baseline, BaselineSettings, feature_matrix
    from headway.training.linear import fit_linear

    settings = BaselineSettings()
    rows = inputs.banking77("train")
    names = sorted(set(rows.labels))
    labels = np.array([names.index(label) for label in rows.labels])
    held_out = np.random.default_rng(0).permutation(len(labels)) < len(labels) // 5
    texts = [prepare(text) for text in rows.texts]
    learned = [text for text, out in zip(texts, held_out, strict=True) if not out]
    matrix = feature_matrix(Baseline(settings).choose_features(learned), texts)
    fitted: dict[str, LinearModel] = {}

    def ours() -> None:
        fitted["ours"] = fit_linear(
            matrix[~held_out],
            labels[~held_out],
            len(names),
            c=settings.c,
            max_iterations=settings.max_iterations,
        )

    def scikit_learn() -> None:
        fitted["scikit-learn"] = _fit_scikit_learn(matrix[~held_out], labels[~held_out], settings)

    seconds = take_turns({"ours": ours, "scikit-learn": scikit_learn}, options.repeats)
    accuracy = {
        name: float((model.scores(matrix[held_out]).argmax(1) == labels[held_out]).mean())
        for name, model in fitted.items()
    }
    return {
        "seconds": seconds,
        "ratio": ratio(seconds["ours"], seconds["scikit-learn"]).to_dict(),
        "accuracy": accuracy,
    }


def _fit_scikit_learn(matrix: Any, labels: NDArray[np.int64], settings: BaselineSettings) -> LinearModel:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    from headway.training.linear import LinearModel

    model = LogisticRegression(C=settings.c, max_iter=settings.max_iterations)
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, labels)
    return LinearModel(model.coef_.astype("float32"), model.intercept_.astype("float32"))
