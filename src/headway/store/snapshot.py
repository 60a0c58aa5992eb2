"""The database as one file: copied while others write, examined, rewritten without what was deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.errors import ConfigurationError, MachineError
from headway.store.files import machine_errors
from headway.store.sqlite import driver

_PAGES_A_STEP = 2_000
_WAIT_SECONDS = 30
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class NamedFiles:
    """The files that rows name: blobs by their sha256, each with what names it, and quarantine files."""

    datasets: dict[str, str]
    #: manifests of models
    artifacts: dict[str, str]
    #: whatever in the details of a run looks like a blob's name
    runs: dict[str, str]
    #: ids of imports, with which the names of their quarantine files begin
    imports: frozenset[str]


@dataclass(frozen=True)
class Examination:
    """What there is in a database, and what is wrong with it."""

    revision: str
    #: table → rows
    rows: dict[str, int]
    named: NamedFiles
    #: sentences; none where the database is sound
    problems: tuple[str, ...]


def snapshot(
    database: Path, target: Path, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> None:
    """Copy a database that others write to: one consistent state, in one file.

    `progress` is given pages done and pages in all. SQLite's online backup; the reading transaction around
    it holds the state still, so that writers go on and the copy never starts again. Raises `MachineError`
    where the disk is full and `ConfigurationError` where the database is damaged.
    """
    with _refusals(database), _connection(database) as source, _connection(target) as copy:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(
            copy,
            pages=_PAGES_A_STEP,
            progress=lambda _status, left, total: progress(total - left, total),
        )
        # What stands in a write-ahead log beside it would be missing from the file.
        copy.execute("PRAGMA journal_mode=DELETE")


def examine(database: Path) -> Examination:
    """Look through a database that nobody writes to; nothing is written beside it.

    Raises `ConfigurationError` where it cannot be read at all.
    """
    with _refusals(database), _connection(database, "?mode=ro&immutable=1") as connection:
        problems = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchall()[:20]:
            problems.append(f"row {row} of {table} refers to a row of {parent} that is not there")
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        ).fetchall()
        rows = {
            name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # noqa: S608
            for (name,) in tables
        }
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        return Examination(revision, rows, _named(connection), tuple(problems))


def named_files(database: Path) -> NamedFiles:
    """The files that the rows of a project's database name now."""
    with _refusals(database), _connection(database) as connection:
        return _named(connection)


def compact(database: Path) -> None:
    """Write the database anew, so that nothing deleted is left in free pages or in the write-ahead log.

    Raises `MachineError` where the disk has no room for a second copy, or another process reads on.
    """
    with _refusals(database), _connection(database) as connection:
        connection.execute("VACUUM")
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise MachineError(
            f"Another process is reading {database}, so its write-ahead log could not be emptied.",
            next_step="Run the command again when the other one is done; it takes up where it stopped.",
        )


def _named(connection: Any) -> NamedFiles:
    datasets = connection.execute("SELECT blob, task, number FROM datasets").fetchall()
    models = connection.execute("SELECT artifact, name, version FROM models").fetchall()
    runs = connection.execute("SELECT id, details FROM runs").fetchall()
    imports = connection.execute("SELECT id FROM imports").fetchall()
    return NamedFiles(
        {blob: f"dataset version {number} of {task!r}" for blob, task, number in datasets},
        {artifact: f"{name}@{version}" for artifact, name, version in models},
        {digest: f"run {run}" for run, details in runs for digest in _DIGEST.findall(details)},
        frozenset(id_ for (id_,) in imports),
    )


@contextmanager
def _connection(database: Path, query: str = "") -> Iterator[Any]:
    module, _ = driver()
    # `as_uri` escapes what a name may hold: a question mark, a space, Chinese.
    address = database.resolve().as_uri() + query
    with closing(
        module.connect(address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
    ) as connection:
        yield connection


@contextmanager
def _refusals(database: Path) -> Iterator[None]:
    module, _ = driver()
    try:
        with machine_errors(f"reading or copying {database}"):
            yield
    except module.OperationalError as error:
        if "no such" in str(error):
            raise ConfigurationError(f"{database} is no database of Headway: {error}.") from error
        raise MachineError(
            f"The database {database} refused: {error}.",
            next_step="Free some disk space or give yourself the right to read and write there.",
        ) from error
    except module.DatabaseError as error:
        raise ConfigurationError(
            f"The database {database} is damaged: {error}.",
            next_step="Restore the project from a backup.",
        ) from error
