"""`headway compare` and `headway bases`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened, percent

app = typer.Typer(no_args_is_help=True)

_KNOWN = ("unknown", "cut off", "tokens", "licence", "languages")
_MODEL_COLUMNS = ("#", "model", "recipe", "accuracy", "interval", "seconds", "MB", "texts/s", "front", "run")
_BASE_COLUMNS = ("#", "base", "accuracy", "interval", "to the best", "texts/s", "MB", *_KNOWN)


def compare(
    models: Annotated[
        list[str] | None,
        typer.Argument(
            help="Runs (an id or its beginning) and models (name, name@3, name@champion); else the newest "
            "20 runs that are done.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="A further copy of the page.")] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set trained models side by side: accuracy, training time, size and speed."""
    from headway.comparison.compare import compare as run_comparison

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings), terminal.progress() as progress:
        report = run_comparison(store, models or [], task=task, html=html, progress=progress)
    if not as_json:
        terminal.table([_model_row(row) for row in report["rows"]], _MODEL_COLUMNS, "")
    notes = [f"Note: {warning['en']}" for warning in report["warnings"]]
    terminal.result(report, [*report["summary"]["en"], *notes, f"Page: {report['html']}"])


@app.command("compare")
def compare_bases(
    bases: Annotated[
        list[str] | None,
        typer.Argument(
            help="minilm, e5-small, folders and hub ids; else minilm and e5-small.", show_default=False
        ),
    ] = None,
    precision: Annotated[
        str, typer.Option("--precision", help="Of the encoders that are compared: int8 or fp32.")
    ] = "int8",
    labels: Annotated[
        int, typer.Option("--labels", help="Most labelled training texts to compare on.")
    ] = 2_000,
    html: Annotated[Path | None, typer.Option("--html", help="A further copy of the page.")] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find out which pretrained model suits the project's texts."""
    from headway.comparison.bases import compare_bases as run_comparison
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, settings), terminal.progress() as progress:
        report = run_comparison(
            store,
            get_task(store, task),
            bases or [],
            settings.split,
            precision=precision,
            labels=labels,
            html=html,
            progress=progress,
        )
    if not as_json:
        terminal.table([_base_row(row) for row in report["rows"]], _BASE_COLUMNS, "")
    notes = [f"Note: {warning['en']}" for warning in report["warnings"]]
    terminal.result(report, [*report["summary"]["en"], *notes, f"Page: {report['html']}"])


def _model_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "#": row["number"],
        "model": row["model"] or row["state"],
        "recipe": row["recipe"],
        **_figures(row),
        "seconds": None if row["seconds"] is None else f"{row['seconds']:.1f}",
        **_costs(row),
        "front": {True: "yes", False: "no", None: ""}[row["front"]],
        "run": row["run"],
    }


def _base_row(row: dict[str, Any]) -> dict[str, Any]:
    shown = {"#": row["number"], "base": row["name"], "licence": row["licence"]}
    search = row["search"]
    if search is None:
        return {**shown, "accuracy": "–"}
    difference = search["difference_to_best"]
    shown |= {**_figures(search), **_costs(row), "to the best": "best"}
    if difference:
        shown["to the best"] = "{:+.1f} ({:+.1f} … {:+.1f})".format(*(100 * value for value in difference))
    if row["licence"]:
        shown |= {
            "unknown": percent(row["unknown_rate"]),
            "cut off": percent(row["truncation_rate"]),
            "tokens": f"{row['mean_tokens']:.1f}",
            "languages": row["languages"],
        }
    return shown


def _figures(row: dict[str, Any]) -> dict[str, str]:
    interval = row["interval"]
    return {
        "accuracy": percent(row["accuracy"]),
        "interval": f"{percent(interval[0])} … {percent(interval[1])}" if interval else "",
    }


def _costs(row: dict[str, Any]) -> dict[str, str | None]:
    size, speed = row["size_bytes"], row["texts_per_second"]
    return {
        "MB": None if size is None else f"{size / 1e6:,.1f}",
        "texts/s": None if speed is None else f"{speed:,.0f}",
    }
