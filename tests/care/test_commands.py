from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.project import Project
from tests.care.conftest import contents, small_project
from tests.care.texts import ZH, holders
from tests.projects import Called, call, copy_of

Run = Callable[..., Called]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line in this process."""
    return lambda *arguments: call(capsys, *arguments)


@pytest.fixture
def here(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small project, in which the commands are called."""
    folder = copy_of(small_project(tmp_path_factory.getbasetemp()), tmp_path / "项目")
    monkeypatch.chdir(folder)
    return folder


class Person(io.StringIO):
    """Somebody at a terminal who types an answer."""

    def isatty(self) -> bool:
        return True


def test_a_backup_is_written_checked_and_restored(run: Run, here: Path, tmp_path: Path) -> None:
    out = run("backup", tmp_path / "b.zip").out
    assert "44 records as of" in out
    assert "in the clear" in out
    assert f"headway restore {tmp_path / 'b.zip'} --check" in out
    assert "b.zip is sound" in run("restore", tmp_path / "b.zip", "--check").out
    assert "44 records as of" in run("restore", tmp_path / "b.zip", tmp_path / "新").out
    assert (
        run("models", "list", "--json", "--project", tmp_path / "新").json["rows"][0]["model"] == "intents@1"
    )


def test_with_json_each_prints_one_object(run: Run, here: Path, tmp_path: Path) -> None:
    taken = run("backup", tmp_path / "b.zip", "--json").json
    assert (taken["rows"]["records"], taken["damaged"], taken["file"]) == (44, {}, str(tmp_path / "b.zip"))
    checked = run("restore", tmp_path / "b.zip", "--check", "--json").json
    assert (checked["folder"], checked["files"]) == (None, taken["files"])
    restored = run("restore", tmp_path / "b.zip", tmp_path / "r", "--json").json
    assert restored["folder"] == str(tmp_path / "r")
    assert run("prune", "--dry-run", "--json").json == {"removed": False, "size": 0, "rows": []}
    forgotten = run("forget", "--id", "p1", "--yes", "--json").json
    assert (forgotten["records"], forgotten["revisions"], len(forgotten["versions"])) == (1, 2, 2)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["backup", "."], 2, "is a folder"),
        (["backup"], 2, "Missing argument"),
        (["restore", "rows.zip"], 2, "Restored into which folder?"),
        (["restore", "rows.zip", "x", "--check"], 2, "restored into a folder, or checked"),
        (["restore", "missing.zip", "x"], 4, "There is no file"),
        (["restore", "headway.toml", "x"], 4, "is no backup"),
        (["forget", "--yes"], 2, "in one way"),
        (["forget", "--id", "1", "--contains", "x", "--yes"], 2, "id and contains"),
        (["forget", "--where", "customer", "--yes"], 2, "COLUMN=VALUE"),
        (["forget", "--where", "=42", "--yes"], 2, "empty"),
        (["forget", "--contains", "  ", "--yes"], 2, "empty"),
        (["forget", "--id", "p1"], 2, "Add --yes"),
        (["forget", "--id", "p1", "--json"], 2, "nobody is here to be asked"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    run: Run, here: Path, arguments: list[str], code: int, words: str
) -> None:
    (here / "headway.toml").write_text("lock_wait_seconds = 1\n")
    run("forget", "--id", "nobody", "--yes")
    before = contents(here)
    done = run(*arguments)
    assert (done.code, words in re.sub(r"[\s│]+", " ", done.err)) == (code, True), done.err
    # SQLite tidies its log up when a connection closes.
    changed = {name for name, data in contents(here).items() if before.get(name) != data}
    assert not {name for name in changed if "headway.db-" not in name}


def test_before_it_forgets_it_says_what_and_asks(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", Person("n\n"))
    done = run("forget", "--where", "customer=张")
    assert done.code == 1
    assert "2 records with 3 texts and 3 labels would be forgotten; this cannot be undone." in done.out
    assert "dataset version 2 of 'intents': 2 rows" in done.out
    assert holders(here, ZH)
    monkeypatch.setattr("sys.stdin", Person("y\n"))
    done = run("forget", "--where", "customer=张")
    assert done.code == 0
    assert "2 records with 3 texts and 3 labels were forgotten." in done.out
    assert "quarantine: 2 rows" in done.out
    assert "Files outside the project still hold them" in done.out
    assert holders(here, ZH) == []
    assert "No record matches." in run("forget", "--where", "customer=张", "--yes").out


def test_models_that_learned_from_it_are_named(run: Run, here: Path) -> None:
    with Project.open(here) as project:
        project.train("baseline")
    out = run("forget", "--contains", "13912345678", "--yes").out
    assert "cannot unlearn" in out
    assert "intents@2" in out
    shown = run("dataset", "show", "2", "--json").json
    assert shown["forgotten"] == 1


def test_prune_shows_what_goes_with_size_and_reason(run: Run, here: Path) -> None:
    (here / ".headway" / "cache" / "embeddings").mkdir(parents=True)
    (here / ".headway" / "cache" / "embeddings" / "x").write_bytes(bytes(2_000_000))
    out = run("prune", "--cache", "--dry-run").out
    assert ".headway/cache" in out
    assert "it is made again when it is needed" in out
    assert "1 files or folders, 2 MB, would be removed. Nothing was." in out
    assert (here / ".headway" / "cache").exists()
    assert "1 files or folders, 2 MB, were removed." in run("prune", "--cache").out
    assert run("prune").out.strip() == "There is nothing to remove."
    assert json.dumps(run("prune", "--json").json["rows"]) == "[]"
