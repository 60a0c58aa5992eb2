from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from headway.child_processes import module_command, same_modules

CODE = "print('我是', 'here')"


def said(*command: str, where: Path) -> str:
    """What a module says that is run in a folder."""
    done = subprocess.run(
        module_command(*command), cwd=where, env=same_modules(), capture_output=True, check=True
    )
    return done.stdout.decode()


@pytest.mark.parametrize("name", ["random", "json", "headway"])
def test_a_file_in_the_current_folder_is_none_of_our_modules(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("raise RuntimeError('not this one')", "utf-8")
    table = tmp_path / "表.csv"
    table.write_text("text,label\nwhere is my order,delivery\n我要退款,退款\n", "utf-8")
    assert json.loads(said("headway.sources.preview", str(table), where=tmp_path))["label"] == "label"


def test_the_current_folder_does_not_come_back_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As the command `headway` has it: the folder of the script comes first.
    monkeypatch.setattr(sys, "path", [str(tmp_path / "bin"), *sys.path])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "only_here.py").write_text(CODE, "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        said("only_here", where=tmp_path)


@pytest.mark.parametrize("entry", ["", "modules", "{}/modules"])
def test_what_this_process_finds_is_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "modules").mkdir()
    (tmp_path / ("modules" if entry else "") / "only_here.py").write_text(CODE, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry.format(tmp_path), *sys.path])
    assert said("only_here", where=elsewhere).split() == ["我是", "here"]
