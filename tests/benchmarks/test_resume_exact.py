"""One training killed for good, and that an end which differs would be counted."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import resume_exact
from benchmarks.resume_exact import (
    Outcome,
    Tally,
    Trial,
    differences,
    make_project,
    read_outcome,
    under_way,
    watched,
)
from headway.errors import CheckFailedError
from tests.projects import call, tiny_base

OUTCOME = Outcome(
    encoder="abc",
    artefact={"model.onnx": "1", "labels.json": "2"},
    metrics={"validation": {"accuracy": 0.9}},
    history=[{"epoch": 1, "step": 10, "loss": 0.5}],
    checkpoint={"name": "step-000000010", "files": {"optimizer.safetensors": {"sha256": "x"}}},
)


def test_a_killed_training_ends_as_an_uninterrupted_one(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = ("epochs=2", "batch_size=8", "patience=0", "checkpoint_steps=2")
    monkeypatch.setattr(resume_exact, "_SETTINGS", settings)
    make_project(tmp_path / "project", 60)
    base = str(tiny_base(tmp_path_factory.getbasetemp()))
    trial, tally = Trial(tmp_path, base), Tally()
    # In this process, which spares one of three.
    with trial._copy() as copy, watched(copy) as seen:
        named = [word for setting in settings for word in ("--set", setting)]
        call(capsys, "train", "--recipe", "full", "--base", base, *named, "--project", copy)
        expected = read_outcome(copy, seen)
    assert expected.history[-1]["epoch"] == 2

    # Killed where it has written a checkpoint, whenever that is.
    def kill(process: subprocess.Popen[str], seconds: float) -> bool:
        (copy,) = tmp_path.glob("copy-*")
        while process.poll() is None and not resume_exact._seals(copy):
            time.sleep(0.01)
        assert process.poll() is None
        process.kill()
        process.communicate()
        return True

    monkeypatch.setattr(resume_exact, "_kill_after", kill)
    trial.interrupted("full", [0.0], expected, tally)
    assert (tally.kills, tally.identical, tally.runs, tally.differences) == (1, 1, 1, [])
    assert set(tally.killed) <= {"between_steps", "after_the_last_step"}
    assert not list(tmp_path.glob("copy-*"))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("encoder", "def"),
        ("artefact", {"model.onnx": "1", "labels.json": "3"}),
        ("metrics", {"validation": {"accuracy": 0.9000001}}),
        ("history", [{"epoch": 1, "step": 10, "loss": 0.6}]),
        ("checkpoint", {"name": "step-000000010", "files": {"optimizer.safetensors": {"sha256": "y"}}}),
    ],
)
def test_whatever_differs_is_named(name: str, other: object) -> None:
    assert differences(OUTCOME, OUTCOME) == []
    assert differences(OUTCOME, dataclasses.replace(OUTCOME, **{name: other})) == [name]  # type: ignore[arg-type]


def test_a_checkpoint_that_was_not_seen_is_no_difference() -> None:
    assert differences(OUTCOME, dataclasses.replace(OUTCOME, checkpoint={})) == []


def test_the_watcher_keeps_the_newest_checkpoint(tmp_path: Path) -> None:
    with watched(tmp_path) as seen:
        for step in (5, 10):
            folder = tmp_path / ".headway" / "checkpoints" / "run" / "final" / f"step-{step:09d}"
            folder.mkdir(parents=True)
            files = {"optimizer.safetensors": {"sha256": str(step)}, "state.json": {"sha256": "any"}}
            (folder / "seal.json").write_text(json.dumps(files), "utf-8")
        while seen.get("name") != "step-000000010":
            time.sleep(0.005)
    assert seen["files"] == {"optimizer.safetensors": {"sha256": "10"}}


def test_a_project_without_a_run_was_killed_before_it(tmp_path: Path) -> None:
    make_project(tmp_path / "project", 20)
    assert under_way(tmp_path / "project", OUTCOME) == "before_the_run"


def test_a_command_that_fails_is_quoted() -> None:
    code = "import sys; print('Disk is full.', file=sys.stderr); sys.exit(7)"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, encoding="utf-8")
    with pytest.raises(CheckFailedError, match=r"7:\nDisk is full\."):
        resume_exact._finish(process)
