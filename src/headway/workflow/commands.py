"""`headway train`, `evaluate`, `predict` and `demo`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from headway.records import Run
from headway.terminal import (
    JsonOption,
    ProjectOption,
    TaskOption,
    Terminal,
    given_options,
    opened,
    percent,
)
from headway.training.events import Event, Sink

ModelArgument = Annotated[
    str | None,
    typer.Argument(help="name, name@3 or name@champion; else the task's champion.", show_default=False),
]


def train(
    context: typer.Context,
    recipe: Annotated[
        str,
        typer.Option(
            "--recipe", help="auto, baseline, probe, fewshot, lora, full, or one of yours as module:Class."
        ),
    ] = "auto",
    base: Annotated[
        str | None, typer.Option("--base", help="Base model: minilm, e5-small, a folder or a hub id.")
    ] = None,
    budget: Annotated[
        str | None, typer.Option("--budget", help="Time from start to registered version: 35s, 5m, 1h.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of everything drawn by chance.")] = 0,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="A setting of the recipe, key=value; repeatable.")
    ] = None,
    precision: Annotated[
        str, typer.Option("--precision", help="int8 (published only if it is as good) or fp32.")
    ] = "int8",
    name: Annotated[str | None, typer.Option("--name", help="Name of the model; else the task's.")] = None,
    search: Annotated[
        bool, typer.Option("--search", help="Search the recipe's settings first, within the budget.")
    ] = False,
    trials: Annotated[
        int | None, typer.Option("--trials", help="Trials of the search; else what the budget allows, or 20.")
    ] = None,
    folds: Annotated[
        int | None, typer.Option("--folds", help="Also cross-validate on the training rows, in K folds.")
    ] = None,
    repeats: Annotated[
        int, typer.Option("--repeats", help="Train with N seeds; the model of the first is published.")
    ] = 1,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metric", help="A further metric, or your own module:function; repeatable."),
    ] = None,
    log_to: Annotated[
        list[str] | None,
        typer.Option("--log-to", help="jsonl=FILE, tensorboard=FOLDER or mlflow=URI; repeatable."),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option("--resume", help="Go on with a run that was interrupted: its id, or how it begins."),
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a model and register it."""
    from headway.store.tasks import get_task
    from headway.workflow.request import read_request, refuse_with_resume
    from headway.workflow.train import resume as go_on
    from headway.workflow.train import train as run_training

    terminal = Terminal(as_json)
    if resume is not None:
        refuse_with_resume(given_options(context))
        with opened(project, terminal) as (store, _settings), terminal.progress() as progress:
            run = go_on(store, resume, progress, _speaker(terminal))
        terminal.result(_content(run), _words(run))
        return
    request = read_request(
        recipe=recipe,
        base=base,
        budget=budget,
        seed=seed,
        settings=settings or [],
        precision=precision,
        name=name,
        search=search,
        trials=trials,
        folds=folds,
        repeats=repeats,
        log_to=log_to or [],
        metrics=metrics or [],
    )
    with opened(project, terminal) as (store, found), terminal.progress() as progress:
        run = run_training(store, get_task(store, task), request, found.split, progress, _speaker(terminal))
    terminal.result(_content(run), _words(run))


def evaluate(
    model: ModelArgument = None,
    data: Annotated[Path | None, typer.Option("--data", help="A labelled file; else the test split.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Column of the file that holds the text.")
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Column that holds the label.")] = None,
    format_name: Annotated[str | None, typer.Option("--format", help="csv, tsv or jsonl.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="A further copy of the report's page.")] = None,
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metric", help="A further metric, or your own module:function; repeatable."),
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure a model and write a report."""
    from headway.registry.versions import resolve
    from headway.workflow.evaluate import evaluate as measure
    from headway.workflow.evaluate import labelled_file

    terminal = Terminal(as_json)
    file = labelled_file(data, text, label, format_name)
    with opened(project, terminal) as (store, _settings):
        version = resolve(store, model, task=task)
        report = measure(store, version, file, html, metrics or ())
    terminal.result(report, [*report["summary"]["en"], f"Report: {report['html']}"])


def predict(
    model: ModelArgument = None,
    file: Annotated[str, typer.Argument(help="A file, or - for stdin, one text a line.")] = "-",
    text: Annotated[str | None, typer.Option("--text", help="Column that holds the text.")] = None,
    format_name: Annotated[str | None, typer.Option("--format", help="csv, tsv, jsonl or txt.")] = None,
    top_k: Annotated[int | None, typer.Option("--top-k", min=1, help="Labels to print; else all.")] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Label texts with a model, as JSON Lines."""
    from headway.registry.artifacts import lay_out
    from headway.registry.versions import resolve
    from headway.workflow.predict import is_file_name, predict_lines, texts_of

    terminal = Terminal(as_json)
    if model is not None and file == "-" and is_file_name(model):
        file, model = model, None
    with opened(project, terminal) as (store, _settings):
        version = resolve(store, model, task=task)
        folder = lay_out(store, version.artifact)
    lines = predict_lines(folder, texts_of(file, text, format_name), top_k)
    if as_json:
        terminal.result({"model": version.reference, "predictions": list(lines)})
        return
    for line in lines:
        terminal.json_line(line)


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where the demo's project goes.")] = Path(
        "headway-demo"
    ),
    language: Annotated[str, typer.Option("--lang", help="Language of the messages: en or zh.")] = "en",
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop the service at the end.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the whole thread on a small file of our own."""
    from headway.workflow.demo import run_demo

    run_demo(Terminal(as_json), folder, language, keep_serving=not no_serve)


def _speaker(terminal: Terminal) -> Sink:
    """Prints what is said in words: the report of each epoch."""

    def speak(event: Event) -> None:
        if event.words:
            terminal.say(event.words)

    return speak


def _content(run: Run) -> dict[str, Any]:
    content = dataclasses.asdict(run)
    return {"run": content.pop("id"), **content}


def _validated(run: Run) -> str:
    return "Validation, before the last refit" if run.details["refitted"] else "Validation"


def _words(run: Run) -> list[str]:
    validation, interval = run.metrics["validation"], run.metrics["interval"].get("accuracy")
    shown = f" ({percent(interval[0])} … {percent(interval[1])})" if interval else ""
    return [
        f"{run.model} is registered: recipe {run.recipe}, {run.details['precision']}, {run.seconds:.1f} s.",
        run.details["reason"]["en"],
        f"{_validated(run)}: accuracy {percent(validation.get('accuracy'))}{shown}, "
        f"macro F1 {percent(validation.get('macro_f1'))}.",
        *(f"{name}: {value:.4g}" for name, value in validation.items() if ":" in name),
        *(words["en"] for words in run.details.get("studies", {}).values()),
        *(f"Note: {warning}" for warning in run.details["warnings"]),
        "Next: headway evaluate, headway models list, headway serve",
    ]
