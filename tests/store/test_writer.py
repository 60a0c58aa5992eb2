from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, insert, select

from headway.errors import MachineError
from headway.store import Store, schema
from headway.store.writer import GroupWriter


@pytest.fixture
def writer(store: Store) -> Iterator[GroupWriter]:
    writer = GroupWriter(store)
    yield writer
    writer.close()


def secret(connection: Connection, name: str) -> str:
    connection.execute(insert(schema.secrets).values(name=name, value="x"))
    return name


def names(store: Store) -> set[str]:
    with store.reading() as connection:
        return set(connection.execute(select(schema.secrets.c.name)).scalars())


def test_what_is_acknowledged_is_there(store: Store, writer: GroupWriter) -> None:
    assert writer.write(lambda connection: secret(connection, "甲")) == "甲"
    assert "甲" in names(store)


def test_many_threads_write_and_none_is_lost(store: Store, writer: GroupWriter) -> None:
    with ThreadPoolExecutor(40) as pool:
        done = list(pool.map(lambda n: writer.write(lambda c: secret(c, f"name {n}")), range(400)))
    assert len(done) == 400
    assert {f"name {n}" for n in range(400)} <= names(store)


def test_who_waits_while_another_writes_shares_one_transaction(store: Store, writer: GroupWriter) -> None:
    begun, go_on = threading.Event(), threading.Event()
    transactions = []

    def hold(connection: Connection) -> None:
        begun.set()
        go_on.wait(10)

    def number(connection: Connection) -> None:
        transactions.append(id(connection))

    with ThreadPoolExecutor(11) as pool:
        first = pool.submit(writer.write, hold)
        begun.wait(10)
        others = [pool.submit(writer.write, number) for _ in range(10)]
        while writer._waiting.qsize() < 10:
            pass
        go_on.set()
        for one in (first, *others):
            one.result()
    assert len(transactions) == 10
    assert len(set(transactions)) == 1


def test_what_fails_undoes_itself_alone(store: Store, writer: GroupWriter) -> None:
    def fail(connection: Connection) -> None:
        secret(connection, "half done")
        raise ValueError("no")

    with ThreadPoolExecutor(3) as pool:
        good = pool.submit(writer.write, lambda c: secret(c, "good"))
        bad = pool.submit(writer.write, fail)
        twice = pool.submit(writer.write, lambda c: secret(c, "later"))
        assert (good.result(), twice.result()) == ("good", "later")
        with pytest.raises(ValueError, match="no"):
            bad.result()
    assert names(store) >= {"good", "later"}
    assert "half done" not in names(store)


def test_what_the_disk_refuses_is_told_and_the_next_is_written(store: Store, writer: GroupWriter) -> None:
    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")
        connection.execute(insert(schema.secrets).values(name="big", value="x" * 10_000_000))

    with pytest.raises(MachineError, match="full"):
        writer.write(fill)
    writer.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count=1000000").close())
    assert writer.write(lambda connection: secret(connection, "after")) == "after"
    assert "big" not in names(store)


def test_a_writer_that_is_closed_has_written_all_it_was_given(store: Store) -> None:
    writer = GroupWriter(store)
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(writer.write, lambda c, n=n: secret(c, f"name {n}")) for n in range(50)]
        for one in waiting:
            one.result()
    writer.close()
    writer.close()
    with store.reading() as connection:
        count = connection.execute(select(func.count()).select_from(schema.secrets)).scalar_one()
    assert count >= 50
    with pytest.raises(MachineError, match="stopping"):
        writer.write(lambda connection: secret(connection, "late"))
