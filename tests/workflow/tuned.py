"""A project whose models' encoders were trained, made once for all tests that look at what they leave."""

from __future__ import annotations

import functools
from pathlib import Path

from headway.project import Project
from tests.projects import make_project, mixed, tiny_base

QUICK = {"epochs": 2, "batch_size": 16, "learning_rate": 2e-3, "patience": 0}


@functools.cache
def tuned_project(session: Path) -> Path:
    """A project of 160 messages: @1 full in fp32, @2 lora in int8, @3 full with a head of two layers."""
    folder = session / "tuned" / "微调"
    with make_project(folder, mixed(160)) as project:
        train(project, session, "full", precision="fp32")
        train(project, session, "lora")
        train(project, session, "full", precision="fp32", head="mlp")
    return folder


def train(project: Project, session: Path, recipe: str, precision: str = "int8", **settings: object) -> None:
    """A short training on the tiny base."""
    given = {**QUICK, **settings}
    project.train(recipe, base=str(tiny_base(session)), precision=precision, settings=given)
