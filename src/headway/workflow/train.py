"""One training: from the labelled records of a task to a registered version of its model."""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headway import __version__
from headway.datasets import create_version, find_version, newest_options
from headway.errors import CheckFailedError
from headway.ids import new_id
from headway.records import Run, Task
from headway.registry import Manifest, manifest_hash
from headway.settings import SplitSettings
from headway.store import Store
from headway.store import runs as run_rows
from headway.store.files import machine_errors
from headway.store.tasks import get_task
from headway.terminal import Progress
from headway.training.events import Sink, ignore, tell_all
from headway.training.fine_tuned import FineTuned
from headway.training.recipe import Fitted, recipe_class
from headway.training.sinks import open_sinks
from headway.workflow.auto import Choice, choose
from headway.workflow.bench import LIGHT, Bench
from headway.workflow.clock import Stopwatch
from headway.workflow.curve import measure_curve
from headway.workflow.data import TrainingData
from headway.workflow.encoders import Precision
from headway.workflow.export import export, tuned_encoder, verify
from headway.workflow.outcome import Outcome, put_on_record
from headway.workflow.request import TrainRequest
from headway.workflow.resumption import (
    checkpoint_folder,
    go_on_with,
    remove_checkpoints,
    request_details,
    resumable_run,
)
from headway.workflow.studies import check_studies, search_before, study_beside
from headway.workflow.trials import try_dearer
from headway.workflow.validate import Validated, scores_by_artefact, validate


def train(
    store: Store,
    task: Task,
    request: TrainRequest,
    splits: SplitSettings,
    progress: Progress = lambda stage, done, total=None: None,
    on_event: Sink = ignore,
) -> Run:
    """Train a model and register it; the first version of a name becomes champion.

    Raises `DataError` where there is too little to learn from, `ModelError` and `MissingExtraError` where
    the base model cannot be had, and `CheckFailedError` where the artefact does not say what the trained
    model says. Once the data are read the run is on record, whatever becomes of it.
    """
    watch = Stopwatch(request.budget)
    if request.recipe != "auto":
        recipe_class(request.recipe, task.kind)
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
    check_studies(request, data)
    run = Run(
        id=new_id(),
        task=task.name,
        recipe=request.recipe,
        dataset=version.hash,
        seed=request.seed,
        settings=dict(request.settings),
        state="running",
        started_at=store.now(),
        details={"process": os.getpid(), "request": request_details(request)},
    )
    _close_dead_runs(store)
    run_rows.add_run(store, run)
    return _on_record(store, task, run, data, request, watch, progress, on_event, resume=False)


def resume(
    store: Store,
    run_id: str,
    progress: Progress = lambda stage, done, total=None: None,
    on_event: Sink = ignore,
) -> Run:
    """Go on with a run that was interrupted, killed or failed, from its last checkpoint if there is one.

    Raises `ModelError` where there is no such run, or its checkpoint is of another training; `UsageError`
    where it is done; `ProjectBusyError` where it still goes on; and what `train` raises.
    """
    run, request = resumable_run(store, run_id)
    watch = Stopwatch(request.budget)
    data = TrainingData.load(store, find_version(store, run.task, run.dataset))
    run = go_on_with(store, run)
    task = get_task(store, run.task)
    return _on_record(store, task, run, data, request, watch, progress, on_event, resume=True)


def _on_record(
    store: Store,
    task: Task,
    run: Run,
    data: TrainingData,
    request: TrainRequest,
    watch: Stopwatch,
    progress: Progress,
    on_event: Sink,
    *,
    resume: bool,
) -> Run:
    """Carry a run out; whatever becomes of it is on record."""
    try:
        sinks = open_sinks(
            request.log_to,
            run=run.id,
            experiment=task.name,
            parameters={"recipe": request.recipe, "seed": request.seed, **request.settings},
            warn=store.notify,
        )
        with _scratch(store) as scratch, sinks as sink:
            bench = Bench(
                store,
                data,
                request,
                scratch,
                watch,
                progress,
                checkpoints=checkpoint_folder(store, run.id),
                resume=resume,
                on_event=tell_all((on_event, sink)),
            )
            done = put_on_record(task, run, bench, _carry_out(task, bench))
    except BaseException as error:
        if any(checkpoint_folder(store, run.id).rglob("step-*")):
            store.notify(f"What was trained so far is kept: headway train --resume {run.id}")
        state = "interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
        details = {**run.details, "error": str(error) or type(error).__name__}
        run_rows.update_run(
            store, dataclasses.replace(run, state=state, seconds=watch.seconds, details=details)
        )
        raise
    remove_checkpoints(store, run.id)
    return done


def _carry_out(task: Task, bench: Bench) -> Outcome:
    with ThreadPoolExecutor(1, thread_name_prefix="headway-baseline") as beside:
        choice = _choose(bench, beside)
        companion = beside.submit(bench.fit_baseline_on_all)
        if set(bench.asked) - set(LIGHT):
            # Torch's threads and this one would slow each other down many times, and what the first steps
            # take decides how many are planned.
            wait([companion])
            choice = try_dearer(bench, choice)
        found = search_before(
            bench, choice.recipe, progress=bench.progress, on_event=bench.on_event, folder=bench.checkpoints
        )
        if found is not None:
            bench.use_settings(choice.recipe, found.settings)
            choice = dataclasses.replace(choice, fitted=None, from_trial=False)
        validated = validate(bench, choice.recipe, choice.settings, choice.fitted)
        studies = study_beside(
            bench,
            choice.recipe,
            first=validated.fitted,
            measure=lambda fitted: scores_by_artefact(bench, fitted, validated),
            progress=bench.progress,
            settings=choice.settings,
            from_trial=choice.from_trial,
        )
        final = _final(bench, choice, validated, companion)
        model = _export(task, bench, choice, validated, final)
        curve = measure_curve(bench, choice.recipe)
        baseline = bench.export_companion(companion.result(), _manifest(task, bench, "baseline"))
    return Outcome(choice, validated, final, found, studies, curve, model, baseline)


def _final(bench: Bench, choice: Choice, validated: Validated, companion: Future[Fitted]) -> Fitted:
    """The model to publish: fitted on all rows, or the very one that was validated."""
    if choice.recipe == "baseline":
        return companion.result()
    if validated.fitted is not None and not bench.traits(choice.recipe).refits:
        return validated.fitted
    with bench.watch.stage("refit"):
        return bench.fit(choice.recipe, validated.precision, on_all=True, settings=choice.settings)


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
    if bench.traits(recipe).needs == "embedder":
        bench.embed()
    return Choice(
        recipe,
        {"en": f"You chose the recipe {recipe}.", "zh": f"您选择了配方 {recipe}。"},
    )


def _export(task: Task, bench: Bench, choice: Choice, validated: Validated, final: Fitted) -> Path:
    with bench.watch.stage("export"):
        manifest = _manifest(task, bench, choice.recipe, choice.settings)
        manifest = dataclasses.replace(
            manifest,
            derived_from=_original(bench, final) if validated.precision == "int8" else "",
            extra={**manifest.extra, "equivalence": validated.equivalence},
        )

        def write(name: str, precision: Precision) -> Path:
            temperature = validated.temperature
            return export(final, manifest, bench.scratch / name, precision, bench.encoder, temperature)

        folder = write("model", validated.precision)
        # A fine-tuned model was trained in float32, so that is what its export is compared with; how far
        # int8 is from it, validation has measured. A probe was fitted on the very encoder it ships with.
        twin = isinstance(final, FineTuned) and validated.precision == "int8"
        compared = write("model-fp32", "fp32") if twin else folder
        texts = (bench.data.validation + bench.data.train).texts
        report = verify(final, compared, texts, validated.temperature)
    if not report.passed:
        raise CheckFailedError(
            f"The exported model does not say what the trained one says: {' '.join(report.reasons)}",
            next_step="Nothing was registered. Please report this: it is a defect of Headway.",
        )
    validated.equivalence["export"] = report.to_dict()
    return folder


def _original(bench: Bench, fitted: Fitted) -> str:
    """Identity of the float32 encoder that int8 was made from."""
    if isinstance(fitted, FineTuned):
        return manifest_hash(tuned_encoder(fitted, "fp32"))
    return manifest_hash(bench.encoder("fp32"))


def _manifest(task: Task, bench: Bench, recipe: str, found: Mapping[str, Any] | None = None) -> Manifest:
    """What is known of a model before it is exported; `found` are the settings that `auto` has found."""
    return Manifest(
        kind="classifier",
        engine="",
        precision="",
        name=bench.request.name or task.name,
        created_at=bench.store.now(),
        task={"name": task.name, "kind": task.kind, "labels": list(bench.data.names)},
        dataset=bench.data.version.hash,
        recipe=recipe,
        settings={**bench.settings_of(recipe), **(found or {})},
        seed=bench.request.seed,
        versions={"headway": __version__},
        licence=bench.base.licence if recipe != "baseline" and bench.base else "none needed",
        extra={"language": bench.language},
    )


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
        if run_rows.state_of(run) != run.state:
            run_rows.update_run(store, dataclasses.replace(run, state="killed"))
