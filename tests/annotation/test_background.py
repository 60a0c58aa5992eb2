from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headway.annotation.background import Background
from headway.annotation.encoding import prepare
from headway.annotation.labels import set_labels
from tests.annotated import TASK
from tests.annotation.conftest import MakeDesk
from tests.annotation.queueing import Desk
from tests.projects import mixed, tiny_base

MESSAGES = dict(mixed(120))


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    desk = make_desk(*MESSAGES)
    set_labels(desk.store, TASK, sorted(set(MESSAGES.values())))
    return desk


@pytest.fixture
def base(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tiny_base(tmp_path_factory.getbasetemp()))


@pytest.fixture
def running(desk: Desk) -> Iterator[Background]:
    background = Background(desk.store, idle=0.1)
    background.start()
    yield background
    background.stop()


def children() -> list[int]:
    """The processes of rounds that this process has begun."""
    found = []
    for one in Path("/proc").glob("[0-9]*"):
        try:
            command = one.joinpath("cmdline").read_bytes()
            parent = int(one.joinpath("stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and b"headway.annotation.rounds" in command:
            found.append(int(one.name))
    return found


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_no_process_runs_before_a_task_is_prepared_and_none_after_the_end(
    desk: Desk, running: Background, base: str
) -> None:
    running.notice()
    # Long enough for a process to begin, were one wanted.
    time.sleep(0.3)
    assert children() == []
    assert running.last_round(TASK) is None
    prepare(desk.store, TASK, base, "fp32")
    running.notice()
    wait_until(lambda: running.last_round(TASK))
    assert len(children()) == 1
    running.stop()
    assert children() == []


def test_what_is_answered_is_learned_and_measured(desk: Desk, running: Background, base: str) -> None:
    ann = desk.person("Ann")
    for record, label in zip(desk.records, MESSAGES.values(), strict=True):
        desk.say(ann, record, label)
    # Only now is there anything to learn with: the first round sees all that was answered.
    prepare(desk.store, TASK, base, "fp32")
    running.notice()
    wait_until(lambda: running.measured(TASK))
    done, measured = running.last_round(TASK), running.measured(TASK)
    assert done is not None
    assert (done.n_labels, done.n_pool) == (len(MESSAGES), 0)
    assert measured is not None
    assert measured.outlook is not None
    assert measured.outlook["labels"] == len(MESSAGES)
    assert running.measured("another") is None


def test_a_process_that_is_killed_is_started_again(
    desk: Desk, running: Background, base: str, caplog: pytest.LogCaptureFixture
) -> None:
    prepare(desk.store, TASK, base, "fp32")
    running.notice()
    wait_until(lambda: running.last_round(TASK))
    (child,) = children()
    os.kill(child, signal.SIGKILL)
    ann = desk.person("Ann")
    (held,) = desk.queue.take(ann, 1)
    desk.say(ann, held.item.record, MESSAGES[held.item.text])
    wait_until(lambda: (found := running.last_round(TASK)) and found.n_labels == 1)
    assert "ended with exit code -9" in caplog.text


def test_a_process_that_ends_at_once_is_started_again_after_one_pause_whatever_is_answered(
    desk: Desk, base: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle, pauses = 0.123, []

    class Counted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            cut_short = super().wait(timeout)
            if timeout == idle:
                pauses.append(cut_short)
            return cut_short

    def ended() -> int:
        background.notice()
        return caplog.text.count("ended with exit code")

    prepare(desk.store, TASK, base, "fp32")
    (desk.store.project / "headway.toml").write_text("[annotation]\nnothing = 1\n", "utf-8")
    monkeypatch.setattr(threading, "Event", Counted)
    background = Background(desk.store, idle=idle)
    background.start()
    wait_until(lambda: ended() >= 3)
    background.stop()
    # But for the last, which the end may cut short.
    assert pauses.count(True) <= 1
    assert ended() - 1 <= pauses.count(False) <= ended()


def test_a_round_that_fails_is_told_and_the_next_is_run(
    desk: Desk, running: Background, base: str, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare(desk.store, TASK, base, "fp32")
    (model,) = (desk.store.folder / "cache" / "encoders").glob("*/*.onnx")
    whole = model.read_bytes()
    model.write_bytes(b"no model")
    running.notice()
    told = ""

    def is_told() -> bool:
        nonlocal told
        told += capfd.readouterr().err
        return f"A round of the assistant of {TASK!r} failed" in told

    wait_until(is_told)
    model.write_bytes(whole)
    running.notice()
    wait_until(lambda: running.last_round(TASK))
