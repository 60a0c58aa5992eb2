"""`headway dataset`."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from headway.records import DatasetVersion
from headway.terminal import JsonOption, ProjectOption, TaskOption, Terminal, opened

app = typer.Typer(no_args_is_help=True)
VersionArgument = Annotated[str, typer.Argument(help="Number of a version, or the beginning of its hash.")]


@app.command()
def create(project: ProjectOption = None, task: TaskOption = None, as_json: JsonOption = False) -> None:
    """Freeze the labelled texts as they are now into a version."""
    from headway.datasets import create_version
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, settings):
        split = settings.split
        version = create_version(
            store, get_task(store, task).name, seed=split.seed, validation=split.validation, test=split.test
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
    project: ProjectOption = None,
    task: TaskOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one version: sizes, labels, lengths and what is odd about it."""
    from headway.datasets import find_version
    from headway.store.tasks import get_task

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        found = find_version(store, get_task(store, task).name, version)
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
    return [
        f"Dataset version {version.number} of {version.task!r}, {version.hash[:12]}",
        f"  {statistics['rows']:,} rows: "
        + ", ".join(f"{count:,} {name}" for name, count in version.sizes.items()),
        f"  {len(labels)} labels: {shown}{more}",
        f"  language {statistics['language']}; characters: median {characters['median']}, "
        f"longest {characters['longest']:,}; duplicate rows {statistics['duplicate_rows']:,}",
        *(f"  Note: {problem}" for problem in statistics["problems"]),
    ]
