"""One training: from the labelled records of a task to a registered version of its model."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headway import __version__
from headway.datasets import create_version, newest_options
from headway.errors import CheckFailedError
from headway.records import Run, Task, new_id
from headway.registry import Manifest
from headway.registry.artifacts import keep_artifact
from headway.registry.versions import register
from headway.settings import SplitSettings
from headway.store import Store
from headway.store import runs as run_rows
from headway.store.files import machine_errors
from headway.terminal import Progress
from headway.training.recipe import Fitted, recipe_module
from headway.workflow.auto import Choice, choose
from headway.workflow.bench import Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.data import TrainingData
from headway.workflow.export import export, verify
from headway.workflow.request import TrainRequest
from headway.workflow.validate import Validated, validate


def train(
    store: Store,
    task: Task,
    request: TrainRequest,
    splits: SplitSettings,
    progress: Progress = lambda stage, done, total=None: None,
) -> Run:
    """Train a model and register it; the first version of a name becomes champion.

    Raises `DataError` where there is too little to learn from, `ModelError` and `MissingExtraError` where
    the base model cannot be had, and `CheckFailedError` where the artefact does not say what the trained
    model says. Once the data are read the run is on record, whatever becomes of it.
    """
    watch = Stopwatch(request.budget)
    if request.recipe != "auto":
        recipe_module(request.recipe)
    with watch.stage("dataset"):
        version = create_version(
            store,
            task.name,
            seed=splits.seed,
            validation=splits.validation,
            test=splits.test,
            **newest_options(store, task.name),
        )
        data = TrainingData.load(store, version)
    run = Run(
        id=new_id(),
        task=task.name,
        recipe=request.recipe,
        dataset=version.hash,
        seed=request.seed,
        settings=dict(request.settings),
        state="running",
        started_at=store.now(),
        details={"process": os.getpid()},
    )
    _close_dead_runs(store)
    run_rows.add_run(store, run)
    try:
        with _scratch(store) as scratch:
            bench = Bench(store, data, request, scratch, watch, progress)
            run = _carry_out(task, run, bench)
    except BaseException as error:
        state = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        details = {**run.details, "error": str(error) or type(error).__name__}
        run_rows.update_run(
            store, dataclasses.replace(run, state=state, seconds=watch.seconds, details=details)
        )
        raise
    return run


def _carry_out(task: Task, run: Run, bench: Bench) -> Run:
    with ThreadPoolExecutor(1, thread_name_prefix="headway-baseline") as beside:
        choice = _choose(bench, beside)
        companion = beside.submit(bench.fit_baseline_on_all)
        validated = validate(bench, choice.recipe)
        final = (
            companion.result()
            if choice.recipe == "baseline"
            else bench.refit(choice.recipe, validated.precision)
        )
        folder = _export(task, bench, choice, validated, final)
        baseline = bench.export_companion(companion.result(), _manifest(task, bench, "baseline"))
    with bench.watch.stage("register"):
        version = register(bench.store, folder, task=task.name, run=run.id)
        details = _details(bench, choice, validated, keep_artifact(bench.store, baseline))
        run = dataclasses.replace(
            run,
            recipe=choice.recipe,
            state="done",
            seconds=bench.watch.seconds,
            metrics={
                "validation": validated.metrics,
                "interval": validated.interval,
                "search": choice.search,
            },
            details=details,
            model=version.reference,
        )
        run_rows.update_run(bench.store, run)
    return run


def _choose(bench: Bench, beside: Executor) -> Choice:
    recipe = bench.request.recipe
    if recipe == "auto":
        return choose(
            bench.data.train,
            len(bench.data.names),
            bench.recipe("baseline"),
            bench.recipe("probe"),
            embed=bench.embed,
            beside=beside,
            watch=bench.watch,
            seed=bench.request.seed,
        )
    if recipe == "probe":
        bench.embed()
    return Choice(
        recipe,
        {"en": f"You chose the recipe {recipe}.", "zh": f"您选择了配方 {recipe}。"},
    )


def _export(task: Task, bench: Bench, choice: Choice, validated: Validated, final: Fitted) -> Path:
    with bench.watch.stage("export"):
        manifest = _manifest(task, bench, choice.recipe)
        manifest = dataclasses.replace(
            manifest,
            derived_from=bench.fp32_hash if validated.precision == "int8" else "",
            extra={**manifest.extra, "equivalence": validated.equivalence},
        )
        folder = export(
            final, manifest, bench.scratch / "final", bench.encoder_for(choice.recipe, validated.precision)
        )
        report = verify(final, folder, (bench.data.validation + bench.data.train).texts)
    if not report.passed:
        raise CheckFailedError(
            f"The exported model does not say what the trained one says: {' '.join(report.reasons)}",
            next_step="Nothing was registered. Please report this: it is a defect of Headway.",
        )
    validated.equivalence["export"] = report.to_dict()
    return folder


def _manifest(task: Task, bench: Bench, recipe: str) -> Manifest:
    return Manifest(
        kind="classifier",
        engine="",
        precision="",
        name=bench.request.name or task.name,
        created_at=bench.store.now(),
        task={"name": task.name, "kind": task.kind, "labels": list(bench.data.names)},
        dataset=bench.data.version.hash,
        recipe=recipe,
        settings=bench.settings_of(recipe),
        seed=bench.request.seed,
        versions={"headway": __version__},
        licence=bench.base.licence if recipe != "baseline" and bench.base else "none needed",
        extra={"language": bench.language},
    )


def _details(bench: Bench, choice: Choice, validated: Validated, baseline: str) -> dict[str, Any]:
    return {
        "reason": choice.reason,
        "warnings": bench.warnings + validated.warnings,
        "precision": validated.precision,
        "base": bench.base_description() if choice.recipe != "baseline" else {},
        "tokens": bench.token_statistics() if choice.recipe != "baseline" else {},
        "equivalence": validated.equivalence,
        "baseline": baseline,
        "stages": {name: round(seconds, 2) for name, seconds in bench.watch.stages.items()},
        "rows": {"train": len(bench.data.train), "validation": len(bench.data.validation)},
    }


@contextmanager
def _scratch(store: Store) -> Iterator[Path]:
    """A folder of this training's own, gone again at the end."""
    folder = store.folder / "tmp"
    with machine_errors(f"making a folder in {folder}"):
        folder.mkdir(exist_ok=True)
        scratch = tempfile.mkdtemp(dir=folder)
    try:
        yield Path(scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _close_dead_runs(store: Store) -> None:
    """Runs whose process is gone were killed: say so, instead of leaving them running for ever."""
    for run in run_rows.list_runs(store):
        if run.state == "running" and not run_rows.is_alive(run.details.get("process", 0)):
            run_rows.update_run(store, dataclasses.replace(run, state="killed"))
