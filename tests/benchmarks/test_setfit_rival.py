"""The rival's environment, folder and process, with a Python that answers in SetFit's place."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import setfit_rival
from benchmarks.inputs import Labelled, MissingInputError
from benchmarks.setfit_rival import (
    environment_folder,
    packages,
    python_of,
    run_setfit,
    sentence_transformers_folder,
)
from headway.models import resolve_base
from tests.projects import tiny_base

ECHO = """
import json, os, sys
request = json.load(sys.stdin)
print("some log line")
print(json.dumps({"predicted": request["labels"], "seconds": 2.0, "train_seconds": 1.0,
    "versions": {"threads": os.environ["OMP_NUM_THREADS"], "text": request["texts"][0]}}))
"""


def ask(python: Path, folder: Path) -> Any:
    train = Labelled(["退款", "parcel"], ["a", "b"])
    test = ["x", "y"]
    return run_setfit(
        python, folder / "encoder", train, test, prefix="query: ", iterations=1, seed=0, threads=2
    )


def test_texts_go_in_with_their_prefix_and_predictions_come_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(ECHO, "utf-8")
    monkeypatch.setattr(setfit_rival, "_CHILD", child)
    answer = ask(Path(sys.executable), tmp_path)
    assert answer.predicted == ["a", "b"]
    assert answer.seconds == 2.0
    assert answer.versions == {"threads": "2", "text": "query: 退款"}


def test_a_process_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = tmp_path / "child.py"
    child.write_text("raise SystemExit('no such encoder')", "utf-8")
    monkeypatch.setattr(setfit_rival, "_CHILD", child)
    with pytest.raises(RuntimeError, match="no such encoder"):
        ask(Path(sys.executable), tmp_path)


def test_the_environment_is_kept_below_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = environment_folder()
    assert folder.is_relative_to(tmp_path)
    folder.mkdir(parents=True)
    (folder / "ready.json").write_text(json.dumps({"packages": packages()}), "utf-8")
    assert python_of(folder).is_relative_to(folder)


def test_packages_that_cannot_be_installed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_packages(folder: Path, with_pip: bool) -> None:
        (folder / "bin").mkdir(parents=True)
        python = folder / "bin" / "python"
        python.write_text("#!/bin/sh\necho 'No matching distribution' >&2\nexit 1\n", "utf-8")
        python.chmod(0o755)

    monkeypatch.setattr("venv.create", no_packages)
    with pytest.raises(MissingInputError, match="No matching distribution"):
        python_of(tmp_path / "environment")
    assert not (tmp_path / "environment" / "ready.json").exists()


def test_the_folder_is_the_same_encoder_for_sentence_transformers(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    base = resolve_base(str(tiny_base(tmp_path_factory.getbasetemp())), "zh", tmp_path)
    folder = sentence_transformers_folder(base, tmp_path / "setfit")
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    assert [module["type"].rpartition(".")[2] for module in modules] == [
        "Transformer",
        "Pooling",
        "Normalize",
    ]
    pooling = json.loads((folder / "1_Pooling" / "config.json").read_text("utf-8"))
    assert pooling["pooling_mode_mean_tokens"] is (base.pooling == "mean")
    assert json.loads((folder / "config.json").read_text("utf-8"))["dtype"] == "float32"
    assert (folder / "tokenizer.json").is_file()
