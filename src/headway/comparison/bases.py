"""Which pretrained model for these texts: probes on several encoders, side by side with the baseline."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from headway.comparison.bases_words import Judged, choose_base, fit_warnings, recommendation, warnings_in_both
from headway.comparison.page import render_bases
from headway.comparison.sampling import stratified_sample
from headway.comparison.strings import text
from headway.datasets import create_version, newest_options
from headway.errors import DataError, MissingExtraError, ModelError, UsageError
from headway.evaluation.bootstrap import intervals
from headway.inference import Embedder, Predictor
from headway.models import BaseModel, resolve_base
from headway.models.bases import DEFAULTS
from headway.pages.words import LANGUAGES
from headway.records import Task
from headway.registry import Manifest
from headway.settings import SplitSettings
from headway.store import Store
from headway.store.files import machine_errors
from headway.tasks import text_classification
from headway.terminal import Progress
from headway.training.baseline import Baseline, BaselineSettings
from headway.training.cross_validation import run_fold
from headway.training.folds import stratified_folds
from headway.training.probe import Probe, ProbeSettings
from headway.training.recipe import Context, Recipe
from headway.workflow.data import Rows, TrainingData
from headway.workflow.encoders import Precision, embed_all, encoder_folder, open_embedder
from headway.workflow.export import export
from headway.workflow.kept_reports import keep_report
from headway.workflow.speed import ROUNDS, Scorer, spread_sample, texts_per_second

N_FOLDS = 5
#: training rows that are compared on
LABELS = 2_000
BASELINE = "baseline"

_LEAST_LABELS = 10


@dataclass
class _Base:
    """A base model that was found, and its encoder artefact."""

    asked: str
    model: BaseModel
    encoder: Path

    @property
    def name(self) -> str:
        """The name asked for; of a folder its last part."""
        return self.model.name if Path(self.asked).expanduser().exists() else self.asked


def compare_bases(
    store: Store,
    task: Task,
    asked: Sequence[str],
    splits: SplitSettings,
    *,
    precision: str = "int8",
    labels: int = LABELS,
    html: Path | None = None,
    progress: Progress = lambda stage, done, total=None: None,
) -> dict[str, Any]:
    """Compare base models on a task's texts: short names, folders or hub ids; else those of headway[offline].

    Each is judged by a probe on its embeddings, cross-validated on a stratified sample of at most `labels`
    training rows; neither validation nor test rows are used. The baseline stands beside them. Speed is
    measured in turn, size is that of the encoder artefact. The report is also written as JSON and as a page
    below `reports/`, and `html` names a further copy of the page.

    A base that cannot be used is a row with its `problem`; where none can be, `ModelError` names them all.
    Raises `UsageError` for options that cannot be used and `DataError` where there is too little to learn
    from.
    """
    _check(precision, labels)
    version = create_version(
        store,
        task.name,
        seed=splits.seed,
        validation=splits.validation,
        test=splits.test,
        **newest_options(store, task.name),
    )
    data = TrainingData.load(store, version)
    trial = _Trial(store, data, stratified_sample(data.train, labels), cast(Precision, precision), progress)
    names = list(dict.fromkeys(asked or DEFAULTS.values()))
    rows, judged = trial.judge_all(names)
    baseline = judged[0]
    taken, recommended = choose_base(judged[1:], baseline)
    trial.say_how_far(judged)
    recommended.row["recommended"] = True
    report: dict[str, Any] = {
        "task": task.name,
        "language": trial.language,
        "created_at": store.now(),
        "dataset": data.version.hash,
        "precision": precision,
        "search": {"rows": len(trial.rows), "folds": trial.n_folds},
        "speed": {"texts": len(trial.sample), "rounds": ROUNDS},
        "rows": rows,
        "warnings": [warning for row in rows for warning in row["warnings"]],
        "recommended": recommended.row["base"],
        "summary": recommendation(judged[1:], baseline, taken, recommended),
    }
    return keep_report(store, f"bases-{task.name}", report, render_bases(report), html)


def _check(precision: str, labels: int) -> None:
    problems = []
    if precision not in {"int8", "fp32"}:
        problems.append(f"--precision {precision!r} is neither int8 nor fp32")
    if labels < _LEAST_LABELS:
        problems.append(f"--labels {labels} is too few; at least {_LEAST_LABELS} were expected")
    if problems:
        raise UsageError(f"{'; '.join(problems)}.", next_step="See `headway bases compare --help`.")


class _Trial:
    """What all base models of one comparison share: rows, folds and the texts for speed."""

    def __init__(
        self, store: Store, data: TrainingData, rows: Rows, precision: Precision, progress: Progress
    ) -> None:
        self.store = store
        self.data = data
        self.rows = rows
        self.precision: Precision = precision
        self.progress = progress
        self.language: str = data.version.statistics["language"]
        self.sample = spread_sample(rows.texts)
        self.n_folds = min(N_FOLDS, len(set(rows.clusters)))
        if self.n_folds < 2:
            raise DataError(
                "All training texts are alike: there is nothing to compare on.",
                next_step="Import more labelled texts: `headway import FILE --text COL --label COL`.",
            )
        self.folds = stratified_folds(rows.labels, rows.clusters, self.n_folds)

    def judge_all(self, names: Sequence[str]) -> tuple[list[dict[str, Any]], list[Judged]]:
        """All rows of the table, the baseline's first, and those that could be judged with it in front.

        Every name is looked up before any is worked on. Raises `ModelError` where none can be used.
        """
        problems: dict[str, str] = {}
        found = {}
        for number, name in enumerate(names):
            self.progress("Looking for the base models", number, len(names))
            try:
                found[name] = resolve_base(name, self.language, self.store.folder / "cache" / "bases")
            except (ModelError, MissingExtraError) as error:
                problems[name] = f"{error.message} {error.next_step or ''}".strip()
        self.progress("Looking for the base models", len(names), len(names))
        judged, scorers = [], list[Scorer]()
        for name, model in found.items():
            try:
                base = _Base(name, model, self._encoder(name, model))
                one = self._judge_base(base)
                scorers.append(self._timed(base))
            except (ModelError, MissingExtraError) as error:
                problems[name] = error.message
            else:
                judged.append(one)
        if not judged:
            raise ModelError(
                "None of the base models can be used. "
                + " ".join(f"{name}: {problem}" for name, problem in problems.items()),
                next_step="Name others; pip install 'headway[offline]' gives two that need no hub.",
            )
        with self._scratch() as scratch:
            baseline, scorer = self._judge_baseline(Path(scratch))
            speeds = texts_per_second([scorer, *scorers], self.sample, self.progress)
        everyone = [baseline, *judged]
        for one, speed in zip(everyone, speeds, strict=True):
            one.row["texts_per_second"] = speed
        usable = {one.row["base"]: one.row for one in judged}
        rows = [baseline.row, *(usable.get(name) or _unusable(name, problems[name]) for name in names)]
        for number, row in enumerate(rows):
            row["number"] = number
        return rows, everyone

    def say_how_far(self, judged: Sequence[Judged]) -> None:
        """Add to each row the paired difference to the most accurate one, itself excepted."""
        best = max(judged, key=lambda one: one.accuracy)
        for one in judged:
            # As the words have it, the other way round: drawn anew, the ends would differ a little.
            found = best.difference(one)
            one.row["search"]["difference_to_best"] = (
                [-found.difference, -found.high, -found.low] if found else None
            )

    def _encoder(self, name: str, model: BaseModel) -> Path:
        self.progress(f"Opening {name}", 0, None)
        return encoder_folder(self.store, model, self.precision)

    def _judge_base(self, base: _Base) -> Judged:
        embedder = open_embedder(self.store, base.encoder, self.data.preparation)

        def go_on(done: int, total: int, _share: float) -> bool:
            self.progress(f"Computing embeddings of {base.name}", done, total)
            return True

        embed_all(embedder, self.rows.texts, go_on)
        row = _row(base.asked, base.name)
        row |= {
            "licence": base.model.licence,
            "licence_source": base.model.licence_source,
            "languages": list(base.model.languages),
            "size_bytes": _size(base.encoder),
            **dataclasses.asdict(embedder.statistics(self.rows.texts)),
        }
        del row["n"]
        row["warnings"] = warnings_in_both(base.model, self.language) + fit_warnings(base.name, row)
        return self._judge(base.name, Probe(ProbeSettings(), Context(open_embedder=lambda: embedder)), row)

    def _judge_baseline(self, scratch: Path) -> tuple[Judged, Scorer]:
        """The baseline, and the predictor of its artefact."""
        recipe = Baseline(BaselineSettings(), Context(preparation=self.data.preparation))
        fitted = recipe.fit(self.rows.texts, self.rows.labels, len(self.data.names))
        manifest = Manifest(
            kind="classifier",
            engine="",
            precision="",
            name=BASELINE,
            created_at=self.store.now(),
            task={"labels": list(self.data.names)},
            settings=dataclasses.asdict(recipe.settings),
        )
        folder = export(fitted, manifest, scratch / "model")
        row = _row(BASELINE, BASELINE) | {"size_bytes": _size(folder)}
        return self._judge(BASELINE, recipe, row), Predictor.load(folder, verify=False).predict_scores

    def _judge(self, name: str, recipe: Recipe, row: dict[str, Any]) -> Judged:
        """Cross-validate; the held-out rows are in the same order for everyone."""
        names = list(self.data.names)
        task = (self.rows.texts, self.rows.labels, len(names), self.folds)
        results = []
        for fold in range(self.n_folds):
            self.progress(f"Comparing {name}", fold, self.n_folds)
            results.append(run_fold(recipe, *task, fold, self.rows.fit_only))
        self.progress(f"Comparing {name}", self.n_folds, self.n_folds)
        truth = self.rows.labels[np.concatenate([result.rows for result in results])]
        scores = np.concatenate([result.scores for result in results])
        predicted: NDArray[np.int64] = scores.argmax(axis=1)
        bounds = intervals(truth, predicted, len(names))
        figures = text_classification.metrics(truth, predicted, scores, names)
        row["search"] = {
            "accuracy": figures["accuracy"],
            "macro_f1": figures["macro_f1"],
            "interval": list(bounds.accuracy) if bounds else None,
            "difference_to_best": None,
        }
        return Judged(name, predicted == truth, row)

    def _timed(self, base: _Base) -> Scorer:
        # Without the project's cache: what counts is the speed of computing.
        return Embedder.load(base.encoder, verify=False, preparation=self.data.preparation).embed

    def _scratch(self) -> tempfile.TemporaryDirectory[str]:
        folder = self.store.folder / "tmp"
        with machine_errors(f"making a folder in {folder}"):
            folder.mkdir(exist_ok=True)
            return tempfile.TemporaryDirectory(dir=folder)


def _row(asked: str, name: str) -> dict[str, Any]:
    return {
        "number": 0,
        "base": asked,
        "name": name,
        "recommended": False,
        "search": None,
        "texts_per_second": None,
        "size_bytes": None,
        "unknown_rate": None,
        "truncation_rate": None,
        "mean_tokens": None,
        "licence": None,
        "licence_source": None,
        "languages": [],
        "warnings": [],
        "problem": None,
    }


def _unusable(name: str, problem: str) -> dict[str, Any]:
    words = {language: text(language, "bases.unusable", name=name, reason=problem) for language in LANGUAGES}
    return {**_row(name, name), "problem": problem, "warnings": [words]}


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
