"""`headway models`."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened

app = typer.Typer(no_args_is_help=True)
ModelArgument = Annotated[
    str | None, typer.Argument(help="name, name@3 or name@champion; else the task's champion.")
]


@app.command("list")
def list_(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """List the versions of all models."""
    from headway.store.models import list_versions

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        versions = list_versions(store)
    rows = [
        {
            "model": version.reference,
            "aliases": list(version.aliases),
            "precision": version.precision,
            "created_at": version.created_at,
            "run": version.run,
        }
        for version in versions
    ]
    columns = ("model", "aliases", "precision", "created_at", "run")
    terminal.table(rows, columns, "There is no model yet: headway train makes one.")


@app.command()
def show(
    model: ModelArgument = None,
    card: Annotated[
        bool, typer.Option("--card", help="Print the model card in Hugging Face's format.")
    ] = False,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a model is and what it was made from."""
    from headway.registry.card import model_card
    from headway.registry.versions import manifest_of, resolve
    from headway.store.runs import get_run

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        version = resolve(store, model, task=task)
        manifest = manifest_of(store, version)
        text = model_card(version, manifest, get_run(store, version.run) if version.run else None)
    content = {**dataclasses.asdict(version), "manifest": dataclasses.asdict(manifest)}
    words = [
        f"{version.reference} {', '.join(version.aliases)}",
        f"  recipe {manifest.recipe}, {manifest.engine} {manifest.precision}, "
        f"{sum(entry['size'] for entry in manifest.files.values()) / 1e6:.1f} MB",
        f"  base {manifest.base_model.get('name', 'none')}, licence {manifest.licence}",
        f"  dataset {manifest.dataset[:12]}, made {manifest.created_at[:19]} UTC",
        f"  {len(manifest.task['labels'])} labels: {', '.join(manifest.task['labels'][:20])}",
    ]
    terminal.result({**content, "card": text}, [text] if card else words)


@app.command()
def promote(
    model: Annotated[str, typer.Argument(help="name@3: the version that becomes champion.")],
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a version the champion, after each of its files was verified."""
    from headway.registry import versions

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        version = versions.promote(store, model)
    terminal.result(
        dataclasses.asdict(version),
        [f"{version.reference} is champion.", f"Undo: headway models rollback {version.name}"],
    )


@app.command()
def rollback(
    model: Annotated[str | None, typer.Argument(help="Name of the model; else the task's.")] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the champion before the present one champion again."""
    from headway.registry import versions
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        version = versions.rollback(store, model or get_task(store, task).name)
    terminal.result(
        dataclasses.asdict(version),
        [f"{version.reference} is champion again.", f"Undo: headway models promote {version.name}@N"],
    )


@app.command()
def history(
    model: Annotated[str | None, typer.Argument(help="Name of the model; else the task's.")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Who was champion on that day? 2026-11-22")] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show which version was champion since when."""
    from headway.errors import UsageError
    from headway.registry import versions

    terminal = Terminal(as_json)
    try:
        day = None if on is None else date.fromisoformat(on)
    except ValueError as error:
        raise UsageError(f"{on!r} is no day.", next_step="Write it as 2026-11-22.") from error
    with opened(project, terminal) as (store, _settings):
        name = versions.resolve(store, model, task=task).name
        if day is not None:
            found = versions.champion_on(store, name, day)
            words = (
                f"{found.reference} was champion on {on} (UTC)."
                if found
                else f"{name} had no champion on {on}."
            )
            terminal.result({"on": on, "champion": found.reference if found else None}, [words])
            return
        events = versions.history(store, name)
    rows = [
        {"at": e.at, "alias": e.alias, "version": f"{e.model}@{e.version}", "action": e.action}
        for e in events
    ]
    terminal.table(rows, ("at", "alias", "version", "action"), "Nothing was promoted yet.")


@app.command()
def export(
    model: ModelArgument = None,
    folder: Annotated[Path, typer.Option("--dir", help="A new folder to write to.")] = Path("model"),
    format_name: Annotated[str, typer.Option("--format", help="artifact or transformers.")] = "artifact",
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a model to a folder of its own."""
    from headway.registry.versions import resolve
    from headway.workflow.publish import publish

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        version = resolve(store, model, task=task)
        publish(store, version, folder, format_name)
    terminal.result(
        {"model": version.reference, "dir": str(folder), "format": format_name},
        [f"{version.reference} is in {folder} ({format_name})."],
    )
