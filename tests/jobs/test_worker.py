from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headway.annotation.labels import set_guideline
from headway.care.forget import forget
from headway.jobs import Worker
from headway.jobs.files import log_path, read_log
from headway.records import Job
from headway.store import Store
from headway.store.jobs import add_job, cancel_job, claim_job, finish_job, get_job, list_jobs
from headway.store.runs import list_runs
from headway.store.tombstones import Selection
from tests.projects import TASK, make_project, mixed, tiny_base

OVER = ("done", "failed", "cancelled")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Store]:
    make_project(tmp_path / "project", mixed(120)).close()
    store = Store.open(tmp_path / "project")
    yield store
    store.close()


@pytest.fixture
def worker(project: Store) -> Iterator[Worker]:
    worker = Worker(project, beat_seconds=0.1)
    yield worker
    worker.stop()


def until(there: Callable[[], bool], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def over(store: Store, job: Job) -> Job:
    until(lambda: get_job(store, job.id).state in OVER)
    return get_job(store, job.id)


def test_a_job_is_done_and_its_json_kept(project: Store, worker: Worker) -> None:
    job = add_job(project, ["dataset", "create"], "李雷")
    worker.start()
    done = over(project, job)
    assert (done.state, done.attempts, done.author) == ("done", 1, "李雷")
    assert done.result is not None
    assert done.result["number"] == 1
    # What comes later is done, too, in the order it was asked for.
    jobs = [add_job(project, ["models", "list"], "Ann"), add_job(project, ["clean"], "Ann")]
    worker.notice()
    first, second = (over(project, one) for one in jobs)
    assert (first.state, second.state) == ("done", "done")
    assert first.finished_at is not None
    assert second.started_at is not None
    assert first.finished_at < second.started_at


def test_who_wants_to_know_is_told_when_a_job_is_over(project: Store) -> None:
    states: list[list[str]] = []
    worker = Worker(project, 0.1, after=lambda: states.append([job.state for job in list_jobs(project)]))
    first, second = (add_job(project, ["models", name], "Ann") for name in ("list", "nothing"))
    worker.start()
    try:
        over(project, second)
        until(lambda: len(states) == 2)
    finally:
        worker.stop()
    assert states == [["waiting", "done"], ["failed", "done"]]
    assert get_job(project, first.id).state == "done"


def test_a_job_that_fails_says_why(project: Store, worker: Worker) -> None:
    worker.start()
    failed = over(project, add_job(project, ["evaluate", "nothing@7"], "Ann"))
    assert failed.state == "failed"
    assert "nothing" in str(failed.error)
    assert "nothing" in read_log(project, failed.id)


def test_what_a_job_prints_is_kept_though_it_quotes_ends_of_lines(project: Store, worker: Worker) -> None:
    # Python ends a line at each of these, JSON at none.
    text = "退款\u2028Refunds\u2029and returns\x85退货"
    set_guideline(project, TASK, text, "Ann")
    worker.start()
    done = over(project, add_job(project, ["annotate", "guidelines"], "Ann"))
    assert done.result is not None
    assert done.result["text"] == text


def test_a_file_in_the_current_folder_breaks_no_job(
    project: Store, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.py").write_text("raise RuntimeError('not this one')", "utf-8")
    monkeypatch.chdir(tmp_path)
    worker.start()
    assert over(project, add_job(project, ["models", "list"], "Ann")).state == "done"


def test_a_job_finds_the_modules_that_its_worker_finds(
    project: Store, worker: Worker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "our_recipes.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "modules")
    worker.start()
    failed = over(project, add_job(project, ["train", "--recipe", "our_recipes:ours"], "Ann"))
    assert "The module 'our_recipes' has no 'ours'" in str(failed.error)


def train(base: str) -> list[str]:
    settings = ["--set", "epochs=300", "--set", "batch_size=8", "--set", "patience=0"]
    return ["train", "--recipe", "full", "--base", base, *settings, "--set", "checkpoint_steps=5"]


def test_a_training_that_is_cancelled_stops_and_can_be_resumed(
    project: Store, worker: Worker, tmp_path_factory: pytest.TempPathFactory
) -> None:
    job = add_job(project, train(str(tiny_base(tmp_path_factory.getbasetemp()))), "Ann")
    worker.start()
    until(lambda: bool(list_runs(project)))
    assert cancel_job(project, job.id).state == "running"
    assert over(project, job).state == "cancelled"
    (run,) = list_runs(project)
    until(lambda: list_runs(project)[0].state == "interrupted")
    assert run.recipe == "full"


def begun(store: Store, job: Job) -> int:
    """The process of a job that has begun."""
    until(lambda: get_job(store, job.id).process is not None)
    process = get_job(store, job.id).process
    assert process is not None
    return process


def refuse_leases(store: Store, how: str) -> None:
    """From now on the database refuses to renew a lease, by a statement of a trigger."""
    with store.writing() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER refuse BEFORE UPDATE OF process ON jobs BEGIN SELECT {how}; END"
        )


def test_a_lease_that_cannot_be_renewed_for_a_while_begins_no_second_process(
    project: Store, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    # The command waits for the project, so that it does not end before its time.
    with project.exclusive("test"):
        job = add_job(project, ["dataset", "create"], "Ann")
        worker.start()
        process = begun(project, job)
        refuse_leases(project, "nothing_of_this_name()")
        until(lambda: bool(caplog.messages))
        with project.writing() as connection:
            connection.exec_driver_sql("DROP TRIGGER refuse")
    done = over(project, job)
    assert (done.state, done.attempts, done.process) == ("done", 1, process)
    assert "could not be renewed" in caplog.text


def test_a_process_that_is_no_longer_watched_is_ended(
    project: Store, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    with project.exclusive("test"):
        job = add_job(project, ["dataset", "create"], "Ann")
        worker.start()
        process = begun(project, job)
        # No error of ours: nobody has thought of it.
        refuse_leases(project, "RAISE(ABORT, 'unheard of')")
        until(lambda: "could not be worked on" in caplog.text)
        assert not Path(f"/proc/{process}").exists()


def test_a_job_that_waits_is_cancelled_at_once_and_never_begun(project: Store, worker: Worker) -> None:
    job = add_job(project, ["dataset", "create"], "Ann")
    assert cancel_job(project, job.id).state == "cancelled"
    worker.start()
    assert over(project, add_job(project, ["models", "list"], "Ann")).state == "done"
    assert get_job(project, job.id).attempts == 0


def test_what_was_begun_too_often_is_given_up(project: Store, worker: Worker) -> None:
    job = add_job(project, ["dataset", "create"], "Ann")
    for _ in range(3):
        assert claim_job(project, "2020") is not None
    worker.start()
    failed = over(project, job)
    assert failed.state == "failed"
    assert "begun 3 times" in str(failed.error)


def test_a_stopped_worker_leaves_its_training_to_the_next_which_resumes_it(
    project: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = str(tiny_base(tmp_path_factory.getbasetemp()))
    command = [word if word != "epochs=300" else "epochs=10" for word in train(base)]
    job = add_job(project, command, "Ann")
    first = Worker(project, beat_seconds=0.1)
    first.start()
    checkpoints = project.folder / "checkpoints"
    until(lambda: any(checkpoints.glob("*/final/step-*/seal.json")))
    first.stop()
    assert get_job(project, job.id).state == "running"
    second = Worker(project, beat_seconds=0.1)
    second.start()
    done = over(project, job)
    second.stop()
    assert (done.state, done.attempts) == ("done", 2)
    (run,) = list_runs(project)
    assert run.state == "done"
    assert done.result is not None
    assert done.result["run"] == run.id


def has_pending(process: int, number: int) -> bool:
    """Whether a process was sent a signal that it has not seen yet."""
    (line,) = re.findall(r"^ShdPnd:\s*(\w+)$", Path(f"/proc/{process}/status").read_text(), re.MULTILINE)
    return bool(int(line, 16) & 1 << number - 1)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores SIGINT, and its children do until they say otherwise."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("last", [signal.SIGCONT, signal.SIGKILL])
def test_a_stopped_worker_gives_back_what_was_only_starting_or_had_to_be_killed(
    project: Store, last: int
) -> None:
    job = add_job(project, ["dataset", "create"], "Ann")
    with project.exclusive("test"):
        first = Worker(project, beat_seconds=0.1)
        first.start()
        process = begun(project, job)
        # It sees nothing of the interruption before it goes on, or is killed.
        os.kill(process, signal.SIGSTOP)
        stopping = threading.Thread(target=first.stop)
        stopping.start()
        until(lambda: has_pending(process, signal.SIGINT))
        os.kill(process, last)
        stopping.join()
    assert get_job(project, job.id).state == "running"
    second = Worker(project, beat_seconds=0.1)
    second.start()
    done = over(project, job)
    second.stop()
    assert (done.state, done.attempts) == ("done", 2)


def test_a_child_whose_parent_is_killed_ends_itself(
    project: Store, tmp_path_factory: pytest.TempPathFactory
) -> None:
    add_job(project, train(str(tiny_base(tmp_path_factory.getbasetemp()))), "Ann")
    code = (
        "import time; from pathlib import Path; from headway.store import Store; "
        "from headway.jobs import Worker; "
        f"Worker(Store.open(Path({str(project.project)!r})), 0.1).start(); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: bool(list_runs(project)))
    child = list_runs(project)[0].details["process"]
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until(lambda: list_runs(project)[0].state == "interrupted")
    until(lambda: not Path(f"/proc/{child}/cmdline").exists() or not os.path.exists(f"/proc/{child}"))


def test_the_log_of_a_job_that_was_not_begun_is_empty(project: Store) -> None:
    job = add_job(project, ["models", "list"], "Ann")
    assert read_log(project, job.id) == ""
    log_path(project, job.id).parent.mkdir()
    log_path(project, job.id).write_bytes("坏".encode() + b"\xff" + b"x" * 300_000)
    assert len(read_log(project, job.id)) == 200_000


def test_what_a_job_found_out_is_forgotten_with_the_texts_it_quotes(project: Store) -> None:
    job = add_job(project, ["clean"], "Ann")
    text = mixed(1)[0][0]
    log_path(project, job.id).parent.mkdir()
    log_path(project, job.id).write_text(text, "utf-8")
    finish_job(project, job.id, "done", {"excerpt": text})
    forget(project, Selection(contains=text))
    assert get_job(project, job.id).result is None
    assert read_log(project, job.id) == ""
    assert text.encode() not in (project.folder / "headway.db").read_bytes()
