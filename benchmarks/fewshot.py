"""Eight labels a class on six public sets: recipes `fewshot` and `probe`, and SetFit on the same encoder.

English sets stand on all-MiniLM-L6-v2, Chinese ones on the shared encoder, all in float32. Each seed draws
its texts anew from the training side; SetFit is given the same texts and seed, with its own settings but for
the number of iterations, and as many threads. It is not told what the labels are called; `--label-texts no`
keeps that from `fewshot`, too. Seconds go from the texts to the predictions for the test
texts, loading and saving the model included, importing left out. The sets' test splits are used for this
alone; no setting was chosen by them.

All sets take hours, most of them SetFit's on banking77. `--sets` runs some of them, and `--join` puts
together what earlier runs with the same options have kept; `benchmarks/measured` has runs of ours.

Intervals are those of the mean over the sets, 95 %, by Student's t from how the draws of a set differ.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, variance
from typing import TYPE_CHECKING, Any

from benchmarks.calibration import SETS as PUBLIC_SETS
from benchmarks.calibration import drawn
from benchmarks.inputs import Inputs, Labelled, without
from benchmarks.options import positive
from benchmarks.results import kept_sets
from benchmarks.setfit_rival import environment_folder, python_of, run_setfit, sentence_transformers_folder

if TYPE_CHECKING:
    from headway.models import BaseModel

#: name → language of the encoder
SETS = {
    "banking77": "en",
    "sst2": "en",
    "bitext": "en",
    "thucnews": "zh",
    "tnews": "zh",
    "eprstmt": "zh",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the sets, seeds, labels and rows to measure, and what the contestants may do."""
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=list(SETS), help="default: all six")
    parser.add_argument("--seeds", type=positive, default=3, help="draws of each set; default: 3")
    parser.add_argument("--labels", type=positive, default=8, help="texts of each class; default: 8")
    parser.add_argument("--test-rows", type=positive, default=3_000, help="at most; default: 3000")
    parser.add_argument("--label-texts", choices=("auto", "no"), default="auto", help="default: auto")
    parser.add_argument("--setfit-iterations", type=positive, default=20, help="default: 20")
    parser.add_argument("--no-setfit", action="store_true", help="leave the rival out")
    parser.add_argument("--join", action="store_true", help="train nothing; join what is in --results")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Measure every set and seed; `rows` has the figures of each set."""
    asked = {
        "labels_per_class": options.labels,
        "seeds": options.seeds,
        "label_texts": options.label_texts,
        "setfit_iterations": None if options.no_setfit else options.setfit_iterations,
    }
    rows: Mapping[str, Mapping[str, Any]]
    if options.join:
        rows = kept_sets(options.results, "fewshot", options.sets, asked, key="rows")
    else:
        rows = {name: _measure_set(name, inputs, options) for name in options.sets}
    return {**asked, **summary(rows), "rows": rows}


def summary(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Means over the sets, points of difference with their intervals, and the ratio of all seconds."""
    contestants = [name for name in ("probe", "fewshot", "setfit") if name in next(iter(rows.values()))]
    found: dict[str, Any] = {
        "accuracy": {name: mean(mean(row[name]["accuracy"]) for row in rows.values()) for name in contestants}
    }
    for rival in [name for name in contestants if name != "fewshot"]:
        differences = [
            [100 * (ours - theirs) for ours, theirs in zip(*_accuracies(row, rival), strict=True)]
            for row in rows.values()
        ]
        found[f"points_over_{rival}"] = difference(differences)
    if "setfit" in contestants:
        seconds = {
            name: sum(sum(row[name]["seconds"]) for row in rows.values()) for name in ("fewshot", "setfit")
        }
        found["time_ratio"] = seconds["fewshot"] / seconds["setfit"]
    return found


def difference(points: Sequence[Sequence[float]]) -> dict[str, float | None]:
    """The mean over the sets of the mean over their draws, with its interval; `points` is [sets][draws].

    The sets are taken as they are, the draws as chance: the variance is pooled from those within the sets.
    """
    from scipy.stats import t

    centre = mean(mean(draws) for draws in points)
    freedom = sum(len(draws) - 1 for draws in points)
    if not freedom:
        return {"mean": centre, "low": None, "high": None}
    error = math.sqrt(sum(variance(draws) / len(draws) for draws in points if len(draws) > 1)) / len(points)
    half = float(t.ppf(0.975, freedom)) * error
    return {"mean": centre, "low": centre - half, "high": centre + half}


def draw(rows: Labelled, per_label: int, seed: int) -> Labelled:
    """So many texts of each label, each text once, in a random order."""
    import numpy as np

    first: dict[str, str] = {}
    for text, label in zip(rows.texts, rows.labels, strict=True):
        first.setdefault(text, label)
    texts, labels = list(first), np.array(list(first.values()))
    generator = np.random.default_rng(seed)
    chosen = [
        row
        for label in sorted(set(labels.tolist()))
        for row in generator.permutation(np.flatnonzero(labels == label))[:per_label].tolist()
    ]
    order = generator.permutation(chosen).tolist()
    return Labelled([texts[row] for row in order], [str(labels[row]) for row in order])


def _measure_set(name: str, inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    from headway.models import resolve_base

    train, test = read_set(name, inputs)
    test = drawn(test, options.test_rows)
    with tempfile.TemporaryDirectory(prefix="headway-fewshot-") as scratch:
        folder = Path(scratch)
        base = "minilm" if SETS[name] == "en" else str(inputs.encoder())
        bench = Bench(resolve_base(base, SETS[name], folder / "bases"), folder, options)
        cells = [
            bench.measure(draw(train, options.labels, seed), test, seed) for seed in range(options.seeds)
        ]
    for seed, cell in enumerate(cells):
        print(f"{name}, draw {seed}: {_words(cell)}", file=sys.stderr)
    gathered: dict[str, Any] = {
        contestant: {key: [cell[contestant][key] for cell in cells] for key in cells[0][contestant]}
        for contestant in cells[0]
    }
    if "setfit" in gathered:
        ours, theirs = (sum(gathered[one]["seconds"]) for one in ("fewshot", "setfit"))
        gathered["time_ratio"] = ours / theirs
    return {"classes": len(set(train.labels)), "n_test": len(test), "base": bench.base.name, **gathered}


class Bench:
    """One base model and the three that stand on it."""

    def __init__(self, base: BaseModel, folder: Path, options: argparse.Namespace) -> None:
        from headway.compression import make_encoder
        from headway.inference import Embedder
        from headway.models.encoder import Encoder

        self.base = base
        self._folder = folder
        self._options = options
        self._embedder = Embedder.load(make_encoder(base, "fp32", folder / "encoder"))
        # What is imported on the way is imported now: neither side's seconds hold it.
        Encoder.load(base)
        self._python = None if options.no_setfit else python_of(environment_folder())
        if self._python is not None:
            self._rival = sentence_transformers_folder(base, folder / "setfit")

    def measure(self, train: Labelled, test: Labelled, seed: int) -> dict[str, dict[str, Any]]:
        """Accuracy and seconds of each on one draw."""
        found = {"probe": self._probe(train, test), "fewshot": self._fewshot(train, test, seed)}
        if self._python is not None:
            found["setfit"] = self._setfit(self._python, train, test, seed)
        return found

    def _probe(self, train: Labelled, test: Labelled) -> dict[str, Any]:
        from headway.training.probe import Probe, ProbeSettings
        from headway.training.recipe import Context

        start = time.perf_counter()
        recipe = Probe(ProbeSettings(), Context(open_embedder=lambda: self._embedder))
        names, positions = _positions(train)
        scores = recipe.fit(train.texts, positions, len(names)).scores(test.texts)
        return {**_judged(scores, names, test), "seconds": time.perf_counter() - start}

    def _fewshot(self, train: Labelled, test: Labelled, seed: int) -> dict[str, Any]:
        from headway.training.fewshot import FewShot
        from headway.training.fewshot_settings import FewShotSettings
        from headway.training.recipe import Context

        start = time.perf_counter()
        names, positions = _positions(train)
        with tempfile.TemporaryDirectory(dir=self._folder) as scratch:
            context = Context(names=names, seed=seed, base=self.base, scratch=Path(scratch))
            settings = FewShotSettings(label_texts=self._options.label_texts, bf16="no")
            fitted = FewShot(settings, context).fit(train.texts, positions, len(names))
            scores = fitted.scores(test.texts)
        seconds = time.perf_counter() - start
        return {**_judged(scores, names, test), "seconds": seconds, "found": fitted.findings}

    def _setfit(self, python: Path, train: Labelled, test: Labelled, seed: int) -> dict[str, Any]:
        from headway.inference.sessions import thread_count

        answer = run_setfit(
            python,
            self._rival,
            train,
            test.texts,
            prefix=self.base.prefix,
            iterations=self._options.setfit_iterations,
            seed=seed,
            threads=thread_count(),
        )
        right = [truth == label for truth, label in zip(test.labels, answer.predicted, strict=True)]
        return {
            "accuracy": sum(right) / len(right),
            **{key: value for key, value in dataclasses.asdict(answer).items() if key != "predicted"},
        }


def read_set(name: str, inputs: Inputs) -> tuple[Labelled, Labelled]:
    """What texts are drawn from, and what is measured on: no text is on both sides."""
    return _eprstmt(inputs) if name == "eprstmt" else PUBLIC_SETS[name](inputs)


def _eprstmt(inputs: Inputs) -> tuple[Labelled, Labelled]:
    """Reviews of FewCLUE's EPRSTMT: the labelled ones of all its folds, and the public test split."""

    def read(part: str) -> Labelled:
        lines = inputs.file("fewclue_zh", "eprstmt", f"{part}.json").read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        return Labelled([row["sentence"] for row in rows], [row["label"] for row in rows])

    parts = read("train_few_all"), read("dev_few_all")
    train = Labelled(parts[0].texts + parts[1].texts, parts[0].labels + parts[1].labels)
    return train, without(read("test_public"), train)


def _positions(rows: Labelled) -> tuple[tuple[str, ...], Any]:
    import numpy as np

    names = tuple(sorted(set(rows.labels)))
    return names, np.array([names.index(label) for label in rows.labels], dtype=np.int64)


def _judged(scores: Any, names: Sequence[str], test: Labelled) -> dict[str, Any]:
    best = [names[position] for position in scores.argmax(axis=1).tolist()]
    right = [truth == label for truth, label in zip(test.labels, best, strict=True)]
    return {"accuracy": sum(right) / len(right)}


def _accuracies(row: Mapping[str, Any], rival: str) -> tuple[list[float], list[float]]:
    return row["fewshot"]["accuracy"], row[rival]["accuracy"]


def _words(cell: Mapping[str, Mapping[str, Any]]) -> str:
    return "; ".join(
        f"{name} {100 * one['accuracy']:.1f} % in {one['seconds']:.0f} s" for name, one in cell.items()
    )
