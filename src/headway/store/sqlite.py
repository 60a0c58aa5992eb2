"""Which SQLite to use, and how each connection is set up.

SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead log that several connections write at the same instant
(fixed in 3.51.3, 3.50.7 and 3.44.6). The standard library's SQLite is used where it is sound, else that
of `pysqlite3`; where neither is, the database goes without a write-ahead log.
"""

from __future__ import annotations

import importlib
import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event

_BUSY_SECONDS = 30
_CACHE_KILOBYTES = 128_000
#: the write-ahead log goes into the database when it holds so many pages of 4 kB
_CHECKPOINT_PAGES = 10_000


def has_sound_wal(version: str) -> bool:
    """Whether this version of SQLite is free of the write-ahead-log bug."""
    numbers = tuple(int(part) for part in version.split("."))
    return numbers >= (3, 51, 3) or (3, 50, 7) <= numbers < (3, 51) or (3, 44, 6) <= numbers < (3, 45)


def driver() -> tuple[ModuleType, bool]:
    """The DB-API module to use, and whether its write-ahead log can be trusted."""
    if has_sound_wal(sqlite3.sqlite_version):
        return sqlite3, True
    try:
        bundled = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3, False
    return bundled, has_sound_wal(bundled.sqlite_version)


def open_engine(path: Path) -> Engine:
    """An engine for one database file: durable, foreign keys on, one writer at a time."""
    module, wal = driver()
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=module,
        connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA journal_mode={'WAL' if wal else 'DELETE'}")
        cursor.execute(f"PRAGMA synchronous={'FULL' if wal else 'EXTRA'}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA trusted_schema=OFF")
        # Keys are hashes: each new one goes to another page of their index. With the 2 MB SQLite keeps on its
        # own, an import of a million rows reads and writes such pages over and over.
        cursor.execute(f"PRAGMA cache_size=-{_CACHE_KILOBYTES}")
        cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine
