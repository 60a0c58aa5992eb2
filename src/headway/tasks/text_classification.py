"""Text classification: one label per text, out of a fixed list.

Labels are strings outside this module and positions in the schema inside it. A true label that the
schema does not hold is `OUTSIDE`: it can never be predicted, so it counts as wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from headway.errors import DataError

__all__ = [
    "OUTSIDE",
    "ClassFigures",
    "class_counts",
    "confusion_matrix",
    "decode",
    "encode",
    "label_problems",
    "metrics",
    "per_class",
    "require_trainable",
    "validate_labels",
]

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

OUTSIDE = -1


def validate_labels(labels: Sequence[str]) -> list[str]:
    """Say in words what makes a list of labels unusable as a schema; an empty list means nothing does."""
    problems = []
    seen: set[str] = set()
    for position, label in enumerate(labels, start=1):
        if not label.strip():
            problems.append(f"Label {position} is empty.")
        elif label != label.strip():
            problems.append(f"Label {position}, {label!r}, begins or ends with a space.")
        if label in seen:
            problems.append(f"Label {position}, {label!r}, appears more than once.")
        seen.add(label)
    return problems


def label_problems(counts: Mapping[str, int]) -> list[str]:
    """Say in words what is suspicious about the labels of a data set.

    `counts` maps each label to its number of examples. Labels that look alike are reported and never
    merged: only a person knows whether they mean the same.
    """
    problems = []
    alike: dict[str, list[str]] = {}
    for label in counts:
        alike.setdefault(_folded(label), []).append(label)
    for group in alike.values():
        if len(group) > 1:
            names = ", ".join(repr(label) for label in group)
            problems.append(f"These labels differ only in case, spaces or character width: {names}.")
    single = [label for label, count in counts.items() if count == 1]
    if single:
        names = ", ".join(repr(label) for label in single[:10])
        more = f" and {len(single) - 10} more" if len(single) > 10 else ""
        problems.append(f"Labels with a single example: {names}{more}.")
    present = [label for label, count in counts.items() if count > 0]
    if len(present) == 1:
        problems.append(f"There is only one label: {present[0]!r}.")
    return problems


def require_trainable(counts: Mapping[str, int]) -> None:
    """Raise `DataError` unless at least two labels have examples."""
    present = [label for label, count in counts.items() if count > 0]
    if len(present) < 2:
        found = f"only the label {present[0]!r}" if present else "no label at all"
        raise DataError(
            f"A classifier needs at least two labels; the data have {found}.",
            next_step="Label examples of a second kind, or import a file that has them.",
        )


def encode(labels: Iterable[str], schema: Sequence[str]) -> IntArray:
    """Turn labels into their positions in the schema, shape (n,).

    Raises `DataError` naming the first label that the schema does not hold and its row.
    """
    position = {label: index for index, label in enumerate(schema)}
    encoded = []
    for row, label in enumerate(labels, start=1):
        if label not in position:
            known = ", ".join(repr(name) for name in schema[:10]) + (", …" if len(schema) > 10 else "")
            raise DataError(
                f"Row {row} has the label {label!r}, which is not one of the task's labels.",
                next_step=f"Correct the label, or add it to the task. Its labels are: {known}.",
            )
        encoded.append(position[label])
    return np.array(encoded, dtype=np.int64)


def decode(indices: npt.ArrayLike, schema: Sequence[str]) -> list[str]:
    """Turn positions in the schema, shape (n,), back into labels.

    Raises `DataError` for a position that the schema does not have.
    """
    positions = np.asarray(indices, dtype=np.int64)
    wrong = positions[(positions < 0) | (positions >= len(schema))]
    if wrong.size:
        raise DataError(f"There is no label number {wrong[0]}; the task has {len(schema)} labels.")
    return [schema[index] for index in positions]


@dataclass(frozen=True)
class ClassFigures:
    """Precision, recall, F1 and support of every label, each of shape (labels,).

    A figure that is 0/0 is 0, as with scikit-learn's `zero_division=0`.
    """

    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    support: IntArray


def confusion_matrix(y_true: IntArray, y_pred: IntArray, n_labels: int) -> IntArray:
    """Count rows by true label (down) and predicted label (across), shape (labels, labels).

    Rows whose true label is `OUTSIDE` are left out. The matrix is dense: 5,000 labels take 200 MB,
    so the metrics use `class_counts`, its diagonal and its two margins, instead.
    """
    inside = y_true != OUTSIDE
    cells = y_true[inside] * n_labels + y_pred[inside]
    return np.bincount(cells, minlength=n_labels * n_labels).reshape(n_labels, n_labels)


def class_counts(y_true: IntArray, y_pred: IntArray, n_labels: int) -> tuple[IntArray, IntArray, IntArray]:
    """Count, for each label, the rows got right, the rows that have it and the rows predicted to have it.

    These are the diagonal and the row and column sums of the confusion matrix, each of shape (labels,),
    with `OUTSIDE` rows present among the predicted.
    """
    hits = np.bincount(y_true[y_true == y_pred], minlength=n_labels)
    support = np.bincount(y_true[y_true != OUTSIDE], minlength=n_labels)
    predicted = np.bincount(y_pred, minlength=n_labels)
    return hits, support, predicted


def per_class(y_true: IntArray, y_pred: IntArray, labels: Sequence[str]) -> ClassFigures:
    """Give precision, recall, F1 and support of every label, from encoded labels of shape (n,)."""
    hits, support, predicted = class_counts(y_true, y_pred, len(labels))
    return ClassFigures(
        precision=_ratio(hits, predicted),
        recall=_ratio(hits, support),
        f1=_ratio(2 * hits, support + predicted),
        support=support,
    )


def metrics(
    y_true: IntArray, y_pred: IntArray, scores: npt.NDArray[Any] | None, labels: Sequence[str]
) -> dict[str, float]:
    """Compute the metrics of a classifier under scikit-learn's names and with its definitions.

    `y_true` and `y_pred` are encoded labels of shape (n,), `scores` probabilities of shape (n, labels);
    without scores there is no `log_loss`. Macro averages run over the labels that occur among the true
    or the predicted ones; `balanced_accuracy` over those that occur among the true ones. Rows with an
    `OUTSIDE` label are wrong, lower the weighted averages, and add no class to the macro averages.
    Raises `DataError` when there are no rows.
    """
    n = len(y_true)
    if n == 0:
        raise DataError("There are no rows to measure on.", next_step="Use data with labelled rows.")
    hits, support, predicted = class_counts(y_true, y_pred, len(labels))
    figures = per_class(y_true, y_pred, labels)
    occurs = support + predicted > 0
    is_true = support > 0
    result = {
        "accuracy": float(hits.sum() / n),
        "balanced_accuracy": float(figures.recall[is_true].mean()) if is_true.any() else 0.0,
        "macro_f1": float(figures.f1[occurs].mean()),
        "weighted_f1": float((figures.f1 * support).sum() / n),
        "macro_precision": float(figures.precision[occurs].mean()),
        "macro_recall": float(figures.recall[occurs].mean()),
    }
    if scores is not None:
        result["log_loss"] = _log_loss(y_true, scores)
    return result


def _log_loss(y_true: IntArray, scores: npt.NDArray[Any]) -> float:
    """Average the negative log probability of the true label (Bishop 2006, p. 209).

    Probabilities are clipped at the resolution of their type, as scikit-learn does, so that one
    confident mistake costs much and not infinitely much.
    """
    smallest = np.finfo(scores.dtype).eps
    of_truth = scores[np.arange(len(y_true)), np.maximum(y_true, 0)].astype(np.float64)
    of_truth[y_true == OUTSIDE] = 0.0
    return float(-np.log(np.clip(of_truth, smallest, 1 - smallest)).mean())


def _ratio(part: IntArray, whole: IntArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _folded(label: str) -> str:
    return "".join(unicodedata.normalize("NFKC", label).split()).casefold()
