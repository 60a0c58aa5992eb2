"""`headway dataset`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer

from headway.records import DatasetVersion
from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened

app = typer.Typer(no_args_is_help=True)
# of each kind of leak; --json has more
_EXAMPLES = 2
VersionArgument = Annotated[str, typer.Argument(help="Number of a version, or the beginning of its hash.")]


@app.command()
def create(
    group: Annotated[
        str | None, typer.Option("--group", help="Column whose equal values never fall into two splits.")
    ] = None,
    by_time: Annotated[bool, typer.Option("--by-time", help="The newest texts become the test.")] = False,
    cap: Annotated[int | None, typer.Option("--cap", help="Most training rows of a label.")] = None,
    balance: Annotated[
        bool, typer.Option("--balance", help="Cap every label at the smallest one of ten rows or more.")
    ] = False,
    augment: Annotated[
        list[str] | None,
        typer.Option(
            "--augment",
            metavar="NAME[=N]",
            help="Add up to N texts made of each training text: typos, swap, delete, homophones, keyboard or "
            "synonyms; repeatable.",
        ),
    ] = None,
    synonyms: Annotated[
        Path | None, typer.Option("--synonyms", help="File of synonyms, one group a line.")
    ] = None,
    consensus: Annotated[
        str,
        typer.Option(
            "--consensus",
            help="Which of several labels counts: latest, majority or dawid-skene (most probable).",
        ),
    ] = "latest",
    rules: Annotated[
        bool, typer.Option("--rules", help="Train on what only rules have labelled, too; never test on it.")
    ] = False,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Freeze the labelled texts as they are now into a version."""
    from headway.datasets import create_version
    from headway.datasets.rewriting import read_synonyms
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, settings):
        split = settings.split
        version = create_version(
            store,
            get_task(store, task).name,
            seed=split.seed,
            validation=split.validation,
            test=split.test,
            group=group,
            by_time=by_time,
            cap=cap,
            balance=balance,
            augment=augment or (),
            synonyms=read_synonyms(synonyms) if synonyms else (),
            consensus=consensus,
            rules=rules,
        )
    terminal.result(_content(version), _words(version))


@app.command("list")
def list_(project: ProjectOption = None, task: TaskOption = None, as_json: JsonOption = False) -> None:
    """List the versions."""
    from headway.store.datasets import list_versions
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        versions = list_versions(store, get_task(store, task).name)
    rows = [
        {
            "number": version.number,
            "hash": version.hash[:12],
            **version.sizes,
            "labels": len(version.labels),
            "created_at": version.created_at,
        }
        for version in versions
    ]
    columns = ("number", "hash", "train", "validation", "test", "labels", "created_at")
    terminal.table(rows, columns, "There is no version yet: headway dataset create makes one.")


@app.command()
def show(
    version: Annotated[str | None, typer.Argument(help="Number or hash; the newest where absent.")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page with the plots, too.")] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one version: sizes, labels, lengths and what is odd about it."""
    from headway.datasets import find_version
    from headway.store.files import write_atomically
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = find_version(store, get_task(store, task).name, version)
    if html is not None:
        from headway.datasets.page import render_dataset

        write_atomically(html, render_dataset(found).encode())
    terminal.result(_content(found), _words(found))


@app.command()
def diff(
    old: VersionArgument,
    new: VersionArgument,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed between two versions."""
    from headway.datasets import diff_versions, find_version
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        name = get_task(store, task).name
        found = diff_versions(store, find_version(store, name, old), find_version(store, name, new))
    terminal.result(found, found["summary"])


@app.command()
def leaks(
    group: Annotated[
        str | None, typer.Option("--group", help="Column whose equal values count as a leak.")
    ] = None,
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find texts that are in more than one of the splits you gave."""
    from headway.datasets.leaks import KINDS, leak_report
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        report = leak_report(store, get_task(store, task).name, group=group)
    examples = [
        f"  {split}: {text!r}"
        for pair in report["pairs"]
        for kind in KINDS
        for example in pair[kind]["examples"][:_EXAMPLES]
        for split, text in example.items()
    ]
    terminal.result(report, [*report["summary"], *examples])


def _content(version: DatasetVersion) -> dict[str, Any]:
    content = dataclasses.asdict(version)
    del content["blob"]
    return content


def _words(version: DatasetVersion) -> list[str]:
    statistics = version.statistics
    characters = statistics["characters"]
    labels = list(statistics["labels"].items())
    shown = ", ".join(f"{label} {count:,}" for label, count in labels[:12])
    more = f" and {len(labels) - 12} more" if len(labels) > 12 else ""
    left_out = ", ".join(f"{reason} {count:,}" for reason, count in statistics.get("left_out", {}).items())
    augmented = statistics.get("augmented", {}).get("rows", 0)
    ruled = statistics.get("rules", {}).get("rows", 0)
    return [
        f"Dataset version {version.number} of {version.task!r}, {version.hash[:12]}",
        f"  {sum(version.sizes.values()):,} rows: "
        + ", ".join(f"{count:,} {name}" for name, count in version.sizes.items()),
        f"  {len(labels)} labels: {shown}{more}",
        f"  language {statistics['language']}; characters: median {characters['median']}, "
        f"longest {characters['longest']:,}; duplicate rows {statistics['duplicate_rows']:,}",
        *([f"  {augmented:,} rows of train are augmented"] if augmented else []),
        *([f"  {ruled:,} rows of train are labelled by rules alone"] if ruled else []),
        *([f"  left out: {left_out}"] if left_out else []),
        *([f"  preparation: {', '.join(version.preparation)}"] if version.preparation else []),
        *([f"  options: {_options(version.options)}"] if version.options else []),
        *(
            [f"  {version.forgotten:,} rows were forgotten since; the hash is that of the rows before"]
            if version.forgotten
            else []
        ),
        *(f"  Note: {problem}" for problem in statistics["problems"]),
    ]


def _options(options: dict[str, Any]) -> str:
    shown = {name: f"{len(value)} groups" if name == "synonyms" else value for name, value in options.items()}
    return ", ".join(
        f"{name} {' '.join(f'{way}={count}' for way, count in value.items())}"
        if isinstance(value, dict)
        else f"{name} {value}"
        for name, value in shown.items()
    )
