"""A verb that is killed leaves a project that opens with all its rows, and can be run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from headway.care.backup import backup
from headway.project import Project
from tests.care.conftest import small_project
from tests.projects import copy_of

ROOT = Path(__file__).resolve().parents[2]
#: kills of a verb; forget has the most to do
POINTS = {"backup": 3, "restore": 4, "prune": 3, "forget": 8}


Found = list[dict[str, Any]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """Verb → what was found after each kill, on a project with something to prune and a backup of it."""
    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    folder = tmp_path_factory.mktemp("kills")
    copy_of(small_project(tmp_path_factory.getbasetemp()), folder / "source" / "project")
    with Project.open(folder / "source" / "project") as project:
        for number in range(3):
            orphan = project.store.blobs.path(project.store.blobs.put(b"orphan %d" % number))
            os.utime(orphan, (time.time() - 10_000,) * 2)
        backup(project.store, folder / "source" / "given.zip")
    arguments = [f"{verb}={points}" for verb, points in POINTS.items()]
    command = [sys.executable, "-m", "tests.care.kills", str(folder / "source"), str(folder / "work")]
    done = subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=250
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(line["code"] == -signal.SIGKILL for line in lines)
    assert all(line["project"]["sound"] and line["after"]["sound"] for line in lines)
    return {verb: [line for line in lines if line["verb"] == verb] for verb in POINTS}


def test_a_killed_backup_leaves_the_project_and_no_half_file(found: dict[str, Found]) -> None:
    assert {one["project"]["records"] for one in found["backup"]} == {44}
    assert any("b.zip" not in one["files"] for one in found["backup"])
    assert not any("refused" in one for one in found["backup"])


def test_a_killed_restore_shows_no_project_or_a_whole_one(found: dict[str, Found]) -> None:
    assert {one["after"]["records"] for one in found["restore"]} == {44}
    assert not found["restore"][0]["appeared"]
    assert all(one["appeared"] == ("refused" in one) for one in found["restore"])
    assert all(
        not any("restore" in name for name in one["left"]) for one in found["restore"] if "refused" not in one
    )


def test_a_killed_prune_leaves_all_that_is_needed(found: dict[str, Found]) -> None:
    assert {one["after"]["records"] for one in found["prune"]} == {44}
    assert not any("refused" in one for one in found["prune"])


def test_a_killed_forget_is_finished_by_running_it_again(found: dict[str, Found]) -> None:
    assert {one["project"]["records"] for one in found["forget"]} == {44, 41}
    assert {one["after"]["records"] for one in found["forget"]} == {41}
    assert found["forget"][0]["project"]["held"]
    assert not any(one["after"]["held"] for one in found["forget"])
    assert not any(one["left"] or "refused" in one for one in found["forget"])
