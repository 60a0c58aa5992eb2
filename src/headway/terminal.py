"""What every command shares: the project it works on, JSON or words, progress, and exit codes.

The commands of the rooms import it, so it stands on the ground and imports no room but the store, and
that only when a command opens a project.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol
from urllib.parse import quote

import typer
from rich.console import Console, ConsoleDimensions
from rich.table import Table

if TYPE_CHECKING:
    from headway.settings import Settings
    from headway.store import Store

ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", help="The project's folder.", show_default="the current folder or one above"),
]
TaskOption = Annotated[str | None, typer.Option("--task", help="The task, where the project has several.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]

# A stored moment (ISO 8601, UTC, microseconds): people are shown its seconds.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
_PIPE_WIDTH = 200


class Progress(Protocol):
    """Tells how far a stage has come."""

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` are done; without a total, that the stage goes on."""


class Terminal:
    """Where a command speaks: words on stdout, or one JSON object there and the words on stderr."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        # A label such as "[VIP]" or ":star:" is the user's, not markup of ours.
        self._words = Console(stderr=as_json, soft_wrap=True, highlight=False, markup=False, emoji=False)
        if not self._words.is_terminal:
            # A file or a pipe has no width: a table keeps a row on its line.
            self._words.size = ConsoleDimensions(_PIPE_WIDTH, 25)

    def say(self, text: str) -> None:
        """Print a line of words."""
        self._words.print(text)

    def result(self, content: Any, words: Sequence[str] = ()) -> None:
        """Print what the command found out: the JSON object, or the words for it."""
        if self.as_json:
            self.json_line(content)
        else:
            for line in words:
                self.say(line)

    def json_line(self, content: Any) -> None:
        """Print one line of JSON Lines on stdout."""
        sys.stdout.write(json.dumps(content, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    def table(self, rows: Sequence[dict[str, Any]], columns: Sequence[str], empty: str) -> None:
        """Print rows as a table, or as a JSON array below `rows`."""
        if self.as_json:
            self.json_line({"rows": list(rows)})
        elif not rows:
            self.say(empty)
        else:
            table = Table(box=None, pad_edge=False)
            for column in columns:
                table.add_column(column, overflow="fold")
            for row in rows:
                table.add_row(*(_cell(row.get(column)) for column in columns))
            self._words.print(table)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """A function (stage, done, total) that moves a bar on a terminal and prints plain lines elsewhere."""
        if self._words.is_terminal:
            with _bar(self._words) as advance:
                yield advance
        else:
            yield self._plain_progress()

    def _plain_progress(self) -> Progress:
        shown: set[str] = set()

        def advance(stage: str, done: int, total: int | None = None) -> None:
            if stage not in shown:
                shown.add(stage)
                self.say(f"{stage} …")

        return advance


@contextmanager
def _bar(console: Console) -> Iterator[Progress]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    stage_name = TextColumn("{task.description}", markup=False)
    columns = (stage_name, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        stages: dict[str, Any] = {}

        def advance(stage: str, done: int, total: int | None = None) -> None:
            if stage not in stages:
                stages[stage] = progress.add_task(stage, total=total)
            progress.update(stages[stage], completed=done, total=total)

        yield advance


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return f"{value[:10]} {value[11:19]}"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def find_project(given: Path | None) -> Path:
    """The folder named, else the nearest one upwards from here that holds a project, else here."""
    if given is not None:
        return given.expanduser()
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".headway").is_dir()), here)


@contextmanager
def opened(project: Path | None, terminal: Terminal) -> Iterator[tuple[Store, Settings]]:
    """The project's store and settings, closed again at the end."""
    from headway.settings import load_settings  # noqa: PLC0415 - slow to load, and --help needs neither
    from headway.store import Store  # noqa: PLC0415

    folder = find_project(project)
    settings = load_settings(folder)
    store = Store.open(folder, lock_wait_seconds=settings.lock_wait_seconds, notify=terminal.say)
    try:
        yield store, settings
    finally:
        store.close()


def given_options(context: typer.Context) -> set[str]:
    """The options of the running command that were typed, as they are written: `--budget`."""
    sources = {
        parameter.opts[0]: context.get_parameter_source(parameter.name or "")
        for parameter in context.command.params
    }
    return {option for option, source in sources.items() if source and source.name == "COMMANDLINE"}


def percent(value: float | None) -> str:
    """A share as people read it, on terminal and page: 0.9254 → 92.5%; only 1 is 100%, only 0 is 0%."""
    if value is None:
        return "–"
    if 0.9995 <= value < 1:
        return ">99.9%"
    if 0 < value < 0.0005:
        return "<0.1%"
    return f"{100 * value:.1f}%" if 0 < value < 1 else f"{100 * value:.0f}%"


def curl_line(url: str, model: str, *texts: str, top_k: int | None = None, key: str | None = None) -> str:
    """A command line that sends texts to a model of a service, ready to be pasted.

    `key` names the variable of the shell that holds the API key, where the service asks for one.
    """
    content = {"inputs": list(texts), **({} if top_k is None else {"top_k": top_k})}
    body = shlex.quote(json.dumps(content, ensure_ascii=False))
    header = f' -H "Authorization: Bearer ${key}"' if key else ""
    path = f"{url}/v1/models/{quote(model, safe='')}/predict"
    return f"curl -s {path}{header} -H 'Content-Type: application/json' -d {body}"
