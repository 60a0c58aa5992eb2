from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.errors import MachineError
from headway.store.files import (
    appearing,
    machine_errors,
    make_folder,
    move_into_place,
    sha256_of,
    sync_folder,
    write_atomically,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_the_last_content_is_there_and_nothing_beside(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "文件夹" / "a.bin"
    write_atomically(path, old)
    write_atomically(path, new)
    assert path.read_bytes() == new
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file_and_no_part_of_the_new(small_disk: Path) -> None:
    path = small_disk / "model.bin"
    write_atomically(path, b"old")
    with pytest.raises(MachineError, match="No space left") as caught:
        write_atomically(path, b"x" * 4_000_000)
    assert caught.value.exit_code == 6
    assert "Free some disk space" in str(caught.value.next_step)
    assert path.read_bytes() == b"old"
    assert list(small_disk.iterdir()) == [path]


def test_a_name_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(MachineError, match="taken"):
        write_atomically(tmp_path / "taken", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    with pytest.raises(MachineError):
        write_atomically(tmp_path / "taken" / ("x" * 300), b"x")
    assert not list((tmp_path / "taken").iterdir())


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files and folders that are synced, in their order."""
    paths: list[Path] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        paths.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return paths


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_the_names_of_new_folders_are_synced_and_of_no_others(tmp_path: Path, synced: list[Path]) -> None:
    there = tmp_path.resolve() / "there"
    there.mkdir()
    make_folder(there / "新" / "b", mode=0o700)
    assert sorted(synced) == [there, there / "新"]
    assert (there / "新" / "b").stat().st_mode & 0o077 == 0
    synced.clear()
    make_folder(there / "新" / "b")
    assert synced == []
    write_atomically(there / "c" / "a.bin", b"x")
    assert (synced[0], synced[-1]) == (there, there / "c")


def test_a_finished_folder_takes_its_place_and_never_that_of_another(tmp_path: Path) -> None:
    first, second, target = (tmp_path / name for name in ("first", "second", "目标"))
    for folder in (first, second):
        folder.mkdir()
        (folder / "content").write_text(folder.name)
    assert move_into_place(first, target)
    assert not move_into_place(second, target)
    assert (target / "content").read_text() == "first"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["second", "目标"]


def test_a_place_that_cannot_be_had_is_the_machines_refusal(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    for target in (tmp_path / "file", tmp_path / "nowhere" / "target"):
        with pytest.raises(MachineError, match=target.name):
            move_into_place(tmp_path / "folder", target)
    assert (tmp_path / "folder").is_dir()


def test_a_device_that_is_full_is_refused_in_words() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with (
        pytest.raises(MachineError, match="refused saving: No space left"),
        machine_errors("saving"),
        open("/dev/full", "wb", buffering=0) as file,
    ):
        file.write(b"x")


@pytest.mark.parametrize(
    ("number", "step"),
    [
        (errno.ENOSPC, "disk space"),
        (errno.EACCES, "the right"),
        (errno.EROFS, "can be written"),
        (errno.EIO, "what the message names"),
    ],
)
def test_each_refusal_has_a_next_step(number: int, step: str) -> None:
    with pytest.raises(MachineError, match=os.strerror(number)) as caught, machine_errors("saving"):
        raise OSError(number, os.strerror(number))
    assert step in str(caught.value.next_step)


def test_sha256_of_a_file_longer_than_a_chunk(tmp_path: Path) -> None:
    data = os.urandom(1_100_000)
    (tmp_path / "a").write_bytes(data)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(data).hexdigest()


def test_a_folder_can_be_synced(tmp_path: Path) -> None:
    sync_folder(tmp_path)


def test_a_folder_appears_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "新" / "model"
    with pytest.raises(FileNotFoundError), appearing(target, "making a model") as partial:
        (partial / "no folder" / "a").write_text("1")
    assert list(target.parent.iterdir()) == []
    with appearing(target, "making a model") as partial:
        (partial / "a").write_text("1")
        assert not target.exists()
    assert (target / "a").read_text() == "1"
    with appearing(target, "making a model") as partial:
        (partial / "a").write_text("2")
    assert (target / "a").read_text() == "1"
    assert list(target.parent.iterdir()) == [target]
