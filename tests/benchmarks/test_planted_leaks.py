"""What is planted, and that a pair which crosses is counted."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks import planted_leaks
from benchmarks.commands import Done
from benchmarks.planted_leaks import Row, cross, given, plant
from headway.project import Project
from headway.records import Split
from tests.projects import call, unlike

ROWS = [
    row
    for n in range(100)
    for row in (
        ("en", f"where is my {unlike(n)} card", "card"),
        ("zh", f"我要退款 {unlike(n + 100)}", "退款"),
    )
]


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str, project: Path | None = None) -> Done:
        place = [] if project is None else ["--project", project]
        return Done(call(capsys, *arguments, *place, "--json").json, 0.0)

    monkeypatch.setattr(planted_leaks, "headway_command", run)
    monkeypatch.setattr(planted_leaks, "PLANTED", {"exact": 10, "near": 10, "group": 5})


def test_every_pair_is_planted_once_and_nothing_crosses(tmp_path: Path) -> None:
    planted = plant(ROWS, random.Random(0))
    pairs = [(row.parent, row.id) for row in planted if row.parent]
    assert len(planted) == 220
    assert len({end for pair in pairs for end in pair}) == 2 * len(pairs) == 50
    for name, files in (("free", {"": planted}), ("given", given(planted))):
        figures = cross(tmp_path / name, files)
        assert figures["planted"] == {"exact": 10, "near": 10, "group": 5}
        assert figures["across"] == {"exact": 0, "near": 0, "group": 0}
    assert sum(figures["left_out"].values()) == 25


def test_a_pair_that_crosses_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row("r1", "refund", "a"), Row("near-1", "快递没有到", "b", parent="r1")]
    figures = cross(tmp_path / "p", {"test": rows[:1], "train": [*rows[1:], Row("r2", "c", "a", "Ann")]})
    assert figures["across"] == {"exact": 0, "near": 1, "group": 0}
    with Project.open(tmp_path / "p") as project:
        assert project.dataset(group="customer").sizes[Split.TEST] == 1
