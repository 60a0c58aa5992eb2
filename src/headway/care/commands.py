"""`headway backup`, `headway restore`, `headway prune` and `headway forget`."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headway.terminal import JsonOption, ProjectOption, Terminal, opened

if TYPE_CHECKING:
    from headway.care.forget import Forgotten


def backup(
    file: Annotated[Path, typer.Argument(help="The zip file to write.")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the whole project into one file, while others go on working."""
    from headway.care.backup import backup as write_backup

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings), terminal.progress() as progress:
        done = write_backup(store, file, overwrite=overwrite, progress=progress)
    manifest = done.manifest
    content = {
        "file": str(done.path),
        "size": done.size,
        "files": len(manifest.files),
        "rows": manifest.rows,
        "created_at": manifest.created_at,
        "damaged": manifest.damaged,
    }
    words = [
        f"{done.path}: {len(manifest.files):,} files, {_size(done.size)}, "
        f"{manifest.rows['records']:,} records as of {manifest.created_at[:19]} UTC.",
        "It holds your texts and keys in the clear: only you may read it, and so it should stay.",
        *_damage(manifest.damaged, "were missing or damaged in the project itself"),
        f"Test it: headway restore {done.path} --check",
    ]
    terminal.result(content, words)


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `headway backup` wrote.")],
    folder: Annotated[
        Path | None, typer.Argument(help="A folder without a project; made where absent.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Verify the backup and restore nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Verify a backup and make a project of it."""
    from headway.care.restore import check_backup
    from headway.care.restore import restore as put_back
    from headway.errors import UsageError

    terminal = Terminal(as_json)
    if check == (folder is not None):
        raise UsageError(
            "A backup is restored into a folder, or checked." if check else "Restored into which folder?",
            next_step=f"headway restore {file} DIR, or headway restore {file} --check",
        )
    with terminal.progress() as progress:
        done = check_backup(file, progress) if folder is None else put_back(file, folder, progress)
    manifest = done.manifest
    content = {
        "file": str(file),
        "folder": None if folder is None else str(folder),
        "files": len(manifest.files),
        "rows": manifest.rows,
        "created_at": manifest.created_at,
        "damaged": manifest.damaged,
    }
    what = f"{len(manifest.files):,} files and {manifest.rows['records']:,} records"
    words = [
        f"{file} is sound: {what} as of {manifest.created_at[:19]} UTC."
        if folder is None
        else f"{folder} holds {what} as of {manifest.created_at[:19]} UTC.",
        *_damage(manifest.damaged, "were missing or damaged when the backup was taken"),
    ]
    terminal.result(content, words)


def prune(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would go, and remove nothing.")
    ] = False,
    cache: Annotated[
        bool, typer.Option("--cache", help="Also remove what is made again when it is needed.")
    ] = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove what nothing refers to and what interrupted work left."""
    from headway.care.prune import prune as remove

    terminal = Terminal(as_json)
    with opened(project, terminal) as (store, _settings):
        done = remove(store, dry_run=dry_run, cache=cache)
    rows = [dataclasses.asdict(leftover) for leftover in done.leftovers]
    if not as_json and rows:
        terminal.table([{**row, "size": _size(row["size"])} for row in rows], ("size", "path", "reason"), "")
    total = f"{len(rows):,} files or folders, {_size(done.size)}"
    words = f"{total}, were removed." if done.removed else f"{total}, would be removed. Nothing was."
    terminal.result(
        {"removed": done.removed, "size": done.size, "rows": rows},
        [words if rows else "There is nothing to remove."],
    )


def forget(
    id_: Annotated[str | None, typer.Option("--id", help="The id you gave a record when importing.")] = None,
    record: Annotated[str | None, typer.Option("--record", help="The project's own id of a record.")] = None,
    contains: Annotated[
        str | None, typer.Option("--contains", help="Text that stands exactly so in the text or a field.")
    ] = None,
    where: Annotated[str | None, typer.Option("--where", help="COLUMN=VALUE, such as customer=42.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; scripts need it.")] = False,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove records for good: texts, labels, copies."""
    from headway.care import Selection
    from headway.care.forget import forget as remove
    from headway.care.forget import plan_to_forget

    terminal = Terminal(as_json)
    selection = Selection(id_, record, contains, _column_and_value(where))
    with opened(project, terminal) as (store, _settings):
        if not yes:
            _ask(terminal, plan_to_forget(store, selection))
        done = remove(store, selection)
    terminal.result(dataclasses.asdict(done), _forgotten_words(done))


def _column_and_value(where: str | None) -> tuple[str, str] | None:
    from headway.errors import UsageError

    if where is None:
        return None
    column, equals, value = where.partition("=")
    if not equals:
        raise UsageError(f"--where {where!r} is not understood.", next_step="Write it as COLUMN=VALUE.")
    return column, value


def _ask(terminal: Terminal, plan: Forgotten) -> None:
    from headway.errors import UsageError

    if terminal.as_json or not sys.stdin.isatty():
        raise UsageError(
            f"This would forget {plan.records:,} records for good, and nobody is here to be asked.",
            next_step="Add --yes. Nothing was changed.",
        )
    for line in _plan_words(plan):
        terminal.say(line)
    typer.confirm("Forget them for good?", abort=True, err=True)


def _plan_words(plan: Forgotten) -> list[str]:
    return [
        f"{plan.records:,} records with {plan.revisions:,} texts and {plan.labels:,} labels would be "
        "forgotten; this cannot be undone.",
        *_details(plan),
    ]


def _forgotten_words(done: Forgotten) -> list[str]:
    if not (done.records or done.quarantined or done.reports):
        return ["No record matches. What an interrupted forget may have left was removed."]
    return [
        f"{done.records:,} records with {done.revisions:,} texts and {done.labels:,} labels were forgotten.",
        *_details(done),
        "Files outside the project still hold them: backups, exports, the files you imported.",
    ]


def _details(found: Forgotten) -> list[str]:
    lines = [f"  dataset version {v.number} of {v.task!r}: {v.rows:,} rows" for v in found.versions]
    if found.quarantined:
        lines.append(f"  quarantine: {found.quarantined:,} rows")
    if found.reports:
        lines.append(f"  reports that quote them, as a whole: {', '.join(found.reports)}")
    if found.models:
        lines.append(
            f"  Models trained on them stay and cannot unlearn; a baseline's vocabulary may hold pieces of "
            f"their texts: {', '.join(found.models)}"
        )
    return lines


def _damage(damaged: dict[str, str], how: str) -> list[str]:
    if not damaged:
        return []
    needs = ", ".join(sorted(set(damaged.values())))
    return [f"Note: {len(damaged):,} blobs {how}; they belong to {needs}."]


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1_000:
            return f"{size:.0f} {unit}"
        size /= 1_000
    return f"{size:.1f} GB"
