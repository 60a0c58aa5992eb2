from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from headway.errors import ModelError
from headway.project import Project
from headway.records import Run
from headway.store.runs import add_run
from headway.terminal import percent
from tests.projects import TASK, call, make_project, tiny_base, toy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one run that failed and one that was done."""
    with make_project(tmp_path / "p", toy()) as project:
        with pytest.raises(ModelError):
            project.train("probe", base="nothing of the kind")
        project.train("baseline")
    return tmp_path / "p"


def test_runs_are_listed_with_what_became_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = call(capsys, "runs", "list", "--json", "--project", folder).json["rows"]
    assert [(row["recipe"], row["state"], row["model"]) for row in rows] == [
        ("probe", "failed", None),
        ("baseline", "done", "intents@1"),
    ]
    assert rows[0]["accuracy"] is None
    assert 0 <= rows[1]["accuracy"] <= 1
    words = call(capsys, "runs", "list", "--project", folder).out
    assert "failed" in words
    assert rows[1]["run"] in words


def test_a_run_is_shown_with_its_reason_or_its_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(folder) as project:
        failed, done = (run.id for run in project.runs())
    shown = call(capsys, "runs", "show", done, "--project", folder).out
    assert "You chose the recipe baseline." in shown
    assert "validation: accuracy 100%" in shown
    assert "seconds by stage" in shown
    shown = call(capsys, "runs", "show", failed, "--project", folder).out
    assert "'nothing of the kind' is not a base model" in shown
    assert "accuracy –" in shown


def test_the_beginning_of_an_id_is_enough_where_it_is_clear(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(folder) as project:
        failed, done = (run.id for run in project.runs())
    assert call(capsys, "runs", "show", done[:-1], "--json", "--project", folder).json["id"] == done
    assert failed[0] == done[0]
    both = call(capsys, "runs", "show", done[0], "--project", folder)
    assert (both.code, "2 runs" in both.err) == (5, True)


def test_nothing_trained_yet_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_project(tmp_path / "p", toy()).close()
    assert "headway train" in call(capsys, "runs", "list", "--project", tmp_path / "p").out


def test_of_a_trained_encoder_the_epochs_are_shown(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with make_project(tmp_path / "p", toy()) as project:
        base = str(tiny_base(tmp_path_factory.getbasetemp()))
        run = project.train("full", base=base, settings={"epochs": 2, "patience": 0})
    shown = call(capsys, "runs", "show", run.id, "--project", tmp_path / "p")
    assert "epoch 1: training loss" in shown.out
    last = run.details["history"][-1]
    assert f"epoch 2: training loss {last['loss']:.3f}, accuracy {percent(last['accuracy'])}" in shown.out
    assert f"temperature of the probabilities: {run.details['temperature']:.3f}" in shown.out
    assert "--resume" not in shown.out
    content = call(capsys, "runs", "show", run.id, "--json", "--project", tmp_path / "p").json
    assert content["checkpoints"] == {}
    assert content["details"]["history"] == list(run.details["history"])


#: a run's id → its state, the process it says, and the parts it has checkpoints of
RUNS: dict[str, tuple[str, int, list[str]]] = {
    "a": ("interrupted", 0, ["try-full", "final"]),
    "b": ("failed", 0, ["final"]),
    "c": ("failed", 0, []),
    "d": ("running", 2**22 + 1, []),
    "e": ("running", os.getpid(), ["final"]),
    "f": ("done", 0, []),
}


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """A project with runs in every state."""
    with make_project(tmp_path / "p", toy()) as project:
        for run_id, (state, process, parts) in RUNS.items():
            details: dict[str, Any] = {"process": process, "request": {"recipe": "full"}}
            run = Run(run_id, TASK, "full", "h", 0, {}, state, project.store.now(), details=details)
            add_run(project.store, run)
            for part in parts:
                for step in (4, 8):
                    write_state(project.store.folder / "checkpoints" / run_id / part, step)
    return tmp_path / "p"


def write_state(folder: Path, step: int) -> None:
    """The part of a checkpoint that says where it stands."""
    at = folder / f"step-{step:09d}"
    at.mkdir(parents=True)
    position = {"step": step, "total": 24, "history": [{"epoch": 1}] * (step // 8)}
    (at / "state.json").write_text(json.dumps({"position": position}))


def test_what_stopped_on_its_way_can_be_gone_on_with(
    stopped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = call(capsys, "runs", "list", "--json", "--project", stopped).json["rows"]
    assert {row["run"]: row["resumable"] for row in rows} == {
        "a": True, "b": True, "c": False, "d": True, "e": False, "f": False,
    }  # fmt: skip
    assert {row["run"]: row["state"] for row in rows}["d"] == "killed"
    listed = call(capsys, "runs", "list", "--project", stopped).out
    assert "To go on with the newest that stopped: headway train --resume d" in listed


def test_a_run_that_stopped_says_how_far_it_came(stopped: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def shown(run: str) -> str:
        return call(capsys, "runs", "show", run, "--project", stopped).out

    words = shown("a")
    assert "checkpoint of final: step 8 of 24, epochs done: 1" in words
    assert "checkpoint of try-full: step 8 of 24" in words
    assert "To go on from there: headway train --resume a" in words
    assert "To begin it again, as no checkpoint was written: headway train --resume d" in shown("d")
    assert "checkpoint of final: step 8 of 24" in shown("e")
    for run in ("c", "e", "f"):
        assert "--resume" not in shown(run)
    (stopped / ".headway" / "checkpoints" / "b" / "final" / "step-000000008" / "state.json").write_text("{")
    assert "checkpoint of final: step 4 of 24, epochs done: 0" in shown("b")


def test_what_was_done_around_a_training_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trial = {"number": 0, "state": "done", "accuracy": 0.5, "seconds": 1.0, "settings": {"c": 30.0}}
    details = {
        "studies": {
            "repeats": {"en": "Over 3 seeds the accuracy is 90.0%.", "zh": "三个种子的准确率为 90.0%。"}
        },
        "trials": [{**trial, "reason": ""}],
    }
    with make_project(tmp_path / "p", toy()) as project:
        run = Run("r1", TASK, "probe", "h", 0, {}, "done", project.store.now(), details=details)
        add_run(project.store, run)
    shown = call(capsys, "runs", "show", "r1", "--project", tmp_path / "p").out
    assert "Over 3 seeds the accuracy is 90.0%." in shown
    assert "trial 0: done, accuracy 50.0%, 1.0 s: c=30" in shown
