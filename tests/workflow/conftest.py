from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headway.project import Project
from tests.projects import copy_of, make_project, tiny_base, toy, trained_project


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a tiny base model, as one would type it."""
    return str(tiny_base(tmp_path_factory.getbasetemp()))


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained project, for reading only."""
    return trained_project(tmp_path_factory.getbasetemp())


@pytest.fixture
def project(trained: Path, tmp_path: Path) -> Iterator[Project]:
    """A copy of the trained project, to be changed at will."""
    with Project.open(copy_of(trained, tmp_path / "copy")) as project:
        yield project


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Project]:
    """A project of forty easy texts, not trained yet."""
    with make_project(tmp_path / "fresh", toy()) as project:
        yield project
