"""What `auto` gives away: its model against the best single recipe's, in the same time and on the same rows.

Each of eight public sets is imported into a project. `headway train --recipe auto --budget 3m` and the same
with each recipe run in copies of that project, so that none finds embeddings another has computed, and all
are measured on the same validation rows. `gap` is the accuracy of the best single recipe less that of
`auto`, in points; below zero, `auto` was better. `mean_gap` and `worst_gap` are over the sets. The best of
several is flattered by chance; `auto` chooses without the validation rows. A recipe that overruns the budget
counts all the same; its `seconds`, from the start of the command to its end, tell.

All sets take over two hours. `--sets` runs some of them, and `--join` puts together what earlier runs with
the same budget have kept, of each set the newest. `--auto-only` trains `auto` once more and takes the recipes
named from what was kept (`single_measured_at`), for a change that only `auto` sees.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.auto_sets import SETS
from benchmarks.calibration import drawn
from benchmarks.commands import headway_command
from benchmarks.inputs import Inputs, Labelled, MissingInputError
from benchmarks.options import positive
from benchmarks.results import kept_sets
from headway.errors import CheckFailedError

SINGLE = ("baseline", "probe", "fewshot", "lora", "full")
#: more labelled texts than so many for each label are no case for `fewshot`
_FEW = 200
_COLUMNS = ("--text", "text", "--label", "label")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--sets`, `--budget`, `--rows`, `--auto-only` and `--join`."""
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=list(SETS), help="default: all")
    parser.add_argument("--budget", default="3m", help="of each training; default: 3m")
    parser.add_argument("--rows", type=positive, metavar="N", help="of each set, at most")
    parser.add_argument("--auto-only", action="store_true", help="the recipes named are those in --results")
    parser.add_argument("--join", action="store_true", help="train nothing; join what is in --results")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure the sets, or join what was kept of them, and give the figures as plain data."""
    asked = {"budget": options.budget, "rows": options.rows}
    kept = {}
    if options.join or options.auto_only:
        kept = kept_sets(options.results, "auto_choice", options.sets, asked)
    if options.join:
        return summary(kept, asked)
    found = {}
    for name in kept or options.sets:
        rows = SETS[name](inputs)
        rows = drawn(rows, options.rows) if options.rows else rows
        found[name] = measure(name, rows, options.budget, kept.get(name))
    return summary(found, asked)


def measure(name: str, rows: Labelled, budget: str, kept: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Validation accuracy of `auto` and of each recipe on one set, and the gap between.

    The recipes named are those of `kept`, where it is given: an earlier result for the set.
    """
    with tempfile.TemporaryDirectory(prefix="headway-auto-") as scratch:
        folder = Path(scratch)
        project = make_project(folder, rows)
        found = {} if kept is None else dict(kept["recipes"])
        for recipe in ("auto", *SINGLE) if kept is None else ("auto",):
            if recipe == "fewshot" and len(rows) > _FEW * len(set(rows.labels)):
                continue
            found[recipe] = _train(recipe, project, folder / recipe, budget)
            print(f"{name}, {recipe}: {found[recipe]}", file=sys.stderr)
    figures = {**judged(name, found), "rows": len(rows), "labels": len(set(rows.labels))}
    return figures if kept is None else {**figures, "single_measured_at": _when(kept)}


def _when(kept: Mapping[str, Any]) -> str:
    """When the recipes named were measured, however often `auto` was trained again since."""
    return str(kept.get("single_measured_at", kept["measured_at"]))


def judged(name: str, found: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The gap between `auto` and the best single recipe that gave a model.

    Raises `CheckFailedError` where either is missing, or they were not measured on the same rows.
    """
    models = {recipe: one for recipe, one in found.items() if "accuracy" in one}
    single = {recipe: one["accuracy"] for recipe, one in models.items() if recipe != "auto"}
    if "auto" not in models or not single:
        words = "; ".join(f"{recipe}: {one['failed']}" for recipe, one in found.items() if "failed" in one)
        raise CheckFailedError(f"{name}: there is nothing to compare. {words}")
    if len({one["dataset"] for one in models.values()}) > 1:
        raise CheckFailedError(f"{name}: the trainings were not measured on the same rows.")
    best = max(single, key=lambda recipe: single[recipe])
    return {
        "gap": 100 * (single[best] - models["auto"]["accuracy"]),
        "best": best,
        "chosen": models["auto"]["recipe"],
        "recipes": dict(found),
    }


def summary(found: Mapping[str, Mapping[str, Any]], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Mean and worst gap over the sets, and the figures of each."""
    gaps = [one["gap"] for one in found.values()]
    return {"mean_gap": mean(gaps), "worst_gap": max(gaps), "n_sets": len(gaps), **asked, "sets": dict(found)}


def make_project(folder: Path, rows: Labelled) -> Path:
    """A project that holds the rows."""
    project, path = folder / "project", folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("text", "label"), *zip(rows.texts, rows.labels, strict=True)])
    headway_command("init", str(project))
    headway_command("import", str(path), *_COLUMNS, project=project)
    return project


def _train(recipe: str, project: Path, copy: Path, budget: str) -> dict[str, Any]:
    """What a training in a copy of the project says; `failed` with its words where it gives no model."""
    shutil.copytree(project, copy, symlinks=True)
    try:
        done = headway_command("train", "--recipe", recipe, "--budget", budget, project=copy)
    except (CheckFailedError, MissingInputError) as error:
        return {"failed": str(error)}
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    answer = done.answer
    return {
        "recipe": answer["recipe"],
        "accuracy": answer["metrics"]["validation"]["accuracy"],
        "interval": answer["metrics"]["interval"]["accuracy"],
        "seconds": done.seconds,
        "dataset": answer["dataset"],
        "reason": answer["details"]["reason"]["en"],
        "stages": answer["details"]["stages"],
    }
