from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from headway.annotation.assistant import Assistant, Measured, open_assistant
from headway.annotation.encoding import need_prepared, prepare
from headway.annotation.rounds import Rounds
from headway.child_processes import module_command, same_modules
from headway.errors import DataError
from headway.settings import AnnotationSettings
from headway.store.tasks import add_task
from tests.annotated import TASK
from tests.annotation.conftest import MakePrepared
from tests.annotation.queueing import Desk
from tests.projects import make_base, mixed

MESSAGES = dict(mixed(120))
NAMES = sorted(set(MESSAGES.values()))


@pytest.fixture
def desk(make_prepared: MakePrepared) -> Desk:
    return make_prepared(MESSAGES)


def label(desk: Desk, name: str, n: int) -> None:
    person = desk.person(name)
    for held in desk.queue.take(person, n):
        desk.say(person, held.item.record, MESSAGES[held.item.text])


def test_each_round_tells_of_itself_and_the_labels_are_measured_now_and_then(desk: Desk) -> None:
    opened: list[str] = []

    def open_one(task: str) -> Assistant | None:
        opened.append(task)
        return open_assistant(desk.store, desk.writer, task, AnnotationSettings())

    rounds = Rounds(desk.store, open_one)
    (first,) = rounds.run(answered=True)
    assert first["task"] == TASK
    assert (first["round"]["n_labels"], first["round"]["n_pool"]) == (0, len(MESSAGES))
    label(desk, "Ann", 50)
    assert list(rounds.run(answered=False)) == []
    second, measured = rounds.run(answered=True)
    assert second["round"]["n_labels"] == 50
    assert set(measured["measured"]) == {"outlook", "suspects"}
    # Soon after, and with as many labels, nothing is measured.
    assert ["round" in report for report in rounds.run(answered=True)] == [True]
    assert opened == [TASK]
    assert json.loads(json.dumps(measured)) == measured


def test_a_task_that_is_prepared_later_is_found_though_nobody_answered(desk: Desk) -> None:
    ready: list[Assistant | None] = [None]
    rounds = Rounds(desk.store, lambda _: ready[0])
    assert list(rounds.run(answered=True)) == []
    ready[0] = open_assistant(desk.store, desk.writer, TASK, AnnotationSettings())
    assert len(list(rounds.run(answered=False))) == 1


def test_another_encoder_is_read_with_from_the_next_round_on(desk: Desk, tmp_path: Path) -> None:
    opened: list[Assistant] = []

    def open_one(task: str) -> Assistant | None:
        found = open_assistant(desk.store, desk.writer, task, AnnotationSettings())
        opened.extend([found] if found else [])
        return found

    rounds = Rounds(desk.store, open_one)
    label(desk, "Ann", 20)
    assert ["round" in report for report in rounds.run(answered=True)] == [True, False]
    prepare(desk.store, TASK, str(make_base(tmp_path / "another", seed=1)), "fp32")
    # Nobody answered, and all is measured again: it was the other encoder that was measured.
    assert ["round" in report for report in rounds.run(answered=False)] == [True, False]
    assert list(rounds.run(answered=False)) == []
    assert len(opened) == 2


def test_a_cache_that_was_cleared_ends_the_rounds_until_it_is_there_again(desk: Desk) -> None:
    rounds = Rounds(
        desk.store, lambda task: open_assistant(desk.store, desk.writer, task, AnnotationSettings())
    )
    assert len(list(rounds.run(answered=True))) == 1
    (folder,) = (desk.store.folder / "cache" / "encoders").iterdir()
    folder.rename(folder.with_name("elsewhere"))
    assert list(rounds.run(answered=True)) == []
    folder.with_name("elsewhere").rename(folder)
    assert len(list(rounds.run(answered=False))) == 1


def test_a_task_that_fails_keeps_no_other_from_its_round(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    add_task(desk.store, "a 坏 task", "text-classification")
    add_task(desk.store, "z 坏 task", "text-classification")

    def open_one(task: str) -> Assistant | None:
        if task != TASK:
            raise DataError("It cannot be opened.")
        return open_assistant(desk.store, desk.writer, task, AnnotationSettings())

    rounds = Rounds(desk.store, open_one)
    assert [report["task"] for report in rounds.run(answered=True)] == [TASK]
    assert len(caplog.records) == 2
    assert all(f"the assistant of '{name} 坏 task' failed" in caplog.text for name in "az")
    assert "It cannot be opened." in caplog.text


def test_a_measurement_that_fails_is_not_tried_again_in_each_round(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    class Immeasurable(Assistant):
        def measure(self) -> Measured | None:
            raise DataError("It cannot be measured.")

    embedder = need_prepared(desk.store, TASK)
    assistant = Immeasurable(desk.store, desk.writer, TASK, embedder, AnnotationSettings())
    rounds = Rounds(desk.store, lambda _: assistant)
    label(desk, "Ann", 10)
    for _ in range(3):
        (report,) = rounds.run(answered=True)
        assert report["round"]["n_labels"] == 10
    assert [record.exc_info is not None for record in caplog.records] == [True]
    assert "It cannot be measured." in caplog.text


def test_the_process_tells_by_lines_and_ends_with_its_input(desk: Desk) -> None:
    command = module_command("headway.annotation.rounds", str(desk.store.project))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=same_modules(), bufsize=0
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["round"]["n_labels"] == 0
        label(desk, "小波", 7)
        process.stdin.write(b"\n")
        assert json.loads(process.stdout.readline())["round"]["n_labels"] == 7
        process.stdin.close()
        assert process.wait() == 0
