from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from headway.errors import ProjectBusyError
from headway.store.lock import ProjectLock


def test_a_second_call_of_the_holder_passes_at_once(tmp_path: Path) -> None:
    lock = ProjectLock(tmp_path)
    with lock.hold("import", wait_seconds=0), lock.hold("dataset create", wait_seconds=0):
        pass
    with ProjectLock(tmp_path).hold("import", wait_seconds=0):
        pass


def test_locks_of_two_names_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with (
        ProjectLock(tmp_path).hold("import", wait_seconds=0),
        ProjectLock(tmp_path, "blob-lock").hold("backup", wait_seconds=0),
        pytest.raises(ProjectBusyError, match="`headway backup`"),
        ProjectLock(tmp_path, "blob-lock").hold("prune", wait_seconds=0),
    ):
        pytest.fail("two hold the same lock at once")


def test_who_waits_too_long_is_told_for_whom(tmp_path: Path) -> None:
    told: list[str] = []
    with (
        ProjectLock(tmp_path).hold("train", wait_seconds=0),
        pytest.raises(ProjectBusyError, match="is still working") as caught,
        ProjectLock(tmp_path).hold("import", wait_seconds=0.05, on_wait=told.append),
    ):
        pytest.fail("two hold the lock at once")
    assert "`headway train`" in caught.value.message
    assert f"process {os.getpid()}" in caught.value.message
    assert "lock_wait_seconds" in str(caught.value.next_step)
    assert told == [told[0]]
    assert told[0].startswith("Waiting for `headway train`")


def test_who_waits_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    held, waiting = threading.Event(), threading.Event()

    def hold_until_another_waits() -> None:
        with ProjectLock(tmp_path).hold("train", wait_seconds=0):
            held.set()
            waiting.wait(20)

    holder = threading.Thread(target=hold_until_another_waits)
    holder.start()
    assert held.wait(20)
    with ProjectLock(tmp_path).hold("import", wait_seconds=20, on_wait=lambda _message: waiting.set()):
        assert waiting.is_set()
    holder.join()


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    lock = ProjectLock(tmp_path)
    with pytest.raises(RuntimeError), lock.hold("train", wait_seconds=0):
        raise RuntimeError
    with ProjectLock(tmp_path).hold("import", wait_seconds=0):
        pass


def test_a_holder_that_cannot_be_named_is_waited_for_all_the_same(tmp_path: Path) -> None:
    with ProjectLock(tmp_path).hold("train", wait_seconds=0):
        (tmp_path / "lock.json").write_text("{half")
        with (
            pytest.raises(ProjectBusyError, match="another headway command is still working"),
            ProjectLock(tmp_path).hold("import", wait_seconds=0),
        ):
            pass
