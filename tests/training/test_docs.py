"""The examples of docs/training.md, carried out as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from headway.project import Project
from headway.workflow.weights import lay_out_weights
from tests.projects import call, make_project, mixed, tiny_base, write_csv

PAGE = Path(__file__).resolve().parents[2] / "docs" / "training.md"


def write_example(name: str, folder: Path) -> Path:
    """The code block of the page that begins with a file's name, as that file."""
    pattern = rf"^```(?:py|python)\n(# {re.escape(name)}\n.*?)^```$"
    (code,) = re.findall(pattern, PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    path = folder / name
    path.write_text(code, "utf-8")
    return path


def options(words: str) -> list[str]:
    """The options of the page's one command line that holds some words."""
    (line,) = re.findall(rf"^headway train (.*{re.escape(words)}.*)$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [*line.split(), "--set", "batch_size=16"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and the folder of a user's modules around it, where the command runs."""
    make_project(tmp_path / "项目", mixed(120)).close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def test_the_recipe_on_the_page_trains_what_it_says(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    write_example("my_recipes.py", folder)
    base = tiny_base(tmp_path_factory.getbasetemp())
    given = options("my_recipes:Biases")
    done = call(capsys, "train", *given, "--base", base, "--project", folder / "项目", "--json")
    assert done.code == 0, done.err
    assert (done.json["recipe"], done.json["model"]) == ("my_recipes:Biases", "intents@1")
    with Project.open(folder / "项目") as project:
        assert project.predictor("intents@1").manifest.recipe == "my_recipes:Biases"
        files = done.json["details"]["encoder_files"]
        weights = load_file(lay_out_weights(project.store, done.json["run"], files) / "model.safetensors")
    before = load_file(base / "model.safetensors")
    changed = {name for name, one in weights.items() if not torch.equal(one, before[name])}
    assert changed
    assert all(name.endswith("bias") for name in changed)


def test_the_head_and_the_loss_on_the_page_make_a_model(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    write_example("my_parts.py", folder)
    base = tiny_base(tmp_path_factory.getbasetemp())
    given = options("my_parts:narrow")
    done = call(capsys, "train", *given, "--base", base, "--project", folder / "项目", "--json")
    assert done.code == 0, done.err
    assert done.json["details"]["equivalence"]["export"]["passed"]
    with Project.open(folder / "项目") as project:
        settings = project.predictor("intents@1").manifest.settings
    assert (settings["head"], settings["loss"]) == ("my_parts:narrow", "my_parts:absolute")


def test_the_script_on_the_page_trains_in_two_processes(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = tiny_base(tmp_path_factory.getbasetemp())
    script = write_example("together.py", tmp_path)
    rows = write_csv(tmp_path / "messages.csv", mixed(60))
    command = [sys.executable, "-W", "ignore", "-m", "torch.distributed.run", "--standalone"]
    done = subprocess.run(
        [*command, "--nproc_per_node=2", str(script), str(base), str(rows), str(tmp_path / "tuned")],
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, "HEADWAY_THREADS": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = (
        load_file(tmp_path / "tuned" / rank / "tuned-full" / "model.safetensors") for rank in ("0", "1")
    )
    assert all(torch.equal(tensor, second[name]) for name, tensor in first.items())
    before = load_file(base / "model.safetensors")
    assert any(not torch.equal(tensor, before[name]) for name, tensor in first.items())
    assert list((tmp_path / "tuned" / "checkpoints").glob("step-*"))
