from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from headway.store import Store
from headway.store.sqlite import driver, has_sound_wal, open_engine


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ("3.51.3", True),
        ("3.52.0", True),
        ("4.0.0", True),
        ("3.51.2", False),
        ("3.51.0", False),
        ("3.50.7", True),
        ("3.50.8", True),
        ("3.50.6", False),
        ("3.49.1", False),
        ("3.45.0", False),
        ("3.44.6", True),
        ("3.44.5", False),
        ("3.40.1", False),
    ],
)
def test_which_versions_can_be_trusted(version: str, sound: bool) -> None:
    assert has_sound_wal(version) is sound


def test_connections_are_durable_and_strict(tmp_path: Path) -> None:
    _, wal = driver()
    engine = open_engine(tmp_path / "a.db")
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
        }
    engine.dispose()
    durable = (
        {"journal_mode": "wal", "synchronous": 2} if wal else {"journal_mode": "delete", "synchronous": 3}
    )
    assert pragmas == durable | {"foreign_keys": 1, "trusted_schema": 0}


def test_without_a_sound_sqlite_there_is_no_write_ahead_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.store.sqlite.has_sound_wal", lambda _version: False)
    engine = open_engine(tmp_path / "a.db")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "delete"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 3
    engine.dispose()


@pytest.mark.parametrize("name", ["100% 客服", "a?mode=ro", "b#c@d e", "file:x"])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    store = Store.create(tmp_path / name)
    store.close()
    assert (tmp_path / name / ".headway" / "headway.db").is_file()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    Store.open(tmp_path / name).close()


def test_writers_take_turns_and_lose_nothing(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))

    def count() -> None:
        for _ in range(20):
            with store.writing() as connection:
                n = connection.execute(text("SELECT n FROM counter")).scalar_one()
                connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar_one() == 80


def test_a_reader_sees_one_state_while_another_writes(store: Store) -> None:
    if not driver()[1]:
        pytest.skip("needs a write-ahead log")
    with store.writing() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER)"))
    with store.reading() as reader:
        assert reader.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
        with store.writing() as writer:
            writer.execute(text("INSERT INTO t VALUES (1)"))
        assert reader.execute(text("SELECT count(*) FROM t")).scalar_one() == 0
