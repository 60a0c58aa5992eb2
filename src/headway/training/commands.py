"""`headway runs`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened, percent

if TYPE_CHECKING:
    from headway.records import Run
    from headway.store import Store

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List what was trained, the oldest first."""
    from headway.store.runs import list_runs, state_of

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        runs = list_runs(store)
        resumable = {run.id for run in runs if _is_resumable(run, _checkpoints(store, run))}
    rows = [
        {
            "run": run.id,
            "recipe": run.recipe,
            "state": state_of(run),
            "seconds": round(run.seconds, 1),
            "accuracy": run.metrics.get("validation", {}).get("accuracy"),
            "model": run.model,
            "started_at": run.started_at,
            "resumable": run.id in resumable,
        }
        for run in runs
    ]
    columns = ("run", "recipe", "state", "seconds", "accuracy", "model", "started_at")
    terminal.table(rows, columns, "Nothing was trained yet: headway train does it.")
    if resumable and not as_json:
        terminal.say(f"To go on with the newest that stopped: headway train --resume {max(resumable)}")


@app.command()
def show(
    run: Annotated[str, typer.Argument(help="Id of a run, or its beginning.")],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run: why this recipe, what it cost, what was measured."""
    from headway.store.runs import get_run, state_of
    from headway.training.trial_lines import trial_lines

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = get_run(store, run)
        checkpoints = _checkpoints(store, found)
    details, validation = found.details, found.metrics.get("validation", {})
    words = [
        f"Run {found.id}: {found.recipe}, {state_of(found)}, {found.seconds:.1f} s, "
        f"model {found.model or '–'}",
        f"  {details.get('reason', {}).get('en', details.get('error', ''))}",
        f"  validation: accuracy {percent(validation.get('accuracy'))}, "
        f"macro F1 {percent(validation.get('macro_f1'))}",
        *(f"  {_epoch_words(entry)}" for entry in details.get("history", [])),
        *(f"  {study['en']}" for study in details.get("studies", {}).values()),
        *(f"  {line}" for line in trial_lines(details.get("trials", []))),
        *_temperature_words(details),
        f"  seconds by stage: {json.dumps(details.get('stages', {}))}",
        *(f"  Note: {warning}" for warning in details.get("warnings", [])),
        *_checkpoint_words(found, checkpoints),
    ]
    terminal.result({**dataclasses.asdict(found), "checkpoints": checkpoints}, words)


def _is_resumable(run: Run, checkpoints: Mapping[str, Any]) -> bool:
    """Whether going on with a run makes sense: what failed fails again, unless it had come some way."""
    from headway.store.runs import state_of

    stopped = state_of(run) in {"interrupted", "killed"} or (run.state == "failed" and bool(checkpoints))
    return stopped and "request" in run.details


def _checkpoints(store: Store, run: Run) -> dict[str, dict[str, Any]]:
    """Part of a run that is not done → `step`, `total` and finished `epochs` of its newest checkpoint."""
    from headway.training.checkpoints import checkpoint_root, checkpoints_in

    found: dict[str, dict[str, Any]] = {}
    folder = checkpoint_root(store) / run.id
    for part in sorted(folder.glob("[!.]*")) if run.state != "done" else []:
        positions = filter(None, map(_position, reversed(checkpoints_in(part))))
        if position := next(positions, None):
            found[part.name] = position
    return found


def _position(checkpoint: Path) -> dict[str, Any]:
    try:
        position = json.loads((checkpoint / "state.json").read_text("utf-8"))["position"]
        return {"step": position["step"], "total": position["total"], "epochs": len(position["history"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _epoch_words(entry: Mapping[str, Any]) -> str:
    words = f"epoch {entry.get('epoch', '–')}: training loss {entry.get('loss', float('nan')):.3f}"
    if "accuracy" in entry:
        words += f", accuracy {percent(entry['accuracy'])}, macro F1 {percent(entry.get('macro_f1'))}"
    return words


def _temperature_words(details: Mapping[str, Any]) -> list[str]:
    temperature = details.get("temperature")
    return [] if temperature is None else [f"  temperature of the probabilities: {temperature:.3f}"]


def _checkpoint_words(run: Run, checkpoints: Mapping[str, Mapping[str, Any]]) -> list[str]:
    words = [
        f"  checkpoint of {part}: step {at['step']:,} of {at['total']:,}, epochs done: {at['epochs']}"
        for part, at in checkpoints.items()
    ]
    if _is_resumable(run, checkpoints):
        how = "go on from there" if checkpoints else "begin it again, as no checkpoint was written"
        words.append(f"  To {how}: headway train --resume {run.id}")
    return words
