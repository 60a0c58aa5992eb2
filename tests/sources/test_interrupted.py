"""Imports that are killed, wait for each other or run out of disk: nothing is lost, and they can go on."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from headway.errors import MachineError
from headway.records import Import
from headway.sources import Columns, import_file
from headway.store import Store, schema
from headway.store import records as rows
from headway.store.schema import imports, records
from headway.store.tasks import add_task
from tests.sources.conftest import Write

TASK = "意图"
COLUMNS = Columns("text", "label")
WITH_ID = Columns("text", "label", id="id")

CHILD = """
import dataclasses, json, sys, time
from pathlib import Path
from headway.sources import Columns, import_file, importer
from headway.store import Store
project, source, columns, stop_at = sys.argv[1:]
importer._BATCH = 500
def progress(read):
    if read >= int(stop_at):
        print("stopped", flush=True)
        time.sleep(120)
store = Store.open(Path(project), lock_wait_seconds=60)
done = import_file(store, "意图", Path(source), Columns(**json.loads(columns)), progress=progress)
print(json.dumps(dataclasses.asdict(done)))
"""


@pytest.fixture
def store(store: Store) -> Store:
    add_task(store, TASK, "text-classification")
    return store


def child(store: Store, path: Path, columns: Columns, stop_at: int = 10**9) -> subprocess.Popen[str]:
    asked = json.dumps(dataclasses.asdict(columns))
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(store.project), str(path), asked, str(stop_at)],
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def kill_at(store: Store, path: Path, columns: Columns, stop_at: int) -> None:
    killed = child(store, path, columns, stop_at)
    assert killed.stdout
    assert killed.stdout.readline() == "stopped\n"
    killed.kill()
    killed.communicate(timeout=60)


def messages() -> str:
    """Rows of every fate: new, known, of one id with two texts, relabelled, empty, broken, too long."""
    lines = []
    for number in range(2_600):
        lines.append(
            f"{number},第 {number} 条消息 message {number},{'退款' if number % 3 else 'refund'},上海"
        )
        if number % 7 == 0:
            lines.append(f"{number // 2},第 {number // 2} 条消息 message {number // 2},物流,London")
        if number % 50 == 0:
            lines.append(f"{number},another text,a,b")
            lines.append(f"x{number},,empty,")
            lines.append("ragged")
    return "\n".join(["id,text,label,city", *lines]) + "\n"


def state(store: Store, done: Import) -> tuple[Any, ...]:
    """All that an import leaves behind, without ids and times, which differ."""
    key_of = {}
    with store.reading() as connection:
        found = []
        for row in connection.execute(select(records).order_by(records.c.id)):
            key_of[row.id] = row.key
            found.append((row.key, row.revision, row.text, json.dumps(row.fields), row.split, row.time))
        given = [
            (key_of[row.record], row.label, row.author)
            for row in connection.execute(select(schema.annotations).order_by(schema.annotations.c.id))
        ]
        states = [tuple(row) for row in connection.execute(select(imports.c.source, imports.c.state))]
    quarantine = (store.project / done.quarantine).read_text() if done.quarantine else ""
    counts = {**dataclasses.asdict(done), "id": "", "started_at": "", "quarantine": bool(done.quarantine)}
    return found, given, states, quarantine, counts


def running(store: Store) -> list[str]:
    with store.reading() as connection:
        return list(connection.execute(select(imports.c.id).where(imports.c.state == "running")).scalars())


@pytest.mark.parametrize("columns", [COLUMNS, WITH_ID])
def test_an_import_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(
    store: Store, tmp_path: Path, write: Write, columns: Columns
) -> None:
    path = write("b.csv", messages())
    whole = Store.create(tmp_path / "whole")
    add_task(whole, TASK, "text-classification")
    for one in (store, whole):
        import_file(
            one,
            TASK,
            write("a.csv", "id,text,label,city\n1,old text,old,\n5,第 5 条消息 message 5,b,\n"),
            columns,
        )
    expected = state(whole, import_file(whole, TASK, path, columns))
    whole.close()

    kill_at(store, path, columns, 500)
    (first,) = running(store)
    assert rows.count_records(store) == 2
    kill_at(store, path, columns, 2_000)
    assert running(store) == [first]
    assert len(rows.list_imports(store)) == 1
    done = import_file(store, TASK, path, columns)
    assert done.id == first
    assert state(store, done) == expected


@pytest.mark.parametrize("seconds", [0.9, 1.3])
def test_it_may_be_killed_at_any_moment(store: Store, tmp_path: Path, write: Write, seconds: float) -> None:
    path = write("b.csv", messages())
    killed = child(store, path, WITH_ID)
    time.sleep(seconds)
    killed.kill()
    killed.communicate(timeout=60)
    done = rows.list_imports(store) or [import_file(store, TASK, path, WITH_ID)]
    whole = Store.create(tmp_path / "whole")
    add_task(whole, TASK, "text-classification")
    assert state(store, done[0]) == state(whole, import_file(whole, TASK, path, WITH_ID))
    whole.close()


def test_nothing_is_seen_of_an_import_that_was_killed_and_another_file_is_not_disturbed_by_it(
    store: Store, write: Write
) -> None:
    import_file(store, TASK, write("a.csv", "id,text,label\n1,旧的,old\n2,same,old\n"), WITH_ID)
    more = "".join(f"{n},text {n},new\n" for n in range(3, 1_501))
    path = write("b.csv", f"id,text,label\n1,新的,new\n2,same,new\n{more}")
    kill_at(store, path, WITH_ID, 1_000)
    labels = [(record.text, one.label) for record, one in rows.labelled_records(store, TASK, "9999")]
    assert labels == [("旧的", "old"), ("same", "old")]
    other = import_file(store, TASK, write("c.csv", "id,text,label\n1,新的,c\n3,text 3,c\n"), WITH_ID)
    assert (other.added, other.revised, other.known) == (1, 1, 0)
    assert rows.newest_revisions(store, ["id:1"])["id:1"].revision == 2
    done = import_file(store, TASK, path, WITH_ID)
    assert (done.read, done.added, done.revised, done.known) == (1_500, 1_497, 0, 3)
    assert len(rows.list_imports(store)) == 3


def test_a_file_that_changed_since_its_import_was_interrupted_is_read_anew(
    store: Store, write: Write
) -> None:
    content = messages()
    kill_at(store, write("b.csv", content), WITH_ID, 1_500)
    (first,) = running(store)
    done = import_file(store, TASK, write("b.csv", content + "new,one more,a,b\n"), WITH_ID)
    assert done.id != first
    assert running(store) == []
    assert rows.count_records(store) == done.added


def test_another_way_of_reading_is_another_import(store: Store, write: Write) -> None:
    path = write("b.csv", messages())
    kill_at(store, path, WITH_ID, 1_500)
    (first,) = running(store)
    assert import_file(store, TASK, path, COLUMNS).id != first
    assert len(rows.list_imports(store)) == 1


def test_two_imports_at_once_take_turns_and_lose_nothing(store: Store, write: Write) -> None:
    common = "".join(f"both {n},c\n" for n in range(700))
    children = []
    for number in range(2):
        own = "".join(f"文件 {number} 第 {n} 行,l{number}\n" for n in range(2_300))
        path = write(f"{number}.csv", f"text,label\n{own}{common}")
        children.append(child(store, path, COLUMNS))
    results = [json.loads(one.communicate(timeout=100)[0]) for one in children]
    assert [one.returncode for one in children] == [0, 0]
    assert [one["read"] for one in results] == [3_000, 3_000]
    assert sorted(one["added"] for one in results) == [2_300, 3_000]
    assert rows.count_records(store) == 5_300
    assert len(rows.list_imports(store)) == 2


def test_a_full_disk_loses_nothing_and_the_import_goes_on(small_disk: Path, write: Write) -> None:
    store = Store.create(small_disk / "project")
    add_task(store, TASK, "text-classification")
    import_file(store, TASK, write("small.csv", "text,label\nkept,a\n"), COLUMNS)
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_500_000))
    large = write("large.csv", "text,label\n" + "".join(f"文字 {n} {'x' * 80},a\n" for n in range(6_000)))
    with pytest.raises(MachineError) as caught:
        import_file(store, TASK, large, COLUMNS)
    assert "disk space" in str(caught.value.next_step)
    assert rows.count_records(store) == 1
    filler.unlink()
    again = write("again.csv", "text,label\nkept,a\nadded,b\n")
    done = import_file(store, TASK, again, COLUMNS)
    assert (done.read, done.added, done.known) == (2, 1, 1)
    assert rows.count_records(store) == 2
    store.close()


def test_a_disk_that_gets_room_again_takes_the_rest(
    small_disk: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headway.sources.importer._BATCH", 100)
    store = Store.create(small_disk / "project")
    add_task(store, TASK, "text-classification")
    filler = small_disk / "filler"
    filler.write_bytes(bytes(2_300_000))
    path = write("large.csv", "text,label\n" + "".join(f"文字 {n} {'x' * 80},a\n" for n in range(1_000)))
    with pytest.raises(MachineError):
        import_file(store, TASK, path, COLUMNS)
    (first,) = running(store)
    with store.reading() as connection:
        written = connection.execute(select(records.c.id)).all()
    filler.unlink()
    done = import_file(store, TASK, path, COLUMNS)
    assert 0 < len(written) < 1_000
    assert done.id == first
    assert (done.read, done.added, done.labels) == (1_000, 1_000, 1_000)
    assert rows.count_records(store) == 1_000
    store.close()
