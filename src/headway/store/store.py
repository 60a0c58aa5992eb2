"""The store: one database, one folder of blobs and one lock a project."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from headway.errors import ConfigurationError, MachineError, NewerProjectError, NoProjectError
from headway.records import timestamp, utc_now
from headway.store.blobs import Blobs
from headway.store.files import machine_errors, make_folder
from headway.store.lock import ProjectLock
from headway.store.sqlite import open_engine

HEAD = "0005"
_KNOWN_REVISIONS = ("0001", "0002", "0003", "0004", "0005")


class Store:
    """An opened project: its rows (`reading`, `writing`), its blobs, its lock and its clock."""

    def __init__(
        self,
        project: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        lock_wait_seconds: float = 30.0,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        self.project = project
        self.folder = project / ".headway"
        self.clock = clock
        self.blobs = Blobs(self.folder / "blobs")
        self.notify = notify or (lambda _message: None)
        self._lock = ProjectLock(self.folder)
        self._blob_lock = ProjectLock(self.folder, "blob-lock")
        self._lock_wait_seconds = lock_wait_seconds
        self._engine = open_engine(self.folder / "headway.db")

    @classmethod
    def create(cls, project: Path, **options: object) -> Store:
        """Make the folder and the tables of a new project, or open the one that is there."""
        with machine_errors(f"making the project folder {project}"):
            make_folder(project)
            make_folder(project / ".headway", mode=0o700)
        store = cls(project, **options)  # type: ignore[arg-type]
        with store.exclusive("init"):
            store._migrate()
        return store

    @classmethod
    def open(cls, project: Path, **options: object) -> Store:
        """Open an existing project, bringing its tables up to date after a backup where they are older.

        Raises `NoProjectError` where there is none and `NewerProjectError` for one of a later version.
        """
        with machine_errors(f"opening the project {project}"):
            there = (project / ".headway" / "headway.db").is_file()
        if not there:
            raise NoProjectError(
                f"{project} holds no Headway project.",
                next_step="Run `headway init` there, or name the project with --project DIR.",
            )
        store = cls(project, **options)  # type: ignore[arg-type]
        try:
            if store._revision() != HEAD:
                with store.exclusive("migrate"):
                    store._migrate()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def now(self) -> str:
        """The present moment by the store's clock, as it is stored."""
        return timestamp(self.clock())

    @contextmanager
    def exclusive(self, command: str) -> Iterator[None]:
        """Hold the project lock: one changing command at a time, the others wait or are told so."""
        with self._lock.hold(command, wait_seconds=self._lock_wait_seconds, on_wait=self.notify):
            yield

    @contextmanager
    def keeping_blobs(self, command: str) -> Iterator[None]:
        """Hold the lock without which no blob is removed; imports and trainings go on meanwhile."""
        with self._blob_lock.hold(command, wait_seconds=self._lock_wait_seconds, on_wait=self.notify):
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads one consistent state."""
        with _database_errors(self.folder), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: durable when the block ends, undone when it raises."""
        with (
            _database_errors(self.folder),
            self._engine.connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            yield connection

    def _revision(self) -> str | None:
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if revision is not None and revision not in _KNOWN_REVISIONS:
            raise NewerProjectError(
                f"The project in {self.project} has tables of version {revision}; "
                f"this Headway knows up to {HEAD}.",
                next_step="Upgrade Headway, then run the command again. Nothing was changed.",
            )
        return revision

    def _migrate(self) -> None:
        current = self._revision()
        if current == HEAD:
            return
        if current is not None:
            self._backup(current)
        from alembic import command  # noqa: PLC0415 - only a migration needs it, and it is slow to load
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.set_main_option("path_separator", "os")
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _backup(self, revision: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        source = self.folder / "headway.db"
        with machine_errors("backing up the database before a migration"):
            shutil.copyfile(source, source.with_suffix(f".{revision}.backup.db"))


@contextmanager
def _database_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise MachineError(
            f"The database in {folder} refused: {error.orig}.",
            next_step="Free some disk space or give yourself the right to write there, then try again.",
        ) from error
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise ConfigurationError(
                f"The database in {folder} is damaged: {error.orig}.",
                next_step="Restore the project from a backup.",
            ) from error
        raise
