"""`headway runs`."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened, percent

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List what was trained, the oldest first."""
    from headway.store.runs import list_runs

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        runs = list_runs(store)
    rows = [
        {
            "run": run.id,
            "recipe": run.recipe,
            "state": run.state,
            "seconds": round(run.seconds, 1),
            "accuracy": run.metrics.get("validation", {}).get("accuracy"),
            "model": run.model,
            "started_at": run.started_at,
        }
        for run in runs
    ]
    columns = ("run", "recipe", "state", "seconds", "accuracy", "model", "started_at")
    terminal.table(rows, columns, "Nothing was trained yet: headway train does it.")


@app.command()
def show(
    run: Annotated[str, typer.Argument(help="Id of a run, or its beginning.")],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run: why this recipe, what it cost, what was measured."""
    from headway.store.runs import get_run

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = get_run(store, run)
    validation = found.metrics.get("validation", {})
    words = [
        f"Run {found.id}: {found.recipe}, {found.state}, {found.seconds:.1f} s, model {found.model or '–'}",
        f"  {found.details.get('reason', {}).get('en', found.details.get('error', ''))}",
        f"  validation: accuracy {percent(validation.get('accuracy'))}, "
        f"macro F1 {percent(validation.get('macro_f1'))}",
        f"  seconds by stage: {json.dumps(found.details.get('stages', {}))}",
        *(f"  Note: {warning}" for warning in found.details.get("warnings", [])),
    ]
    terminal.result(dataclasses.asdict(found), words)
