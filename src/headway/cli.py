"""The command line: a table. A room is loaded only when one of its commands runs."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer

from headway import __version__
from headway.errors import HeadwayError

#: command or group → (module, its function or group there, help line)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("headway.workflow.commands", "demo", "Show the whole thread on a small file of our own."),
    "init": ("headway.workflow.project_commands", "init", "Make a project with its first task."),
    "import": ("headway.sources.commands", "import_files", "Read files into the project."),
    "clean": (
        "headway.cleaning.commands",
        "clean",
        "Say what is wrong with the data and what would be done; change it only on request.",
    ),
    "dataset": ("headway.datasets.commands", "app", "Freeze labelled texts into versions and compare them."),
    "annotate": (
        "headway.annotation.commands",
        "app",
        "Label texts together, and see how good the labels are.",
    ),
    "train": ("headway.workflow.commands", "train", "Train a model and register it."),
    "runs": ("headway.training.commands", "app", "See what was trained, how long it took and why."),
    "compare": (
        "headway.comparison.commands",
        "compare",
        "Set trained models side by side: accuracy, training time, size and speed.",
    ),
    "bases": (
        "headway.comparison.commands",
        "app",
        "Compare pretrained models on the project's texts.",
    ),
    "evaluate": ("headway.workflow.commands", "evaluate", "Measure a model and write a report."),
    "predict": ("headway.workflow.commands", "predict", "Label texts with a model, as JSON Lines."),
    "models": ("headway.workflow.models_commands", "app", "List, promote, roll back and export models."),
    "jobs": ("headway.jobs.commands", "app", "See, cancel and read what the console has been asked to do."),
    "keys": ("headway.access.commands", "app", "Make, list and revoke the keys of the service."),
    "users": ("headway.access.users_commands", "app", "Add, invite and disable the users of the console."),
    "serve": ("headway.serving.commands", "serve", "Serve the champions over HTTP."),
    "console": ("headway.console.commands", "console", "Open the web console, where the team works."),
    "backup": (
        "headway.care.commands",
        "backup",
        "Write the whole project into one file, while others go on working.",
    ),
    "restore": ("headway.care.commands", "restore", "Verify a backup and make a project of it."),
    "prune": (
        "headway.care.commands",
        "prune",
        "Remove what nothing refers to and what interrupted work left.",
    ),
    "forget": ("headway.care.commands", "forget", "Remove records for good: texts, labels, copies."),
    "config": ("headway.workflow.project_commands", "config", "Show the settings and where each comes from."),
    "doctor": (
        "headway.workflow.project_commands",
        "doctor",
        "Say what this installation can do and what is missing.",
    ),
}


def build(asked: str | None = None) -> typer.Typer:
    """The command line with the asked command loaded; the others are there with their help line only."""
    app = typer.Typer(
        name="headway",
        help="From raw business text, Chinese or English, to a model service that keeps getting better.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.callback()(_version_option)
    for name, (module, attribute, line) in COMMANDS.items():
        target: Any = getattr(importlib.import_module(module), attribute) if name == asked else _not_loaded
        if isinstance(target, typer.Typer):
            app.add_typer(target, name=name, help=line)
        else:
            app.command(name, help=line)(target)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what goes wrong ends in a message and the exit code of its class."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    asked = next((word for word in given if word in COMMANDS), None)
    as_json = "--json" in given
    try:
        # In its standalone mode typer words what it did not understand itself, and never as JSON.
        sys.exit(build(asked)(given, prog_name="headway", standalone_mode=not as_json))
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        next_step = f"See `{context.command_path if context else 'headway'} --help`."
        _report(error.format_message(), next_step, error.exit_code, as_json=as_json)
        sys.exit(error.exit_code)
    except HeadwayError as error:
        _report(error.message, error.next_step, error.exit_code, as_json=as_json)
        sys.exit(error.exit_code)
    except Exception as error:  # noqa: BLE001 - the last resort, so that no traceback reaches a user
        path = _bug_report()
        message = f"This is a bug of Headway: {type(error).__name__}: {error}"
        _report(message, f"Please send us the report in {path}.", 70, as_json=as_json)
        sys.exit(70)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"headway {__version__}")
        raise typer.Exit


def _version_option(
    # Eager: it is answered before the command that is missing is asked for.
    version: bool = typer.Option(
        False, "--version", help="Print the version.", is_eager=True, callback=_print_version
    ),
) -> None:
    pass


def _not_loaded() -> None:
    raise AssertionError("A command that was not asked for cannot run.")


def _report(message: str, next_step: str | None, exit_code: int, *, as_json: bool) -> None:
    typer.secho(f"Error: {message}", err=True, fg=typer.colors.RED)
    if next_step:
        typer.echo(f"Next step: {next_step}", err=True)
    if as_json:
        typer.echo(
            json.dumps({"error": message, "next_step": next_step, "exit_code": exit_code}, ensure_ascii=False)
        )


def _bug_report() -> Path:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", prefix="headway-bug-", suffix=".txt", delete=False
    ) as file:
        file.write(traceback.format_exc())
    return Path(file.name)
