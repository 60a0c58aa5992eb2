from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from headway.errors import ConfigurationError, MachineError, NewerProjectError, NoProjectError
from headway.store import Store
from headway.store.tasks import add_task, list_tasks


def test_a_project_is_made_once_and_opened_again(tmp_path: Path) -> None:
    first = Store.create(tmp_path / "新项目")
    add_task(first, "意图", "text-classification")
    first.close()
    second = Store.create(tmp_path / "新项目")
    assert [task.name for task in list_tasks(second)] == ["意图"]
    second.close()
    assert (tmp_path / "新项目" / ".headway").stat().st_mode & 0o077 == 0


def test_a_folder_without_a_project_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(NoProjectError, match="holds no Headway project"):
        Store.open(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_file_where_the_project_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(MachineError, match="File exists"):
        Store.create(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_the_clock_is_the_one_given(tmp_path: Path) -> None:
    store = Store.create(tmp_path, clock=lambda: datetime(2026, 1, 2, 3, 4, 5, 6, UTC))
    assert store.now() == "2026-01-02T03:04:05.000006+00:00"
    store.close()


def test_what_raised_left_nothing_behind(store: Store) -> None:
    def write_and_fail() -> None:
        with store.writing() as connection:
            connection.execute(text("INSERT INTO tasks VALUES ('a', 'k', 'now')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert list_tasks(store) == []


def test_rows_must_refer_to_what_exists(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as connection:
        connection.execute(text("INSERT INTO splits VALUES ('no such task', 'c', 'train')"))


def test_a_project_of_a_newer_version_is_refused_and_not_touched(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    store.close()
    database = store.folder / "headway.db"
    before = database.read_bytes()
    for opening in (Store.open, Store.create):
        with pytest.raises(NewerProjectError, match="version 0099") as caught:
            opening(store.project)
        assert caught.value.exit_code == 3
        assert "Upgrade Headway" in str(caught.value.next_step)
    assert database.read_bytes() == before


def test_an_older_project_is_backed_up_before_it_is_migrated(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(store, "意图", "text-classification")
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    store.close()
    monkeypatch.setattr("headway.store.store._KNOWN_REVISIONS", ("0000", "0001"))
    with pytest.raises(CommandError):  # there is no revision 0000 to migrate from, so nothing is changed
        Store.open(store.project)
    backup = store.folder / "headway.0000.backup.db"
    (store.folder / "headway.db").write_bytes(backup.read_bytes())
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert [task.name for task in list_tasks(store)] == ["意图"]


@pytest.mark.parametrize("content", [b"not a database " * 500, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_damaged_database_is_refused_in_words(store: Store, content: bytes) -> None:
    store.close()
    for path in store.folder.glob("headway.db*"):
        path.unlink()
    (store.folder / "headway.db").write_bytes(content)
    with pytest.raises((ConfigurationError, MachineError)) as caught:
        Store.open(store.project)
    assert str(store.folder) in caught.value.message


def test_an_empty_database_is_one_whose_making_was_interrupted(tmp_path: Path) -> None:
    (tmp_path / ".headway").mkdir()
    (tmp_path / ".headway" / "headway.db").touch()
    store = Store.open(tmp_path)
    assert list_tasks(store) == []
    store.close()


def test_a_full_disk_refuses_and_leaves_a_sound_project(small_disk: Path) -> None:
    store = Store.create(small_disk / "project")
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(bytes(4_000_000))
    with pytest.raises(MachineError, match="refused") as caught:
        add_task(store, "名" * 1_000_000, "text-classification")
    assert "disk space" in str(caught.value.next_step)
    kept = len(list_tasks(store))
    filler.unlink()
    add_task(store, "after", "text-classification")
    assert len(list_tasks(store)) == kept + 1
    with store.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
    store.close()


REFUSALS = """
import os, sys
from pathlib import Path
import alembic.command
from headway.errors import MachineError
from headway.sources import Columns, check_files
from headway.store import Store
from headway.store.files import write_atomically
folder = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for attempt in (
    lambda: Store.open(folder / "closed"),
    lambda: Store.create(folder / "closed"),
    lambda: Store.create(folder / "new"),
    lambda: Store.open(folder / "readonly"),
    lambda: check_files([folder / "closed.csv"], Columns("text")),
    lambda: check_files([folder / "closed" / ".headway" / "a.csv"], Columns("text")),
    lambda: write_atomically(folder / "a", b"x"),
):
    try:
        attempt()
    except MachineError as error:
        assert error.next_step, error
        print("refused", error.message)
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that another user can reach, unlike `tmp_path`."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_without_permission_everything_is_refused_in_words(public_folder: Path) -> None:
    if not hasattr(os, "geteuid"):
        pytest.skip("needs POSIX permissions")
    for name in ("closed", "readonly"):
        Store.create(public_folder / name).close()
    (public_folder / "closed.csv").write_text("text\na\n")
    inside = public_folder / "readonly" / ".headway"
    for path in inside.iterdir():
        path.chmod(0o444)
    for path in (inside, public_folder):
        path.chmod(0o555)
    for path in (public_folder / "closed.csv", public_folder / "closed" / ".headway"):
        path.chmod(0)
    command = [sys.executable, "-W", "error", "-c", REFUSALS, str(public_folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    for path in (inside, public_folder, public_folder / "closed" / ".headway"):
        path.chmod(0o755)
    assert done.stderr == ""
    assert done.stdout.count("refused The ") == 7, done.stdout
