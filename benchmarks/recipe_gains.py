"""What the recipes that train the encoder bring beyond those that do not: the priors of `auto`.

Of each development set a fifth of the rows, drawn by label, is kept apart. `headway train` learns from the
others with each recipe, in `--budget`; `--per-label` leaves it so many rows of a label. The published models,
served from their files, label the rows kept apart. `gain` is the difference in accuracy to the better of
baseline and probe, in points, with its interval by the paired bootstrap. `mean_gain` is over the sets, and
`deviation` how far their true gains lie apart: the variance of the gains less what chance adds to each
(DerSimonian and Laird 1986, unweighted), as a standard deviation. `exponent` is c of error = b n^-c, by least
squares through the learning curve that training measures.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, variance
from typing import TYPE_CHECKING, Any

from benchmarks.auto_choice import make_project
from benchmarks.commands import headway_command
from benchmarks.development_sets import SETS
from benchmarks.inputs import Inputs, Labelled
from benchmarks.options import positive
from benchmarks.results import kept_sets

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LIGHT = ("baseline", "probe")
RECIPES = ("fewshot", "lora", "full")
_APART = 0.2
_FEWEST_POINTS = 3


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--sets`, `--recipes`, `--budget`, `--per-label` and `--join`."""
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=list(SETS), help="default: all")
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES), help="default: all")
    parser.add_argument("--budget", default="3m", help="of each training; default: 3m")
    parser.add_argument("--per-label", type=positive, metavar="N", help="rows of a label to learn from")
    parser.add_argument("--join", action="store_true", help="train nothing; join what is in --results")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the sets, or join what was kept of them, and give the figures as plain data."""
    asked = {"budget": options.budget, "per_label": options.per_label}
    if options.join:
        found = kept_sets(options.results, "recipe_gains", options.sets, asked)
    else:
        found = {}
        for name in options.sets:
            learn, apart = divided(SETS[name](inputs), options.per_label)
            found[name] = measure(name, learn, apart, options.recipes, options.budget)
    return {**summary(found), **asked, "sets": found}


def divided(rows: Labelled, per_label: int | None, seed: int = 0) -> tuple[Labelled, Labelled]:
    """The rows to learn from, at most `per_label` of a label, and those kept apart."""
    from sklearn.model_selection import train_test_split

    learn, apart, labels, others = train_test_split(
        rows.texts, rows.labels, test_size=_APART, stratify=rows.labels, random_state=seed
    )
    left = dict.fromkeys(rows.labels, len(rows) if per_label is None else per_label)
    kept = []
    for text, label in zip(learn, labels, strict=True):
        left[label] -= 1
        if left[label] >= 0:
            kept.append((text, label))
    return Labelled([text for text, _ in kept], [label for _, label in kept]), Labelled(apart, others)


def measure(
    name: str, learn: Labelled, apart: Labelled, recipes: Sequence[str], budget: str
) -> dict[str, Any]:
    """Accuracy of each recipe on the rows kept apart, the gains with intervals, and the learning curve."""
    found: dict[str, Any] = {"rows": len(learn), "apart": len(apart)}
    with tempfile.TemporaryDirectory(prefix="headway-gains-") as scratch:
        project, right = make_project(Path(scratch), learn), {}
        for recipe in (*LIGHT, *recipes):
            found[recipe], right[recipe], curve = _measure_recipe(recipe, project, apart, budget)
            if recipe == "probe":
                found["exponent"] = exponent(curve)
            if recipe in recipes:
                light = max((right[one] for one in LIGHT), key=lambda one: one.sum())
                found[recipe] |= gain(right[recipe], light)
            print(f"{name}, {recipe}: {found[recipe]}", file=sys.stderr)
    return found


def gain(right: NDArray[np.bool_], light: NDArray[np.bool_]) -> dict[str, Any]:
    """The gain in points, and its interval."""
    from headway.evaluation.bootstrap import paired_difference

    difference = paired_difference(right, light)
    if difference is None:
        raise ValueError("No row was kept apart.")
    points = [100 * value for value in (difference.difference, difference.low, difference.high)]
    return {"gain": points[0], "interval": points[1:]}


def exponent(curve: Sequence[Mapping[str, Any]]) -> float | None:
    """How quickly errors get fewer with rows; None where there are too few points, or one without errors."""
    import numpy as np

    errors = np.array([1 - one["accuracy"] for one in curve])
    if len(errors) < _FEWEST_POINTS or not errors.all():
        return None
    return -float(np.polyfit(np.log([one["rows"] for one in curve]), np.log(errors), deg=1)[0])


def summary(found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Mean gain of each recipe over the sets, and how far the sets lie apart beyond chance."""
    from headway.evaluation.bootstrap import Z

    exponents = [one["exponent"] for one in found.values() if one["exponent"] is not None]
    figures: dict[str, Any] = {"exponent": mean(exponents) if exponents else None}
    for recipe in RECIPES:
        sets = [one[recipe] for one in found.values() if recipe in one]
        if not sets:
            continue
        gains = [one["gain"] for one in sets]
        by_chance = mean(((one["interval"][1] - one["interval"][0]) / (2 * Z)) ** 2 for one in sets)
        figures[recipe] = {"mean_gain": mean(gains), "n_sets": len(sets)}
        if len(sets) > 1:
            figures[recipe]["deviation"] = max(0.0, variance(gains) - by_chance) ** 0.5
    return figures


def _measure_recipe(
    recipe: str, project: Path, apart: Labelled, budget: str
) -> tuple[dict[str, Any], NDArray[np.bool_], list[dict[str, Any]]]:
    """Its figures, whether it is right about each row kept apart, and its learning curve."""
    import numpy as np

    from headway.inference import Predictor

    done = headway_command("train", "--recipe", recipe, "--budget", budget, project=project)
    exported = project.parent / recipe
    headway_command("models", "export", done.answer["model"], "--dir", str(exported), project=project)
    predictor = Predictor.load(exported)
    chosen = predictor.predict_scores(apart.texts).argmax(axis=1)
    right = np.array([predictor.labels[one] for one in chosen.tolist()]) == np.array(apart.labels)
    figures = {"accuracy": float(right.mean()), "seconds": done.seconds}
    return figures, right, done.answer["details"].get("learning_curve", [])
