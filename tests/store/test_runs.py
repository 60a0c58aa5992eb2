from __future__ import annotations

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from headway.errors import ModelError
from headway.records import Run
from headway.store import Store
from headway.store.runs import (
    add_look,
    add_run,
    claim_run,
    get_run,
    is_alive,
    list_runs,
    running_runs,
    update_run,
)
from headway.store.tasks import add_task


def run(name: str, task: str = "意图") -> Run:
    return Run(name, task, "probe", "d" * 64, 7, {"c": 4.0}, "running", "2026-11-22")


@pytest.fixture
def runs(store: Store) -> list[Run]:
    add_task(store, "意图", "text-classification")
    add_task(store, "intent", "text-classification")
    made = [run("aa1"), run("aa2", "intent"), run("b_1")]
    for one in made:
        add_run(store, one)
    return made


def test_runs_of_a_task_the_oldest_first(store: Store, runs: list[Run]) -> None:
    assert list_runs(store) == runs
    assert list_runs(store, "意图") == [runs[0], runs[2]]


def test_a_run_is_found_by_the_beginning_of_its_id(store: Store, runs: list[Run]) -> None:
    assert get_run(store, "aa2") == runs[1]
    assert get_run(store, "b") == runs[2]
    with pytest.raises(ModelError, match="2 runs have an id that begins with 'aa'"):
        get_run(store, "aa")
    with pytest.raises(ModelError, match="No runs"):
        get_run(store, "%")
    with pytest.raises(ModelError, match="No runs"):
        get_run(store, "a_1")


def test_what_became_of_a_run_is_kept(store: Store, runs: list[Run]) -> None:
    metrics = {"macro_f1": 0.93, "标签": ["退款"]}
    done = dataclasses.replace(runs[0], state="done", seconds=1.5, metrics=metrics, model="意图@1")
    update_run(store, done)
    assert get_run(store, "aa1") == done
    assert get_run(store, "b_1") == runs[2]


def test_runs_go_on_while_their_process_lives(store: Store, runs: list[Run]) -> None:
    for one, process in zip(runs, (os.getpid(), 0, 2**22 + 1), strict=True):
        update_run(store, dataclasses.replace(one, details={"process": process}))
    assert [one.id for one in running_runs(store)] == ["aa1"]
    update_run(store, dataclasses.replace(runs[0], state="done", details={"process": os.getpid()}))
    assert running_runs(store) == []
    assert not is_alive(10**30)


def test_a_run_is_gone_on_with_by_one_alone(store: Store, runs: list[Run]) -> None:
    killed = dataclasses.replace(runs[0], details={"process": 2**22 + 1})
    update_run(store, killed)
    mine = dataclasses.replace(killed, details={"process": os.getpid()})
    with ThreadPoolExecutor(4) as pool:
        claimed = list(pool.map(lambda _: claim_run(store, mine), range(4)))
    assert sorted(claimed) == [False, False, False, True]
    assert get_run(store, "aa1") == mine
    assert get_run(store, "b_1") == runs[2]


@pytest.mark.parametrize(("state", "claimed"), [("failed", True), ("interrupted", True), ("done", False)])
def test_what_is_done_is_not_gone_on_with(store: Store, runs: list[Run], state: str, claimed: bool) -> None:
    before = dataclasses.replace(runs[0], state=state)
    update_run(store, before)
    assert claim_run(store, runs[0]) is claimed
    assert get_run(store, "aa1") == (runs[0] if claimed else before)


def test_looks_at_the_same_data_are_counted(store: Store) -> None:
    assert [add_look(store, data, "m@1", {}) for data in ("a", "a", "b", "a")] == [1, 2, 1, 3]
