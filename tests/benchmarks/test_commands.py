"""Running the command line as a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.commands import headway_command
from headway.errors import CheckFailedError


def test_a_command_gives_its_answer_and_its_seconds(tmp_path: Path) -> None:
    done = headway_command("init", str(tmp_path / "project"))
    assert done.answer["project"] == str(tmp_path / "project")
    assert done.seconds > 0


def test_a_command_that_fails_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(CheckFailedError, match="headway train ended with exit code"):
        headway_command("train", project=tmp_path)
