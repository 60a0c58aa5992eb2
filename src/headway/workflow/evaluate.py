"""Evaluation: a registered version measured by its own predictor, on the sealed test split or on a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.errors import CorruptArtifactError, UsageError
from headway.evaluation import Baseline, EvaluationInput, build_report, render_html
from headway.evaluation.looks import Look
from headway.inference import Predictor
from headway.records import ModelVersion, Run
from headway.registry.artifacts import lay_out
from headway.store import Store
from headway.store import runs as run_rows
from headway.store.looks import list_looks
from headway.text import dominant_language
from headway.workflow.champion import measure_champion
from headway.workflow.clock import Stopwatch
from headway.workflow.evaluated_rows import (
    EvaluatedRows,
    LabelledFile,
    file_rows,
    labelled_file,
    seen_in_training,
    split_rows,
)
from headway.workflow.kept_reports import keep_report
from headway.workflow.own_metrics import load_metrics, metric_problems, own_figures

__all__ = ["LabelledFile", "evaluate", "labelled_file"]


def evaluate(
    store: Store,
    version: ModelVersion,
    file: LabelledFile | None = None,
    html: Path | None = None,
    metrics: Sequence[str] = (),
) -> dict[str, Any]:
    """Measure a version and write report.json and report.html; returns the report with the key `html`.

    Without a file the test split of the newest dataset version is opened. Each look is counted, whatever
    the figures say. Where the version is not the champion, that is measured on the same rows. `html` names
    a further copy of the page, `metrics` such of your own as `module:function`. Raises `DataError` where
    there are no labelled rows to measure on, `UsageError` for a metric that cannot be had.
    """
    if problems := metric_problems(metrics):
        raise UsageError(f"{'; '.join(problems)}.", next_step="See `headway evaluate --help`.")
    own_metrics = load_metrics(metrics)
    watch = Stopwatch()
    predictor = Predictor.load(lay_out(store, version.artifact))
    manifest = predictor.manifest
    rows = split_rows(store, version.task) if file is None else file_rows(file)
    seen = seen_in_training(store, version, manifest, rows.texts) if file is not None else 0
    with watch.stage("predict"):
        scores = predictor.predict_scores(rows.texts)
    predicted = _best_labels(predictor, scores)
    own, own_warnings = own_figures(own_metrics, rows.labels, predicted, scores, predictor.labels)
    earlier = [
        Look(look.at, look.model, look.metrics.get("accuracy")) for look in list_looks(store, rows.look_key)
    ]
    looks = _count_look(store, version, rows, predicted)
    run = run_rows.get_run(store, version.run) if version.run else None
    report = build_report(
        EvaluationInput(
            model=version.name,
            version=version.version,
            task=version.task,
            language=dominant_language(rows.texts),
            labels=list(predictor.labels),
            y_true=rows.labels,
            y_pred=predicted,
            scores=scores,
            texts=rows.texts,
            data={**rows.used, "looks": looks},
            baseline=_baseline(store, run, rows.texts),
            training={**_training(run), "licence": manifest.licence, "settings": manifest.settings},
            equivalence=_kept(run, "equivalence", {}),
            warnings=[*_kept(run, "warnings", []), *rows.warnings, *_seen_words(seen, rows), *own_warnings],
            cost=_cost(run, watch),
            versions=manifest.versions,
            created_at=store.now(),
            keys=rows.keys,
            columns=rows.columns,
            sources=rows.sources,
            temperature=manifest.extra.get("temperature"),
            champion=measure_champion(store, version, rows),
            earlier_looks=earlier,
            learning_curve=_kept(run, "learning_curve", []),
        )
    )
    report["metrics"] |= own
    return keep_report(store, f"{version.name}-{version.version}", report, render_html(report), html)


def _count_look(store: Store, version: ModelVersion, rows: EvaluatedRows, predicted: Sequence[str]) -> int:
    """Put a look at these rows on record, and say how many there were with it."""
    right = sum(truth == label for truth, label in zip(rows.labels, predicted, strict=True))
    return run_rows.add_look(store, rows.look_key, version.reference, {"accuracy": right / len(rows.labels)})


def _seen_words(seen: int, rows: EvaluatedRows) -> list[str]:
    if not seen:
        return []
    return [f"{seen:,} of {len(rows.texts):,} texts were in the training data: the figures flatter."]


def _kept(run: Run | None, name: str, otherwise: Any) -> Any:
    """What a run has kept under a name."""
    return run.details.get(name, otherwise) if run else otherwise


def _baseline(store: Store, run: Run | None, texts: Sequence[str]) -> Baseline | None:
    """What the baseline trained beside the model says of the same texts."""
    artifact = _kept(run, "baseline", None)
    if run is None or not artifact or run.recipe == "baseline":
        return None
    try:
        predictor = Predictor.load(lay_out(store, artifact))
    except CorruptArtifactError as error:
        store.notify(f"The baseline of {run.model} cannot be shown: {error.message}")
        return None
    scores = predictor.predict_scores(texts)
    return Baseline("baseline", _best_labels(predictor, scores), scores)


def _best_labels(predictor: Predictor, scores: NDArray[np.float32]) -> list[str]:
    return [predictor.labels[best] for best in scores.argmax(axis=1).tolist()]


def _training(run: Run | None) -> dict[str, Any]:
    if run is None:
        return {}
    base = run.details.get("base", {})
    return {
        "recipe": run.recipe,
        "base_model": base.get("name", "–"),
        "reason": run.details.get("reason", {}),
        "rows": run.details.get("rows", {}),
        "tokens": run.details.get("tokens", {}),
        "validation": run.metrics.get("validation", {}),
        "search": run.metrics.get("search", {}),
    }


def _cost(run: Run | None, watch: Stopwatch) -> dict[str, float]:
    cost = {"evaluate_seconds": round(watch.seconds, 2)}
    return {"train_seconds": round(run.seconds, 2), **cost} if run else cost
