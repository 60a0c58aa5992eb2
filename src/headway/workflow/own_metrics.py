"""Metrics that were asked for, by name or as `module:function`, shown beside the standard ones.

A metric is a function (y_true, y_pred, scores, names) -> float: true and predicted labels by name, lists of
str [n]; probabilities, float array [n, labels]; and the labels' names in the order of the columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.errors import HeadwayError, UsageError
from headway.training.hooks import METRICS, calling, is_own, load_hook

Metric = Callable[[list[str], list[str], NDArray[Any], list[str]], float]


def metric_problems(given: Sequence[str]) -> list[str]:
    """What is wrong with the form of metrics as they were typed, one sentence part each."""
    known = ", ".join(METRICS)
    return [
        f"--metric {name!r} is none of {known}, nor module:function"
        for name in given
        if name not in METRICS and not (is_own(name) and all(name.split(":", 1)))
    ]


def load_metrics(given: Sequence[str]) -> dict[str, Metric]:
    """The functions of metrics by name. Raises `UsageError` naming all that cannot be had."""
    found: dict[str, Metric] = {}
    problems: list[HeadwayError] = []
    for name in given:
        try:
            found[name] = load_hook("metric", METRICS, name)
        except HeadwayError as error:
            problems.append(error)
    if problems:
        steps = dict.fromkeys(error.next_step for error in problems if error.next_step)
        raise UsageError(" ".join(e.message for e in problems), next_step=" ".join(steps) or None)
    return found


def own_figures(
    metrics: Mapping[str, Metric],
    y_true: Sequence[str],
    y_pred: Sequence[str],
    scores: NDArray[Any],
    names: Sequence[str],
) -> tuple[dict[str, float], list[str]]:
    """The figure of each metric, and a sentence for each that raised an error or gave no finite number.

    `y_true` and `y_pred` are labels by name [n], `scores` probabilities [n, labels], `names` the labels.
    """
    figures: dict[str, float] = {}
    warnings = []
    for name, function in metrics.items():
        try:
            with calling(name):
                # Copies: a metric that sorts what it gets must not change what the others see.
                value = function(list(y_true), list(y_pred), np.array(scores), list(names))
        except HeadwayError as error:
            warnings.append(f"The metric {error.message}")
            continue
        if isinstance(value, (bool, int, float, np.number, np.bool_)) and math.isfinite(float(value)):
            figures[name] = float(value)
        else:
            warnings.append(f"The metric {name} gave {value!r}, a finite number was expected.")
    return figures, warnings
