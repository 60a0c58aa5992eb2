from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headway.datasets import load_rows
from headway.errors import ModelError, ProjectBusyError, UsageError
from headway.project import Project
from headway.records import Run, Split
from headway.settings import SplitSettings
from headway.store import runs as run_rows
from headway.training.checkpoints import checkpoints_in
from headway.training.events import Event
from headway.workflow import train as train_module
from headway.workflow.request import TrainRequest, read_request
from headway.workflow.resumption import (
    checkpoint_folder,
    go_on_with,
    remove_checkpoints,
    request_details,
    resumable_run,
)
from headway.workflow.train import resume, train
from tests.projects import TASK, call, copy_of, make_project, mixed

SPLITS = SplitSettings()


def asked(base: str, recipe: str = "full") -> TrainRequest:
    """A short training with a checkpoint every third step."""
    settings = ["epochs=2", "batch_size=16", "learning_rate=2e-3", "checkpoint_steps=3", "patience=0"]
    return read_request(recipe=recipe, base=base, precision="fp32", settings=settings, seed=3)


def stop_at(step: int, error: type[BaseException] = KeyboardInterrupt) -> Callable[[Event], None]:
    """Is told of events and raises at a step."""

    def stop(event: Event) -> None:
        if event.kind == "step" and event.step == step:
            raise error("stopped")

    return stop


@pytest.fixture
def messages(tmp_path: Path) -> Project:
    """A project of 100 messages in both languages, not trained yet."""
    return make_project(tmp_path / "项目", mixed(100))


def interrupted(project: Project, base: str, recipe: str = "full", step: int = 5) -> Run:
    """A training that was stopped."""
    with pytest.raises(KeyboardInterrupt):
        train(project.store, project.task(), asked(base, recipe), SPLITS, on_event=stop_at(step))
    return project.runs()[-1]


@pytest.mark.parametrize("recipe", ["full", "lora"])
def test_a_training_that_is_resumed_ends_with_the_same_model(
    messages: Project, base: str, tmp_path: Path, recipe: str
) -> None:
    with Project.open(copy_of(messages.store.project, tmp_path / "whole")) as other:
        whole = train(other.store, other.task(), asked(base, recipe), SPLITS)
    stopped = interrupted(messages, base, recipe)
    assert (stopped.state, stopped.model) == ("interrupted", None)
    (kept,) = checkpoint_folder(messages.store, stopped.id).iterdir()
    assert [path.name for path in checkpoints_in(kept)] == ["step-000000003"]
    steps: list[int] = []

    def note(event: Event) -> None:
        if event.kind == "step":
            steps.append(event.step)

    done = resume(messages.store, stopped.id[:-2], on_event=note)
    assert steps[0] == 4
    assert (done.id, done.state, done.model, done.started_at) == (
        stopped.id, "done", "intents@1", stopped.started_at,
    )  # fmt: skip
    assert "error" not in done.details
    for name in ("encoder_files", "history", "temperature"):
        assert done.details[name] == whole.details[name], name
    assert done.metrics == whole.metrics
    assert not checkpoint_folder(messages.store, done.id).exists()
    assert messages.runs() == [done]


def test_it_is_resumed_by_the_command_line_with_what_it_was_begun_with(
    messages: Project, base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped = interrupted(messages, base)
    folder = messages.store.project
    messages.close()
    shown = call(capsys, "runs", "show", stopped.id, "--project", folder)
    assert f"headway train --resume {stopped.id}" in shown.out
    refused = call(capsys, "train", "--resume", stopped.id, "--seed", 4, "--project", folder)
    assert (refused.code, "--seed cannot be given" in refused.err) == (2, True)
    done = call(capsys, "train", "--resume", stopped.id, "--json", "--project", folder).json
    assert (done["run"], done["model"], done["seed"], done["recipe"]) == (stopped.id, "intents@1", 3, "full")
    again = call(capsys, "train", "--resume", stopped.id, "--project", folder)
    assert (again.code, "is done: intents@1" in again.err) == (2, True)


def test_a_run_that_failed_on_its_way_can_be_resumed_too(messages: Project, base: str) -> None:
    with pytest.raises(ValueError, match="stopped"):
        train(messages.store, messages.task(), asked(base), SPLITS, on_event=stop_at(4, ValueError))
    (failed,) = messages.runs()
    assert (failed.state, failed.details["error"]) == ("failed", "stopped")
    assert resume(messages.store, failed.id).state == "done"


def test_without_a_checkpoint_it_begins_again(messages: Project, base: str) -> None:
    stopped = interrupted(messages, base, step=1)
    assert not checkpoint_folder(messages.store, stopped.id).exists()
    assert resume(messages.store, stopped.id).model == "intents@1"


def test_a_checkpoint_of_rows_that_were_forgotten_since_is_refused(messages: Project, base: str) -> None:
    stopped = interrupted(messages, base)
    learned = load_rows(messages.store, messages.dataset(), [Split.TRAIN])
    assert messages.forget(record=learned[0].record).versions[0].rows == 1
    with pytest.raises(ModelError, match="of another training: rows"):
        resume(messages.store, stopped.id)
    assert messages.runs()[-1].state == "failed"


@pytest.mark.parametrize("state", ["interrupted", "killed", "failed", "running"])
def test_what_was_asked_for_comes_back(messages: Project, state: str) -> None:
    request = dataclasses.replace(asked("一个模型"), budget=90.0, log_to=("jsonl=a.jsonl",))
    details = {"process": 2**22 + 1, "request": request_details(request)}
    kept = Run("r1", TASK, "full", "h", 3, {}, state, messages.store.now(), details=details)
    run_rows.add_run(messages.store, kept)
    run, found = resumable_run(messages.store, "r")
    assert (run.id, run.state) == ("r1", state)
    assert dataclasses.replace(found, log_to=tuple(found.log_to), metrics=tuple(found.metrics)) == request


@pytest.mark.parametrize(
    ("state", "details", "error", "words"),
    [
        ("done", {}, UsageError, "is done: intents@7"),
        ("running", {"process": os.getpid()}, ProjectBusyError, "still goes on"),
        ("killed", {}, UsageError, "earlier version"),
    ],
)
def test_what_cannot_be_gone_on_with_is_refused(
    messages: Project, state: str, details: dict[str, object], error: type[Exception], words: str
) -> None:
    row = Run("r1", TASK, "full", "h", 0, {}, state, "2026-11-22", details=details, model="intents@7")
    run_rows.add_run(messages.store, row)
    with pytest.raises(error, match=words):
        resume(messages.store, "r1")
    assert messages.runs() == [row]
    with pytest.raises(ModelError, match="No runs have an id"):
        resume(messages.store, "nothing")


def test_two_that_resume_one_run_at_once_do_not_both_go_on(
    messages: Project, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = interrupted(messages, base)

    def just_before_the_other(*given: Any) -> Any:
        found = resumable_run(*given)
        go_on_with(messages.store, found[0])
        return found

    monkeypatch.setattr(train_module, "resumable_run", just_before_the_other)
    with pytest.raises(ProjectBusyError, match=f"{stopped.id} still goes on"):
        resume(messages.store, stopped.id)
    (run,) = messages.runs()
    assert (run.state, run.details["process"], run.model) == ("running", os.getpid(), None)
    assert checkpoint_folder(messages.store, run.id).exists()


def test_checkpoints_of_one_run_are_removed_and_no_others(messages: Project) -> None:
    for run_id in ("r1", "r2"):
        (checkpoint_folder(messages.store, run_id) / "final" / "step-000000003").mkdir(parents=True)
    remove_checkpoints(messages.store, "r1")
    remove_checkpoints(messages.store, "r1")
    assert [path.name for path in checkpoint_folder(messages.store, "r1").parent.iterdir()] == ["r2"]
