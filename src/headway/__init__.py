"""Headway: from raw business text to a model service that keeps getting better."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headway.project import Project

__version__ = "0.1.0"
__all__ = ["__version__", "create", "open"]


def open(path: str | Path) -> Project:  # noqa: A001 - `headway.open(path)` is the name one would guess
    """Open the project in a folder. Raises `NoProjectError` where there is none."""
    from headway.project import Project  # noqa: PLC0415 - `import headway` stays light

    return Project.open(path)


def create(path: str | Path, *, kind: str = "text-classification", name: str | None = None) -> Project:
    """Make a project with its first task, or open the one that is there."""
    from headway.project import Project  # noqa: PLC0415

    return Project.create(path, kind=kind, name=name)
