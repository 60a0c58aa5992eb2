"""What all rooms' tests share."""

from __future__ import annotations

import os

# Before numpy is loaded: the workers of pytest-xdist share the cores of the machine.
os.environ.update(OMP_NUM_THREADS="1", HEADWAY_THREADS="1")

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from headway.store import Store

settings.register_profile("ci", max_examples=50, deadline=None)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of data sets and models beside the checkout, or the one that HEADWAY_SHARED names."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("HEADWAY_SHARED") or beside)
    if not folder.is_dir():
        reason = f"there is no folder {folder} of shared data; HEADWAY_SHARED can name another"
        if "shared" in os.environ.get("HEADWAY_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def _empty_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project to copy: making one runs the migrations, which takes longer than most tests."""
    project = tmp_path_factory.mktemp("empty") / "project"
    Store.create(project).close()
    return project


@pytest.fixture
def store(_empty_project: Path, tmp_path: Path) -> Iterator[Store]:
    """A fresh project."""
    store = Store.open(Path(shutil.copytree(_empty_project, tmp_path / "project")))
    yield store
    store.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB that can really be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "none", str(folder)]
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
