from __future__ import annotations

import contextlib
import signal
import subprocess
from pathlib import Path

import pytest

from headway.child_processes import module_command, same_modules
from headway.store import Store


@pytest.fixture
def project(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "客服")


def test_a_child_is_interrupted_though_who_started_it_ignores_that(project: Store) -> None:
    """As a shell has it that starts the console in the background."""
    waiting = module_command("headway.jobs.child", "dataset", "create", "--project", str(project.project))
    with project.exclusive("test"):
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        process = subprocess.Popen(
            waiting, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=same_modules()
        )
        signal.signal(signal.SIGINT, before)
        with process:
            while process.poll() is None:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
    assert process.returncode in (130, -signal.SIGINT)
