"""Drills in small, and that one which fails would be counted as failed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from benchmarks import restore_drill
from benchmarks.commands import Done
from benchmarks.restore_drill import (
    Extra,
    Found,
    Written,
    compare,
    content_hash,
    drill_all,
    read_project,
)
from headway.care.backup import backup
from headway.errors import CheckFailedError
from headway.project import Project
from tests.projects import call, make_project, toy


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The same commands without starting a process for each; the writer stays a process of its own."""

    def run(*arguments: str, project: Path | None = None) -> Done:
        place = [] if project is None else ["--project", project]
        done = call(capsys, *arguments, *place, "--json")
        if done.code:
            raise CheckFailedError(done.err)
        return Done(done.json, 0.0)

    monkeypatch.setattr(restore_drill, "headway_command", run)


@pytest.mark.usefixtures("in_this_process")
def test_three_drills_under_writes(tmp_path: Path) -> None:
    figures = drill_all(tmp_path, 3)
    assert (figures["drills"], figures["rows_equal"], figures["hashes_equal"], figures["refused"]) == (
        3,
        3,
        3,
        3,
    )
    assert figures["rows_compared"] >= 3 * 80
    assert figures["rows_at_the_end"] > 80
    assert figures["writes_per_second"] > 0


def test_what_is_lost_strange_or_changed_is_no_success() -> None:
    before = Written({"a": "1"}, {"1": "x"})
    same = Found(dict(before.rows), dict(before.versions), True, True)
    assert compare(before, same) == Extra(set(), set())
    more = dataclasses.replace(same, rows={"a": "1", "b": "2"}, versions={"1": "x", "2": "y"})
    assert compare(before, more) == Extra({("b", "2")}, {("2", "y")})
    assert compare(before, dataclasses.replace(same, rows={})).rows is None
    assert compare(before, dataclasses.replace(same, rows={"a": "2"})).rows is None
    assert compare(before, dataclasses.replace(same, versions={"1": "y"})).versions is None
    assert compare(before, dataclasses.replace(same, sound=False)) == Extra(None, set())
    assert compare(before, dataclasses.replace(same, whole=False)) == Extra(set(), None)
    written = before.copy()
    written.rows["b"] = "2"
    assert before.rows == {"a": "1"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    with make_project(tmp_path / "p", toy()) as project:
        project.dataset()
    return tmp_path / "p"


def test_a_project_is_read_row_by_row(project: Path) -> None:
    found = read_project(project)
    assert (len(found.rows), len(found.versions), found.sound, found.whole) == (80, 1, True, True)
    assert len(set(found.rows.values())) > 40
    with Project.open(project) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE records SET text = 'changed' WHERE id = (SELECT min(id) FROM records)"
        )
    changed = read_project(project)
    assert len(changed.rows.items() - found.rows.items()) == 1
    with Project.open(project) as opened, opened.store.writing() as connection:
        connection.exec_driver_sql("UPDATE datasets SET hash = 'another'")
    assert not read_project(project).whole


@pytest.mark.usefixtures("in_this_process")
def test_a_change_that_is_none_is_not_counted_as_refused(project: Path, tmp_path: Path) -> None:
    with Project.open(project) as opened:
        backup(opened.store, tmp_path / "b.zip")
    assert not restore_drill.refused(tmp_path / "b.zip", lambda files: next(iter(files)))


def test_content_hashes_tell_values_apart() -> None:
    assert content_hash("a", "b") != content_hash("ab", "") != content_hash("ab")
