from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from headway.errors import ConfigurationError, MachineError
from headway.ids import new_id
from headway.records import Record, Run
from headway.store import Store
from headway.store.runs import add_run
from headway.store.snapshot import compact, examine, named_files, snapshot
from headway.store.sqlite import driver
from headway.store.tasks import add_task
from tests.store.rows import insert_records


def fill(store: Store, rows: int, body: str = "退款 refund ") -> str:
    return insert_records(store, [Record(new_id(), f"id:{n}", 1, f"{body}{n}" * 20) for n in range(rows)])


def test_a_copy_is_one_file_with_all_rows(store: Store, tmp_path: Path) -> None:
    fill(store, 300)
    told: list[tuple[int, int]] = []
    target = tmp_path / "拷贝 ?#" / "copy.db"
    target.parent.mkdir()
    snapshot(store.folder / "headway.db", target, lambda done, total: told.append((done, total)))
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]
    assert told[-1][0] == told[-1][1] > 0
    found = examine(target)
    assert (found.rows["records"], found.rows["imports"], found.problems) == (300, 1, ())
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]


def test_a_copy_is_of_one_moment_while_another_writes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.store.snapshot._PAGES_A_STEP", 1)
    started = fill(store, 200)
    other = Store.open(store.project)
    steps = 0

    def write(_done: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        insert_records(other, [Record(new_id(), new_id(), 1, "写 " * 500)], import_id=started)

    snapshot(store.folder / "headway.db", tmp_path / "copy.db", write)
    other.close()
    assert steps > 20
    found = examine(tmp_path / "copy.db")
    assert (found.rows["records"], found.problems) == (200, ())
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM records")).scalar_one() == 200 + steps


def test_damage_is_found_and_told(store: Store, tmp_path: Path) -> None:
    fill(store, 300)
    database = tmp_path / "copy.db"
    snapshot(store.folder / "headway.db", database)
    data = bytearray(database.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 200] = os.urandom(200)
    database.write_bytes(data)
    with contextlib.suppress(ConfigurationError):
        assert examine(database).problems


def test_a_row_that_refers_to_nothing_is_told(store: Store, tmp_path: Path) -> None:
    fill(store, 3)
    copy = tmp_path / "copy.db"
    snapshot(store.folder / "headway.db", copy)
    connection = driver()[0].connect(str(copy))
    connection.execute("DELETE FROM imports")
    connection.commit()
    connection.close()
    assert any("imports" in problem for problem in examine(copy).problems)


@pytest.mark.parametrize("content", [b"", b"no database " * 500, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_what_is_no_database_of_ours_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.db").write_bytes(content)
    with pytest.raises((ConfigurationError, MachineError), match=r"x\.db"):
        examine(tmp_path / "x.db")


def test_a_full_disk_refuses_the_copy(store: Store, small_disk: Path) -> None:
    fill(store, 3_000, "x" * 40)
    with pytest.raises(MachineError, match="full"):
        snapshot(store.folder / "headway.db", small_disk / "copy.db")


def test_rows_name_blobs_and_quarantine_files(store: Store) -> None:
    add_task(store, "意图", "text-classification")
    started = fill(store, 1)
    digest = "ab" * 32
    run = Run("r1", "意图", "baseline", "0" * 64, 0, {}, "done", store.now(), details={"baseline": digest})
    add_run(store, run)
    with store.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO datasets (task, number, hash, consensus, cut_off, created_at, labels, sizes,"
                " statistics, blob) VALUES ('意图', 1, 'h', 'latest', '', '', '[]', '{}', '{}', 'blob1')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO models (name, version, task, artifact, precision, created_at)"
                " VALUES ('意图', 2, '意图', 'manifest1', 'fp32', '')"
            )
        )
    found = named_files(store.folder / "headway.db")
    assert found.datasets == {"blob1": "dataset version 1 of '意图'"}
    assert found.artifacts == {"manifest1": "意图@2"}
    assert found.runs == {digest: "run r1"}
    assert found.imports == {started}


def test_after_compacting_nothing_deleted_is_left_in_the_files(store: Store) -> None:
    fill(store, 200, "张三丰 secret ")
    with store.writing() as connection:
        connection.execute(text("DELETE FROM records"))

    def left() -> bool:
        return any("张三丰".encode() in path.read_bytes() for path in store.folder.glob("headway.db*"))

    assert left()
    compact(store.folder / "headway.db")
    assert not left()
    with store.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"


def test_compacting_says_when_another_process_reads_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.store.snapshot._WAIT_SECONDS", 0.05)
    fill(store, 100)
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        with store.reading() as connection:
            connection.execute(text("SELECT count(*) FROM records")).scalar_one()
            reading.set()
            done.wait(20)

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(20)
    try:
        with pytest.raises(MachineError, match="log could not be emptied"):
            compact(store.folder / "headway.db")
    finally:
        done.set()
        reader.join()
    compact(store.folder / "headway.db")


def test_a_database_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MachineError):
        examine(tmp_path / "gone.db")
