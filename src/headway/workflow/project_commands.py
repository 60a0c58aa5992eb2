"""`headway init`, `headway config` and `headway doctor`: the project and the installation themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, find_project


def init(
    folder: Annotated[Path | None, typer.Argument(help="The project's folder; made where absent.")] = None,
    task: Annotated[str, typer.Option("--task", help="Kind of the first task.")] = "text-classification",
    name: Annotated[
        str | None, typer.Option("--name", help="Name of the task and its models; else the kind.")
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a project with its first task."""
    from headway.workflow.create import create_project

    terminal = Terminal(as_json)
    where = folder or project or Path.cwd()
    store, first = create_project(where, task, name)
    store.close()
    terminal.result(
        {"project": str(where), "task": first.name, "kind": first.kind},
        [
            f"Project {where} with the task {first.name!r}.",
            "Next: headway import FILE --text COLUMN --label COLUMN",
        ],
    )


def config(
    action: Annotated[str, typer.Argument(help="`show` lists every setting.")] = "show",
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the settings and where each comes from."""
    from headway.errors import UsageError
    from headway.settings import describe_settings

    if action != "show":
        raise UsageError(f"`headway config {action}` is unknown.", next_step="Use `headway config show`.")
    rows = describe_settings(find_project(project))
    Terminal(as_json).table(rows, ("name", "value", "origin", "meaning"), "There are no settings.")


def doctor(project: ProjectOption = None, as_json: JsonOption = False) -> None:
    """Say what this installation can do and what is missing."""
    from headway.workflow.doctor import examine

    terminal = Terminal(as_json)
    findings = examine(find_project(project))
    words = [
        f"{'ok     ' if item['ok'] else 'missing'}  {item['name']}: {item['detail']}" for item in findings
    ]
    terminal.result({"ok": all(item["ok"] for item in findings), "findings": findings}, words)
