"""From a file to a promoted model, by the command line a user types.

English: BANKING77's train.csv goes through `headway init`, `import`, `train --recipe auto` and `evaluate`
on test.csv, each a process of its own in a fresh project; `seconds` is all four. With `--with-rival` a plain
fine-tune of the same base model takes turns with it (about eight minutes each time on two cores).

Chinese: 3,000 THUCNews titles; `auto` against the recipe `baseline` on the same rows and the same 10,000 test
titles. `gain` is the difference in accuracy with its 95 % interval (paired bootstrap). `zh_*` and `gain*` at
the top are those of the encoder in the models folder; `bases` has them for the default one too.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.commands import headway_command
from benchmarks.inputs import SHARED_ENCODER, Inputs, Labelled, stratified
from benchmarks.timing import Spread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHINESE_ROWS = 3_000
#: the base model `headway train` takes by itself
DEFAULT_BASE = "default"


@dataclass(frozen=True)
class EnglishRun:
    """One way from the file to the evaluated model."""

    seconds: float
    train_seconds: float
    evaluate_seconds: float
    accuracy: float
    recipe: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--only`, `--budget` and `--with-rival`."""
    parser.add_argument("--only", choices=("en", "zh"), help="one language; else both")
    parser.add_argument("--budget", default="35s", help="of each training; default: 35s")
    parser.add_argument(
        "--with-rival", action="store_true", help="also run a plain transformers fine-tune (English)"
    )


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure English, Chinese or both, and give the figures as plain data."""
    figures: dict[str, Any] = {"budget": options.budget}
    if options.only != "zh":
        figures |= measure_english(inputs, options.budget, options.repeats, with_rival=options.with_rival)
    if options.only != "en":
        figures |= measure_chinese(inputs, options.budget)
    return figures


def measure_english(inputs: Inputs, budget: str, repeats: int, *, with_rival: bool) -> dict[str, Any]:
    """Medians over the repeats, their spread, and the rival's figures where it ran."""
    train, test = inputs.file("banking77", "train.csv"), inputs.file("banking77", "test.csv")
    ours, theirs = [], []
    for turn in range(repeats):
        _say(f"English, turn {turn + 1} of {repeats}: headway")
        ours.append(file_to_model(train, test, budget))
        if with_rival:
            from benchmarks.fine_tune import fine_tune

            _say(f"English, turn {turn + 1} of {repeats}: plain fine-tune")
            theirs.append(fine_tune(inputs.banking77("train"), inputs.banking77("test")))
    figures: dict[str, Any] = {
        name: Spread.of([getattr(one, name) for one in ours]).median
        for name in ("seconds", "train_seconds", "evaluate_seconds", "accuracy")
    }
    figures["recipe"] = ", ".join(sorted({one.recipe for one in ours}))
    figures["spread"] = {
        name: Spread.of([getattr(one, name) for one in ours]).to_dict()
        for name in ("seconds", "train_seconds", "accuracy")
    }
    if theirs:
        seconds = Spread.of([one.seconds for one in theirs])
        figures["rival"] = {
            "seconds": seconds.to_dict(),
            "accuracy": Spread.of([one.accuracy for one in theirs]).to_dict(),
        }
        figures["ratio"] = seconds.median / figures["seconds"]
    return figures


def file_to_model(train: Path, test: Path, budget: str) -> EnglishRun:
    """Take one file to a promoted, evaluated model in a fresh project."""
    with tempfile.TemporaryDirectory(prefix="headway-benchmark-") as scratch:
        project = Path(scratch, "project")
        columns = ("--text", "text", "--label", "category")
        made = headway_command("init", str(project))
        read = headway_command("import", str(train), *columns, "--split", "train", project=project)
        trained = headway_command("train", "--recipe", "auto", "--budget", budget, project=project)
        measured = headway_command("evaluate", "--data", str(test), *columns, project=project)
    return EnglishRun(
        seconds=sum(done.seconds for done in (made, read, trained, measured)),
        train_seconds=trained.seconds,
        evaluate_seconds=measured.seconds,
        accuracy=measured.answer["metrics"]["accuracy"],
        recipe=trained.answer["recipe"],
    )


def measure_chinese(inputs: Inputs, budget: str) -> dict[str, Any]:
    """Accuracies of `auto` and `baseline`, and the gain with its interval, for both base models."""
    train = stratified(inputs.thucnews("dev"), CHINESE_ROWS)
    test = inputs.thucnews("test")
    bases = {SHARED_ENCODER: str(inputs.encoder()), DEFAULT_BASE: None}
    figures = {}
    for name, base in bases.items():
        _say(f"Chinese: {name}")
        figures[name] = chinese_gain(train, test, base, budget)
    return {**figures[SHARED_ENCODER], "bases": figures}


def chinese_gain(train: Labelled, test: Labelled, base: str | None, budget: str) -> dict[str, Any]:
    """Train `auto` and `baseline` in one project, thus on the same rows, and compare them text by text."""
    choice = [] if base is None else ["--base", base]
    with tempfile.TemporaryDirectory(prefix="headway-benchmark-") as scratch:
        project, file = Path(scratch, "project"), Path(scratch, "train.csv")
        _write_csv(file, train)
        headway_command("init", str(project))
        columns = ("--text", "text", "--label", "label")
        headway_command("import", str(file), *columns, "--split", "train", project=project)
        auto = headway_command("train", "--recipe", "auto", "--budget", budget, *choice, project=project)
        baseline = headway_command("train", "--recipe", "baseline", project=project)
        auto_right, baseline_right = (
            _right(project, done.answer["model"], Path(scratch, recipe), test)
            for recipe, done in (("auto", auto), ("baseline", baseline))
        )
    return {
        **gain(auto_right, baseline_right),
        "zh_recipe": auto.answer["recipe"],
        "zh_train_seconds": auto.seconds,
        "zh_baseline_train_seconds": baseline.seconds,
    }


def gain(auto_right: NDArray[np.bool_], baseline_right: NDArray[np.bool_]) -> dict[str, float]:
    """Both accuracies, their difference and its 95 % interval, from which texts each got right."""
    from headway.evaluation.bootstrap import paired_difference

    difference = paired_difference(auto_right, baseline_right)
    assert difference is not None, "there are test texts"
    return {
        "zh_auto": float(auto_right.mean()),
        "zh_baseline": float(baseline_right.mean()),
        "gain": difference.difference,
        "gain_low": difference.low,
        "gain_high": difference.high,
    }


def _right(project: Path, model: str, folder: Path, test: Labelled) -> NDArray[np.bool_]:
    """Which test texts the exported artefact gets right, bool [n]."""
    import numpy as np

    from headway.inference import Predictor

    headway_command("models", "export", model, "--dir", str(folder), project=project)
    predictor = Predictor.load(folder)
    best = predictor.predict_scores(test.texts).argmax(axis=1)
    return np.array([predictor.labels[i] == label for i, label in zip(best, test.labels, strict=True)])


def _write_csv(path: Path, rows: Labelled) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(zip(rows.texts, rows.labels, strict=True))


def _say(words: str) -> None:
    print(words, file=sys.stderr)
