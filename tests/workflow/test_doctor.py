from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from headway.project import Project
from headway.workflow import doctor


def findings(folder: Path) -> dict[str, doctor.Finding]:
    return {found["name"]: found for found in doctor.examine(folder)}


def test_what_is_there_is_named_with_its_version(fresh: Project) -> None:
    found = findings(fresh.store.project)
    assert found["project"] == {"name": "project", "ok": True, "detail": str(fresh.store.project)}
    assert "Python 3" in found["headway"]["detail"]
    assert "SQLite" in found["database"]["detail"]
    assert "GiB free" in found["disk"]["detail"]


def test_nothing_heavy_is_loaded_to_look_for_it(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from headway.workflow.doctor import examine\n"
    code += "found = {one['name']: one['ok'] for one in examine(Path(sys.argv[1]))}\n"
    code += "print(found['torch'], found['peft'], *sorted({'torch', 'peft', 'optuna'} & set(sys.modules)))"
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_what_is_missing_says_what_it_is_for_and_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", missing)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(doctor, "_LEAST_FREE_GIB", 1e9)
    monkeypatch.setattr("headway.store.sqlite.driver", lambda: (__import__("sqlite3"), False))
    found = findings(tmp_path / "not" / "made")
    assert not found["torch"]["ok"]
    assert "headway[train]" in found["torch"]["detail"]
    assert "every recipe but baseline" in found["onnx"]["detail"]
    assert "train the encoder" in found["transformers"]["detail"]
    assert "lora" in found["peft"]["detail"]
    assert "--search" in found["optuna"]["detail"]
    assert "headway[offline]" in found["offline encoder for Chinese and English"]["detail"]
    assert not found["disk"]["ok"]
    assert "without write-ahead log" in found["database"]["detail"]
    assert "headway init" in found["project"]["detail"]
    assert not (tmp_path / "not").exists()
