"""How far stated confidence can be believed, on six public sets: before and after the temperature.

Each set goes through `headway init`, `import`, `train --recipe probe`, `train --recipe baseline` and
`evaluate --data` on test rows that no training has seen, each a process of its own. `ece_after` is the
expected calibration error (15 bins) of the report: of the model as it is served. `ece_before` is that of the
same scores with the temperature, which stands in the artefact's manifest, taken back. `by_chance` is what a
perfectly calibrated model stays below on so many rows, 19 times of 20.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.commands import headway_command
from benchmarks.inputs import Inputs, Labelled, stratified, without
from benchmarks.options import positive

RECIPES = ("probe", "baseline")
_COLUMNS = ("--text", "text", "--label", "label")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--rows`, `--test-rows` and `--only`."""
    parser.add_argument("--rows", type=positive, default=3_000, help="to learn from, at most; default: 3000")
    parser.add_argument("--test-rows", type=positive, default=3_000, help="at most; default: 3000")
    parser.add_argument("--only", choices=tuple(SETS), help="one set; else all six")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every set, and give the figures as plain data."""
    figures: dict[str, Any] = {}
    for name in [options.only] if options.only else SETS:
        print(f"Calibration: {name}", file=sys.stderr)
        train, test = SETS[name](inputs)
        figures[name] = measure(drawn(train, options.rows), drawn(test, options.test_rows))
    return {"rows": options.rows, **worst(figures), **figures}


def worst(figures: Mapping[str, Any]) -> dict[str, float]:
    """The largest errors over the sets: of the probe, and of the baseline."""
    return {
        "worst_ece_before": max(one["ece_before"] for one in figures.values()),
        "worst_ece_after": max(one["ece_after"] for one in figures.values()),
        "worst_baseline_ece_after": max(one["baseline"]["ece_after"] for one in figures.values()),
    }


def measure(train: Labelled, test: Labelled) -> dict[str, Any]:
    """The figures of one set: those of the probe, and those of the baseline under its name."""
    with tempfile.TemporaryDirectory(prefix="headway-calibration-") as scratch:
        folder, project = Path(scratch), Path(scratch, "project")
        _write_csv(folder / "train.csv", train)
        _write_csv(folder / "test.csv", test)
        headway_command("init", str(project))
        headway_command("import", str(folder / "train.csv"), *_COLUMNS, "--split", "train", project=project)
        found = {recipe: _measure_recipe(recipe, project, folder, test) for recipe in RECIPES}
    return {"n": len(test), "labels": len(set(train.labels)), **found["probe"], "baseline": found["baseline"]}


def _measure_recipe(recipe: str, project: Path, folder: Path, test: Labelled) -> dict[str, Any]:
    from headway.evaluation.calibration import apply_temperature, expected_calibration_error
    from headway.inference import Predictor

    trained = headway_command("train", "--recipe", recipe, project=project)
    model = trained.answer["model"]
    data = ("--data", str(folder / "test.csv"), *_COLUMNS)
    report = headway_command("evaluate", model, *data, project=project).answer
    headway_command("models", "export", model, "--dir", str(folder / recipe), project=project)
    predictor = Predictor.load(folder / recipe)
    temperature = float(predictor.manifest.extra.get("temperature", 1.0))
    scores = apply_temperature(predictor.predict_scores(test.texts), 1 / temperature)
    return {
        "ece_before": expected_calibration_error(scores, positions(test.labels, predictor.labels)),
        "ece_after": report["calibration"]["ece"],
        "interval": report["calibration"]["interval"],
        "adaptive_ece_after": report["calibration"]["adaptive_ece"],
        "by_chance": report["calibration"]["by_chance"],
        "temperature": temperature,
        "accuracy": report["metrics"]["accuracy"],
        "train_seconds": trained.seconds,
    }


def positions(labels: list[str], known: tuple[str, ...]) -> Any:
    """The position of each label among those a model knows, int64 [n]; `OUTSIDE` for others."""
    import numpy as np

    from headway.tasks.text_classification import OUTSIDE

    place = {label: position for position, label in enumerate(known)}
    return np.array([place.get(label, OUTSIDE) for label in labels], dtype=np.int64)


def drawn(rows: Labelled, most: int) -> Labelled:
    """At most so many rows, the labels in proportion."""
    return stratified(rows, most) if len(rows) > most else rows


def _banking77(inputs: Inputs) -> tuple[Labelled, Labelled]:
    return inputs.banking77("train"), inputs.banking77("test")


def _sst2(inputs: Inputs) -> tuple[Labelled, Labelled]:
    return inputs.sst2("train"), without(inputs.sst2("test"), inputs.sst2("train"))


def _thucnews(inputs: Inputs) -> tuple[Labelled, Labelled]:
    return inputs.thucnews("dev"), without(inputs.thucnews("test"), inputs.thucnews("dev"))


def _chnsenticorp(inputs: Inputs) -> tuple[Labelled, Labelled]:
    return inputs.chnsenticorp("train"), without(inputs.chnsenticorp("test"), inputs.chnsenticorp("train"))


def _tnews(inputs: Inputs) -> tuple[Labelled, Labelled]:
    parts = inputs.tnews("train_few_all"), inputs.tnews("dev_few_all")
    train = Labelled(parts[0].texts + parts[1].texts, parts[0].labels + parts[1].labels)
    return train, without(inputs.tnews("test_public"), train)


def _bitext(inputs: Inputs) -> tuple[Labelled, Labelled]:
    rows = inputs.bitext()
    train = stratified(rows, int(0.75 * len(rows)))
    return train, without(rows, train)


#: name → what to learn from and what to measure on; three in each language
SETS: dict[str, Callable[[Inputs], tuple[Labelled, Labelled]]] = {
    "banking77": _banking77,
    "sst2": _sst2,
    "bitext": _bitext,
    "thucnews": _thucnews,
    "chnsenticorp": _chnsenticorp,
    "tnews": _tnews,
}


def _write_csv(path: Path, rows: Labelled) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows(zip(rows.texts, rows.labels, strict=True))
