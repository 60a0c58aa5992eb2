"""`headway import`."""

from __future__ import annotations

import dataclasses
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened


def import_files(
    files: Annotated[list[Path], typer.Argument(help="Files to read: csv, tsv or jsonl in UTF-8.")],
    text: Annotated[str, typer.Option("--text", help="Column that holds the text.")],
    label: Annotated[str | None, typer.Option("--label", help="Column that holds the label.")] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="Column that holds an id of yours.")] = None,
    time: Annotated[str | None, typer.Option("--time", help="Column with the time, ISO 8601.")] = None,
    split: Annotated[
        str | None, typer.Option("--split", help="Where these rows belong: train, validation or test.")
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="csv, tsv or jsonl, where the ending does not tell.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", help="Licence of the data, kept with them.")
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", help="Zone of times that name none.")] = "UTC",
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read files into the project."""
    from headway.sources.formats import parse_split, parse_timezone
    from headway.sources.importer import check_files, import_file
    from headway.sources.items import Columns
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    columns = Columns(text, label, id_column, time)
    given = parse_split(split)
    zone = parse_timezone(timezone)
    with opened(project, terminal) as (store, _settings):
        chosen = get_task(store, task)
        check_files(files, columns, format_name)
        done = []
        for path in files:
            with terminal.progress() as progress:
                result = import_file(
                    store,
                    chosen.name,
                    path,
                    columns,
                    split=given,
                    format_name=format_name,
                    licence=licence,
                    timezone=zone,
                    progress=partial(progress, f"Reading {path.name}"),
                )
            done.append(result)
    words = []
    for result in done:
        words.append(
            f"{result.source}: {result.read:,} rows read = {result.added:,} new + {result.revised:,} revised "
            f"+ {result.known:,} known + {result.quarantined:,} quarantined; {result.labels:,} new labels."
        )
        if result.quarantine:
            words.append(f"  Quarantined rows, each with its line and reason: {result.quarantine}")
    words.append("Next: headway dataset create, or headway train")
    terminal.result({"imports": [dataclasses.asdict(result) for result in done]}, words)
