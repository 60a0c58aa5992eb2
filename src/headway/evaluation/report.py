"""The report of an evaluation: everything that was measured, as plain data ready for `report.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

from headway.errors import DataError
from headway.evaluation.bootstrap import ClassifierIntervals, intervals, paired_difference, wilson
from headway.evaluation.calibration import BINS, calibration_error
from headway.evaluation.champion import Champion, compare_with_champion
from headway.evaluation.label_errors import SHOWN, find_label_errors, surest_mistakes
from headway.evaluation.looks import Look, remember_looks
from headway.evaluation.slices import measure_slices
from headway.evaluation.summary import summarise
from headway.tasks.text_classification import (
    OUTSIDE,
    IntArray,
    class_counts,
    confusion_matrix,
    encode,
    metrics,
    per_class,
)
from headway.training.learning_curve import forecast

__all__ = ["FORMAT", "Baseline", "DataUsed", "EvaluationInput", "build_report"]

FORMAT = 1

# Above this many labels the whole matrix is left out: 5,000 labels would be 25 million numbers.
MATRIX_LABELS = 200
PAIRS_FROM_LABELS = 50
FOCUS_LABELS = 30
PAIRS = 30
CHART_BINS = 10


class DataUsed(TypedDict):
    """Which rows were measured: a split of a dataset version, or a file.

    `looks` counts how often this test split has been measured, this time included; 0 where it is not counted.
    """

    kind: Literal["test", "file"]
    name: str
    dataset_hash: str
    n: int
    looks: int


class Baseline(NamedTuple):
    """What a simple model said about the same rows; without scores it has no log loss."""

    name: str
    y_pred: Sequence[str]
    scores: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True)
class EvaluationInput:
    """What `build_report` needs: n rows, their labels, and what the predictor said.

    `y_true` and `y_pred` are labels, `scores` probabilities of shape (n, labels) in the order of `labels`.
    `training` may hold `recipe`, `base_model`, `licence`, `settings` and `reason` (words, or words by
    language). `equivalence` maps a comparison ("int8", "export") to its figures, `cost` names such as
    `train_seconds` to numbers, `versions` libraries to versions. `keys` name each row for a person, `sources`
    the file it came from, `columns` (name → values, "" for none) what else the user imported with it.
    `temperature` is the one the scores were divided by, `learning_curve` points of
    `headway.training.learning_curve`.
    """

    model: str
    version: int
    task: str
    language: Literal["en", "zh"]
    labels: Sequence[str]
    y_true: Sequence[str]
    y_pred: Sequence[str]
    scores: npt.NDArray[np.float32]
    texts: Sequence[str]
    data: DataUsed
    baseline: Baseline | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    equivalence: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    cost: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    created_at: str = ""
    keys: Sequence[str] = ()
    sources: Sequence[str] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    temperature: float | None = None
    champion: Champion | None = None
    earlier_looks: Sequence[Look] = ()
    learning_curve: Sequence[Mapping[str, Any]] = ()


def build_report(given: EvaluationInput) -> dict[str, Any]:
    """Measure, and return the report as plain data (strings, numbers, lists, dictionaries).

    Raises `DataError` when there are no rows, when the parts do not have one entry per row, when a
    predicted label is not one of the labels, or when a score is not a number.
    """
    _check_shapes(given)
    labels = list(given.labels)
    y_true, outside = _encode_truth(given.y_true, labels)
    y_pred = encode(given.y_pred, labels)
    confidence = given.scores[np.arange(len(y_pred)), y_pred].astype(np.float64)
    correct = y_true == y_pred
    bounds = _intervals(y_true, y_pred, len(labels))
    report: dict[str, Any] = {
        "format": FORMAT,
        "model": f"{given.model}@{given.version}",
        "task": given.task,
        "language": given.language,
        "created_at": given.created_at,
        "n": len(y_true),
        "data": dict(given.data),
        "metrics": _rounded(metrics(y_true, y_pred, given.scores, labels)),
        "interval": _overall(bounds),
        "per_class": _per_class(y_true, y_pred, labels, bounds),
        "confusion": _confusion(y_true, y_pred, labels),
        "confidence": _confidence(confidence, correct),
        "calibration": _calibration(given, y_true),
        "baseline": _baseline(given, y_true, correct),
        "champion": given.champion and compare_with_champion(given.champion, labels, given.y_true, correct),
        "slices": measure_slices(given.texts, correct, sources=given.sources, columns=given.columns),
        "mistakes": surest_mistakes(confidence, correct, given.y_true, given.y_pred, given.texts, given.keys),
        "label_errors": find_label_errors(given.scores, y_true, labels, given.texts, given.keys),
        "outside": {"n": sum(outside.values()), "labels": dict(outside.most_common(SHOWN))},
        "looks": _looks(given, float(correct.mean())),
        "learning_curve": _learning_curve(given.learning_curve),
        "training": dict(given.training),
        "equivalence": dict(given.equivalence),
        "warnings": list(given.warnings),
        "cost": dict(given.cost),
        "versions": dict(given.versions),
    }
    report["summary"] = summarise(report)
    return report


def _check_shapes(given: EvaluationInput) -> None:
    n, n_labels = len(given.y_true), len(given.labels)
    if n == 0:
        raise DataError("There are no rows to measure on.", next_step="Use data with labelled rows.")
    if not len(given.y_pred) == len(given.texts) == n:
        raise DataError(
            f"There are {n} true labels, {len(given.y_pred)} predictions and {len(given.texts)} texts; "
            "all three must be equal."
        )
    everyone = [("the model", given.scores)]
    if given.baseline:
        if len(given.baseline.y_pred) != n:
            raise DataError(f"The baseline has {len(given.baseline.y_pred)} predictions for {n} rows.")
        if given.baseline.scores is not None:
            everyone.append(("the baseline", given.baseline.scores))
    by_row = {"keys": given.keys, "sources": given.sources, **given.columns}
    for name, values in by_row.items():
        if len(values) not in ((n,) if name in given.columns else (0, n)):
            raise DataError(f"There are {len(values)} values of {name!r} for {n} rows.")
    for owner, scores in everyone:
        if scores.shape != (n, n_labels):
            raise DataError(f"The scores of {owner} have shape {scores.shape}, not {(n, n_labels)}.")
        if not np.isfinite(scores).all():
            row = int(np.flatnonzero(~np.isfinite(scores).all(axis=1))[0]) + 1
            raise DataError(f"The scores of {owner} in row {row} are not all finite numbers.")


def _encode_truth(y_true: Sequence[str], labels: list[str]) -> tuple[IntArray, Counter[str]]:
    """Encode true labels, with `OUTSIDE` for those not in the schema, which are counted as well."""
    position = {label: index for index, label in enumerate(labels)}
    outside = Counter(label for label in y_true if label not in position)
    return np.array([position.get(label, OUTSIDE) for label in y_true], dtype=np.int64), outside


def _intervals(y_true: IntArray, y_pred: IntArray, n_labels: int) -> ClassifierIntervals:
    bounds = intervals(y_true, y_pred, n_labels)
    if bounds is None:
        raise DataError("There are no rows to measure on.")
    return bounds


def _overall(bounds: ClassifierIntervals) -> dict[str, list[float]]:
    return {"accuracy": _limits(bounds.accuracy), "macro_f1": _limits(bounds.macro_f1)}


def _per_class(
    y_true: IntArray, y_pred: IntArray, labels: list[str], bounds: ClassifierIntervals
) -> list[dict[str, Any]]:
    figures = per_class(y_true, y_pred, labels)
    return [
        {
            "label": label,
            "precision": round(float(figures.precision[i]), 6),
            "recall": round(float(figures.recall[i]), 6),
            "f1": round(float(figures.f1[i]), 6),
            "support": int(figures.support[i]),
            "precision_interval": _limits_or_none(bounds.precision[i]),
            "recall_interval": _limits_or_none(bounds.recall[i]),
            "f1_interval": _limits_or_none(bounds.f1[i]),
        }
        for i, label in enumerate(labels)
    ]


def _confusion(y_true: IntArray, y_pred: IntArray, labels: list[str]) -> dict[str, Any]:
    """Give the matrix (true label down, predicted across), the worst pairs and the worst labels."""
    n_labels = len(labels)
    result: dict[str, Any] = {"labels": labels, "matrix": None, "pairs": None, "focus": None}
    if n_labels <= MATRIX_LABELS:
        result["matrix"] = confusion_matrix(y_true, y_pred, n_labels).tolist()
    if n_labels > PAIRS_FROM_LABELS:
        wrong = (y_true != y_pred) & (y_true != OUTSIDE)
        cells, counts = np.unique(y_true[wrong] * n_labels + y_pred[wrong], return_counts=True)
        result["pairs"] = [
            {
                "true": labels[cells[i] // n_labels],
                "predicted": labels[cells[i] % n_labels],
                "n": int(counts[i]),
            }
            for i in np.argsort(-counts, kind="stable")[:PAIRS]
        ]
    if n_labels > FOCUS_LABELS:
        hits, support, predicted = class_counts(y_true, y_pred, n_labels)
        errors = support + predicted - 2 * hits
        chosen = np.sort(np.argsort(-errors, kind="stable")[:FOCUS_LABELS])
        place = np.full(n_labels, OUTSIDE)
        place[chosen] = np.arange(len(chosen))
        among = (y_true != OUTSIDE) & (place[y_true] != OUTSIDE) & (place[y_pred] != OUTSIDE)
        matrix = confusion_matrix(place[y_true[among]], place[y_pred[among]], len(chosen))
        result["focus"] = {"labels": [labels[i] for i in chosen], "matrix": matrix.tolist()}
    return result


def _confidence(confidence: npt.NDArray[np.float64], correct: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Count rows and right answers in ten equal bins of the score of the predicted label."""
    bin_of = np.clip((confidence * CHART_BINS).astype(np.int64), 0, CHART_BINS - 1)
    n = np.bincount(bin_of, minlength=CHART_BINS)
    right = np.bincount(bin_of[correct], minlength=CHART_BINS)
    total = np.bincount(bin_of, weights=confidence, minlength=CHART_BINS)
    bounds = wilson(right, n)
    return {
        "mean": round(float(confidence.mean()), 6),
        "bins": [
            {
                "low": i / CHART_BINS,
                "high": (i + 1) / CHART_BINS,
                "n": int(n[i]),
                "accuracy": round(float(right[i] / n[i]), 6) if n[i] else None,
                "interval": _limits((bounds[0, i], bounds[1, i])) if n[i] else None,
                "confidence": round(float(total[i] / n[i]), 6) if n[i] else None,
            }
            for i in range(CHART_BINS)
        ],
    }


def _calibration(given: EvaluationInput, y_true: IntArray) -> dict[str, Any]:
    found = calibration_error(given.scores, y_true)
    return {
        "ece": round(found.error, 6),
        "interval": _limits((found.low, found.high)),
        "adaptive_ece": round(found.adaptive, 6),
        "by_chance": round(found.by_chance, 6),
        "bins": BINS,
        "temperature": given.temperature,
    }


def _looks(given: EvaluationInput, accuracy: float) -> dict[str, Any] | None:
    """What is known of earlier looks; None where they are not counted."""
    if not given.data["looks"]:
        return None
    return remember_looks(given.earlier_looks, f"{given.model}@{given.version}", accuracy, len(given.y_true))


def _learning_curve(points: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The points of the curve and what twice the labels would bring; None where it was not measured."""
    if not points:
        return None
    most = max(int(point["rows"]) for point in points)
    found = forecast(points, most)
    return {
        "points": [dict(point) for point in points],
        "forecast": found
        and {
            "more_rows": found.more_rows,
            "gain": round(found.gain, 6),
            "interval": _limits((found.low, found.high)),
            "words": found.words,
        },
    }


def _baseline(
    given: EvaluationInput, y_true: IntArray, correct: npt.NDArray[np.bool_]
) -> dict[str, Any] | None:
    if given.baseline is None:
        return None
    labels = list(given.labels)
    y_pred = encode(given.baseline.y_pred, labels)
    difference = paired_difference(correct, y_true == y_pred)
    return {
        "name": given.baseline.name,
        "metrics": _rounded(metrics(y_true, y_pred, given.baseline.scores, labels)),
        "interval": _overall(_intervals(y_true, y_pred, len(labels))),
        "difference": difference
        and {
            "accuracy": round(difference.difference, 6),
            "interval": _limits((difference.low, difference.high)),
        },
    }


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in values.items()}


def _limits(interval: tuple[float, float]) -> list[float]:
    return [round(interval[0], 6), round(interval[1], 6)]


def _limits_or_none(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else _limits(interval)
