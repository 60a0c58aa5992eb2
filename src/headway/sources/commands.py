"""`headway import`."""

from __future__ import annotations

import dataclasses
import itertools
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened

if TYPE_CHECKING:
    from headway.records import Import
    from headway.sources.plan import Plan

_PREVIEWED = 5


def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Files to read: csv, tsv, jsonl, json, xlsx, parquet, txt, zip or gz of these, or what "
            "labelling tools export."
        ),
    ],
    text: Annotated[
        str | None, typer.Option("--text", help="Column that holds the text; else it is found out and said.")
    ] = None,
    label: Annotated[str | None, typer.Option("--label", help="Column that holds the label.")] = None,
    id_column: Annotated[str | None, typer.Option("--id", help="Column that holds an id of yours.")] = None,
    time: Annotated[
        str | None, typer.Option("--time", help="Column with the time, ISO 8601 or 2026年11月22日.")
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", help="Where these rows belong: train, validation or test.")
    ] = None,
    format_name: Annotated[
        str | None, typer.Option("--format", help="Name of the format, where ending and content do not tell.")
    ] = None,
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", help="Encoding: utf-8, gb18030, cp1252 …; else it is found out."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="What parts fields: tab, ';' …; else it is found out.")
    ] = None,
    header: Annotated[
        bool | None,
        typer.Option(
            "--header/--no-header", help="Whether the first row names the columns.", show_default=False
        ),
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Sheet of a workbook; else the first.")] = None,
    label_after: Annotated[
        str | None, typer.Option("--label-after", help="In txt, the label is what follows the last of these.")
    ] = None,
    label_before: Annotated[
        str | None,
        typer.Option("--label-before", help="In txt, the label is what precedes the first of these."),
    ] = None,
    licence: Annotated[
        str | None, typer.Option("--licence", help="Licence of the data, kept with them.")
    ] = None,
    timezone: Annotated[str, typer.Option("--timezone", help="Zone of times that name none.")] = "UTC",
    preview: Annotated[
        bool, typer.Option("--preview", help="Show how the files would be read, and import nothing.")
    ] = False,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read files into the project."""
    from headway.sources.formats import parse_split, parse_timezone
    from headway.sources.importer import import_planned
    from headway.sources.items import Columns
    from headway.sources.plan import Asked, check_files
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    asked = Asked(format_name, encoding, delimiter, header, sheet, label_after, label_before)
    given = parse_split(split)
    zone = parse_timezone(timezone)
    columns = Columns(text, label, id_column, time)
    if preview:
        _show(terminal, check_files(files, columns, asked))
        return
    with opened(project, terminal) as (store, _settings):
        chosen = get_task(store, task)
        done, words = [], []
        for plan in check_files(files, columns, asked):
            with terminal.progress() as progress:
                result = import_planned(
                    store,
                    chosen.name,
                    plan,
                    split=given,
                    licence=licence,
                    timezone=zone,
                    progress=partial(progress, f"Reading {plan.source.name}"),
                )
            done.append(result)
            words += _words(result, plan)
    any_labels = any(each.labels for each in done) or label is not None
    words.append(
        "Next: headway dataset create, or headway train"
        if any_labels
        else "Next: give them labels: headway annotate labels NAME…, headway annotate queue, headway console"
    )
    terminal.result({"imports": [dataclasses.asdict(result) for result in done]}, words)


def _words(result: Import, plan: Plan) -> list[str]:
    words = [
        f"{result.source}: {result.read:,} rows read = {result.added:,} new + {result.revised:,} revised "
        f"+ {result.known:,} known + {result.quarantined:,} quarantined; {result.labels:,} new labels.",
        *_notes(plan),
    ]
    if result.quarantine:
        words.append(f"  Quarantined rows, each with its line and reason: {result.quarantine}")
    return words


def _notes(plan: Plan) -> list[str]:
    start = [] if plan.start is None else [f"It begins: {plan.start}"]
    return [f"  {note}" for note in [*start, *plan.notes]]


def _show(terminal: Terminal, plans: list[Plan]) -> None:
    """How files would be read, and their first rows."""
    from headway.sources.rows import BadRow

    files: list[dict[str, Any]] = []
    words = []
    for plan in plans:
        rows: list[dict[str, Any]] = []
        for row in itertools.islice(plan.rows(), _PREVIEWED):
            what: dict[str, Any] = (
                {"reason": row.reason} if isinstance(row, BadRow) else {"fields": row.fields}
            )
            rows.append({"line": row.line, **what})
        files.append(
            {
                "source": plan.source.name,
                "format": plan.format,
                **dataclasses.asdict(plan.reading),
                "columns": dataclasses.asdict(plan.columns),
                "notes": plan.notes,
                "start": plan.start,
                "rows": rows,
            }
        )
        words += [f"{plan.source.name}, {plan.format}:", *_notes(plan)]
        words += [f"  line {row['line']}: {_in_words(row)}" for row in rows]
    terminal.result({"files": files}, [*words, "Nothing was imported."])


def _in_words(row: dict[str, Any]) -> str:
    if "reason" in row:
        return f"quarantined, {row['reason']}"
    return ", ".join(f"{name}: {_short(value)}" for name, value in row["fields"].items())


def _short(value: str) -> str:
    # A control character could do things to the terminal that this is shown on.
    text = " ".join("".join(one if one.isprintable() else " " for one in value).split())
    return text if len(text) <= 40 else text[:40] + "…"
