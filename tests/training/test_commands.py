from __future__ import annotations

from pathlib import Path

import pytest

from headway.errors import ModelError
from headway.project import Project
from tests.projects import call, make_project, toy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with one run that failed and one that was done."""
    with make_project(tmp_path / "p", toy()) as project:
        with pytest.raises(ModelError):
            project.train("probe", base="nothing of the kind")
        project.train("baseline")
    return tmp_path / "p"


def test_runs_are_listed_with_what_became_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = call(capsys, "runs", "list", "--json", "--project", folder).json["rows"]
    assert [(row["recipe"], row["state"], row["model"]) for row in rows] == [
        ("probe", "failed", None),
        ("baseline", "done", "intents@1"),
    ]
    assert rows[0]["accuracy"] is None
    assert 0 <= rows[1]["accuracy"] <= 1
    words = call(capsys, "runs", "list", "--project", folder).out
    assert "failed" in words
    assert rows[1]["run"] in words


def test_a_run_is_shown_with_its_reason_or_its_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(folder) as project:
        failed, done = (run.id for run in project.runs())
    shown = call(capsys, "runs", "show", done, "--project", folder).out
    assert "You chose the recipe baseline." in shown
    assert "validation: accuracy 100.0 %" in shown
    assert "seconds by stage" in shown
    shown = call(capsys, "runs", "show", failed, "--project", folder).out
    assert "'nothing of the kind' is not a base model" in shown
    assert "accuracy –" in shown


def test_the_beginning_of_an_id_is_enough_where_it_is_clear(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Project.open(folder) as project:
        failed, done = (run.id for run in project.runs())
    assert call(capsys, "runs", "show", done[:-1], "--json", "--project", folder).json["id"] == done
    assert failed[0] == done[0]
    both = call(capsys, "runs", "show", done[0], "--project", folder)
    assert (both.code, "2 runs" in both.err) == (5, True)


def test_nothing_trained_yet_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_project(tmp_path / "p", toy()).close()
    assert "headway train" in call(capsys, "runs", "list", "--project", tmp_path / "p").out
