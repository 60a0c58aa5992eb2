"""Candidates for label errors: rows whose given label the model contradicts with unusual confidence.

Confident learning (Northcutt, Jiang and Chuang, JAIR 70 (2021), 1373–1411): a model is not equally sure of
all labels, so "sure" means, for each label, at least as sure as it is on average of the rows that have it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from headway.tasks.text_classification import OUTSIDE, IntArray

__all__ = ["SHOWN", "find_label_errors", "surest_mistakes"]

SHOWN = 20
TEXT_CHARACTERS = 200


def find_label_errors(
    scores: npt.NDArray[Any],
    truth: IntArray,
    labels: Sequence[str],
    texts: Sequence[str],
    keys: Sequence[str] = (),
) -> dict[str, Any]:
    """Find the rows whose label is likelier wrong than the model; the likeliest first.

    `scores` are probabilities [n, labels], `truth` the given labels int [n], `keys` names by which a person
    finds the rows. A row is a candidate where the model predicts another label, with at least the mean score
    that label has on the rows given it; rows whose label the model does not know are none. Gives `n`
    (candidates in all) and `rows`, at most 20: `key`, `text`, `label`, `label_score`, `predicted`, `score`.
    """
    inside = np.flatnonzero(truth != OUTSIDE)
    own = scores[inside, truth[inside]].astype(np.float64)
    best = scores[inside].argmax(axis=1)
    of_best = scores[inside, best].astype(np.float64)
    n = np.bincount(truth[inside], minlength=len(labels))
    sums = np.bincount(truth[inside], weights=own, minlength=len(labels))
    # Of a label that no row was given nothing is known, so nothing is suspected.
    threshold = np.divide(sums, n, out=np.full(len(labels), np.inf), where=n > 0)
    suspect = np.flatnonzero((best != truth[inside]) & (of_best >= threshold[best]))
    order = suspect[np.argsort(own[suspect] - of_best[suspect], kind="stable")]
    return {
        "n": len(order),
        "rows": [
            {
                "key": keys[row] if keys else "",
                "text": _shortened(texts[row]),
                "label": labels[truth[row]],
                "label_score": round(float(own[i]), 6),
                "predicted": labels[best[i]],
                "score": round(float(of_best[i]), 6),
            }
            for i, row in ((i, int(inside[i])) for i in order[:SHOWN].tolist())
        ],
    }


def surest_mistakes(
    confidence: npt.NDArray[Any],
    correct: npt.NDArray[np.bool_],
    y_true: Sequence[str],
    y_pred: Sequence[str],
    texts: Sequence[str],
    keys: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """List the at most 20 wrong answers given with the highest score, float [n]; `correct` is bool [n].

    Each has `key`, `text`, `true`, `predicted` and `score`.
    """
    wrong = np.flatnonzero(~correct)
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][:SHOWN]
    return [
        {
            "key": keys[row] if keys else "",
            "text": _shortened(texts[row]),
            "true": y_true[row],
            "predicted": y_pred[row],
            "score": round(float(confidence[row]), 6),
        }
        for row in surest.tolist()
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"
