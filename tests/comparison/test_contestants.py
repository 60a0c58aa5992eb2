from __future__ import annotations

import dataclasses

import pytest

from headway.comparison.contestants import NEWEST, find_contestants
from headway.errors import ModelError, UsageError
from headway.ids import new_id
from headway.project import Project
from headway.records import Run
from headway.store import runs as run_rows
from headway.store.tasks import add_task


def add_run(project: Project, **values: object) -> Run:
    """Put a run on record that trained nothing."""
    run = Run(new_id(), "intents", "probe", "0" * 64, 0, {}, "failed", project.store.now())
    run = dataclasses.replace(run, **values)  # type: ignore[arg-type]
    run_rows.add_run(project.store, run)
    return run


def names(project: Project, *references: str) -> list[str]:
    return [one.name for one in find_contestants(project.store, references)]


def test_a_model_is_found_by_number_alias_and_name_and_a_run_by_its_beginning(project: Project) -> None:
    first, *_, last = project.runs()
    assert names(project, "intents@2", "intents@champion") == ["intents@2", "intents@1"]
    assert names(project, "intents") == ["intents@1"]
    assert names(project, last.id, first.id) == ["intents@3", "intents@1"]
    (one,) = find_contestants(project.store, [last.id[:-1]])
    assert (one.run, one.version, one.task) == (last, project.model("intents@3"), "intents")


def test_what_is_named_twice_is_there_once(project: Project) -> None:
    assert names(project, "intents@1", "intents", project.runs()[0].id) == ["intents@1"]


def test_all_that_is_unknown_is_named_at_once(project: Project) -> None:
    with pytest.raises(ModelError) as caught:
        names(project, "intents@1", "nope", "没有@1", "intents@9", "0", "")
    for words in ("'nope'", "'没有'", "'9'", "3 runs have an id that begins with '0'", "'' is neither"):
        assert words in caught.value.message
    assert "runs list" in str(caught.value.next_step)


def test_a_run_without_a_model_is_found_by_its_id(project: Project) -> None:
    run = add_run(project)
    (one,) = find_contestants(project.store, [run.id])
    assert (one.name, one.version, one.task) == (run.id, None, "intents")


def test_models_of_several_tasks_are_refused(project: Project) -> None:
    add_task(project.store, "other", "text-classification")
    other = add_run(project, task="other")
    with pytest.raises(UsageError, match=r"several tasks \(intents, other\)"):
        names(project, "intents@1", other.id)
    with pytest.raises(UsageError, match="several tasks"):
        find_contestants(project.store, ["intents@1"], "other")
    with pytest.raises(UsageError, match="no task 'none'"):
        find_contestants(project.store, ["intents@1"], "none")


def test_without_a_name_the_newest_runs_that_are_done_are_meant(project: Project) -> None:
    add_run(project)
    assert names(project) == ["intents@3", "intents@2", "intents@1"]
    made = [add_run(project, state="done").id for _ in range(NEWEST)]
    assert names(project) == made[::-1]


def test_where_nothing_was_trained_the_next_step_is_said(fresh: Project) -> None:
    with pytest.raises(ModelError, match="Nothing was trained yet for the task 'intents'") as caught:
        names(fresh)
    assert "headway train" in str(caught.value.next_step)
    add_run(fresh)
    with pytest.raises(ModelError, match="1 did not come to an end") as caught:
        names(fresh)
    assert "runs list" in str(caught.value.next_step)
