"""The short form of C2, and that each of its verdicts can be a bad one."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from benchmarks.annotators import make_queue
from benchmarks.labelling_child import PROJECT
from benchmarks.power_cuts import Promised, Recording, cut_all, judge, record_labels

LABELS = 36


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recording]:
    """One of the store as it is, one of a control that syncs less."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    folder = tmp_path_factory.mktemp("recordings")
    for synchronous in ("FULL", "NORMAL"):
        record_labels(folder / synchronous, LABELS, synchronous)
    return {path.name: Recording.read(path) for path in folder.iterdir()}


def test_the_store_loses_nothing_and_a_control_does(recordings: dict[str, Recording]) -> None:
    found = cut_all(recordings["FULL"], cuts=30, seed=1)
    wrong = ("lost", "duplicated", "corrupt", "beyond_overlap")
    assert [found[name] for name in wrong] == [0, 0, 0, 0]
    assert (found["cuts"], found["acknowledged"]) == (30, LABELS)
    # Two of setting up; more of them are checkpoints, after which the log begins anew.
    assert found["checkpoints"] > 3
    control = cut_all(recordings["NORMAL"], cuts=12, seed=1)
    assert control["lost"] > 0
    assert control["corrupt"] == 0


@pytest.mark.parametrize("folder", ["", PROJECT])
def test_a_folder_that_is_not_synced_is_seen(recordings: dict[str, Recording], folder: str) -> None:
    recording = recordings["FULL"]
    path = str(recording.place / folder)
    calls = [call for call in recording.calls if call.path != path or not call.kind.startswith("sync")]
    assert len(calls) < len(recording.calls)
    assert cut_all(dataclasses.replace(recording, calls=calls), cuts=12, seed=1)["lost"] > 0


def test_the_same_seed_finds_the_same(
    recordings: dict[str, Recording], capsys: pytest.CaptureFixture[str]
) -> None:
    said = []
    for seed in (1, 1, 2):
        cut_all(recordings["NORMAL"], cuts=6, seed=seed)
        said.append(capsys.readouterr().err)
    assert said[0] == said[1] != said[2]
    assert "seed 1, after call" in said[0]


def test_verdicts(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (person,) = make_queue(project, ["一"], ["a", "b"], 1, overlap=1)
    nothing = Promised(project=True, labels={})
    assert judge(project, nothing) == []
    assert judge(project, Promised(project=True, labels={"key": (person.id, "record", "a")})) == ["lost"]
    assert judge(tmp_path / "none", nothing) == ["lost"]
    assert judge(tmp_path / "none", Promised(project=False, labels={})) == []
    database = project / ".headway" / "headway.db"
    content = database.read_bytes()
    database.write_bytes(content[: len(content) // 2])
    assert judge(project, nothing) == ["corrupt"]
