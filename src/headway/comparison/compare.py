"""Trained models side by side: accuracy as it was recorded with the run, size, and speed measured now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headway.comparison.contestants import Contestant, find_contestants
from headway.comparison.page import render_comparison
from headway.comparison.pareto import ABOUT_EQUAL, Figures, dominated_by
from headway.comparison.words import summary, warnings
from headway.datasets import find_version, load_rows
from headway.datasets.versions import hash_rows
from headway.errors import HeadwayError, UsageError
from headway.inference import Predictor
from headway.records import Split
from headway.registry.artifacts import lay_out
from headway.store import Store
from headway.terminal import Progress
from headway.text import dominant_language
from headway.workflow.kept_reports import keep_report
from headway.workflow.speed import ROUNDS, spread_sample, texts_per_second

_FIGURES = ("accuracy", "seconds", "texts_per_second", "size_bytes")


def compare(
    store: Store,
    references: Sequence[str] = (),
    *,
    task: str | None = None,
    html: Path | None = None,
    progress: Progress = lambda stage, done, total=None: None,
) -> dict[str, Any]:
    """Compare runs and models of one task; without references the newest 20 runs that are done.

    Accuracy and its interval are those of the run's validation, before the last refit; it is not measured
    anew, for the published model has seen these rows. Size is that of the artefact's files; speed is
    measured in turn on the same texts. The report is also written as JSON and as a page below `reports/`,
    and `html` names a further copy of the page. Rows without all four figures, and rows measured on other
    validation texts than all others, are not judged: `front` is None.

    Raises `ModelError` naming every reference that is unknown, and where nothing was trained; `UsageError`
    where the models belong to several tasks.
    """
    found = find_contestants(store, references, task)
    texts = _sample(store, found[0].task)
    rows = [_row(store, one) for one in found]
    _measure(store, found, rows, texts, progress)
    rows.sort(key=lambda row: -1.0 if row["accuracy"] is None else row["accuracy"], reverse=True)
    for number, row in enumerate(rows, start=1):
        row["number"] = number
    _judge(rows)
    report: dict[str, Any] = {
        "task": found[0].task,
        "language": dominant_language(texts),
        "created_at": store.now(),
        "speed": {"texts": len(texts), "rounds": ROUNDS, "about_equal": ABOUT_EQUAL},
        "rows": rows,
    }
    report |= {"warnings": warnings(report), "summary": summary(report)}
    return keep_report(store, f"compare-{found[0].task}", report, render_comparison(report), html)


def _sample(store: Store, task: str) -> list[str]:
    """Texts to measure speed on: validation texts spread over the newest version, else training texts."""
    try:
        version = find_version(store, task)
    except UsageError:
        return []
    rows = load_rows(store, version, [Split.VALIDATION]) or load_rows(store, version, [Split.TRAIN])
    return spread_sample([row.text for row in rows])


def _row(store: Store, one: Contestant) -> dict[str, Any]:
    run = one.run
    done = run is not None and run.state == "done"
    row: dict[str, Any] = {
        "number": 0,
        "name": one.name,
        "model": one.version.reference if one.version else None,
        "run": run.id if run else None,
        "recipe": run.recipe if run else None,
        "base": run.details.get("base", {}).get("name") if run else None,
        "precision": one.version.precision if one.version else None,
        "state": run.state if run else "registered",
        "seconds": run.seconds if run and done else None,
        "accuracy": None,
        "interval": None,
        "macro_f1": None,
        "size_bytes": None,
        "texts_per_second": None,
        "dataset": run.dataset if run else None,
        "dataset_number": None,
        "measured_on": None,
        "front": None,
        "dominated_by": [],
        "overlaps_best": None,
        "problem": None,
    }
    if run is None:
        return row
    if not done:
        return {**row, "problem": run.details.get("error") if run.state == "failed" else None}
    validation = run.metrics.get("validation", {})
    row |= {
        "accuracy": validation.get("accuracy"),
        "interval": run.metrics.get("interval", {}).get("accuracy"),
        "macro_f1": validation.get("macro_f1"),
        "measured_on": run.dataset,
    }
    try:
        version = find_version(store, run.task, run.dataset)
    except UsageError:
        return row
    # A new version with more training rows often keeps its validation rows: then figures stay comparable.
    held_out = load_rows(store, version, [Split.VALIDATION])
    return {**row, "dataset_number": version.number, "measured_on": hash_rows(held_out)}


def _measure(
    store: Store,
    found: Sequence[Contestant],
    rows: Sequence[dict[str, Any]],
    texts: Sequence[str],
    progress: Progress,
) -> None:
    """Add size and speed to the rows of models that can be opened, and the problem to those of others."""
    predictors: dict[str, Predictor] = {}
    for number, (one, row) in enumerate(zip(found, rows, strict=True)):
        progress("Opening the models", number, len(found))
        if one.version is None:
            continue
        try:
            folder = lay_out(store, one.version.artifact)
            predictors[one.version.artifact] = Predictor.load(folder)
            row["size_bytes"] = sum(path.stat().st_size for path in folder.iterdir())
        except HeadwayError as error:
            row["problem"] = error.message
    progress("Opening the models", len(found), len(found))
    scorers = [predictor.predict_scores for predictor in predictors.values()]
    speeds = dict(zip(predictors, texts_per_second(scorers, texts, progress), strict=True))
    for one, row in zip(found, rows, strict=True):
        if one.version is not None:
            row["texts_per_second"] = speeds.get(one.version.artifact)


def _judge(rows: Sequence[dict[str, Any]]) -> None:
    """Say who is on the front and whose interval overlaps the best one's, among rows measured alike."""
    alike: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        if row["accuracy"] is not None:
            alike[row["measured_on"]][row["name"]] = row
    for group in alike.values():
        _judge_intervals(list(group.values()))
        complete = {
            name: Figures(**{figure: row[figure] for figure in _FIGURES})
            for name, row in group.items()
            if all(row[figure] is not None for figure in _FIGURES)
        }
        if len(complete) > 1:
            for name, better in dominated_by(complete).items():
                group[name] |= {"front": not better, "dominated_by": better}


def _judge_intervals(rows: Sequence[dict[str, Any]]) -> None:
    best = rows[0]
    for row in rows[1:]:
        if best["interval"] and row["interval"]:
            row["overlaps_best"] = row["interval"][1] >= best["interval"][0]
