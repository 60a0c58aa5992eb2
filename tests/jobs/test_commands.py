from __future__ import annotations

from pathlib import Path

import pytest

from headway.jobs.files import log_path
from headway.store import Store
from headway.store.jobs import add_job, finish_job
from tests.projects import call


def test_jobs_are_listed_shown_read_and_cancelled(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    here = ("--project", store.project)
    assert "`headway console` does jobs" in call(capsys, "jobs", "list", *here).out
    first = add_job(store, ["train", "--recipe", "probe", "--name", "客服 a"], "李雷")
    second = add_job(store, ["clean"], "Ann")
    finish_job(store, second.id, "failed", {"exit_code": 4}, "the file is gone")
    rows = call(capsys, "jobs", "list", *here, "--json").json["rows"]
    assert [row["id"] for row in rows] == [second.id, first.id]
    assert rows[1]["command"] == "headway train --recipe probe --name '客服 a'"
    assert "the file is gone" in call(capsys, "jobs", "show", second.id, *here).out
    assert "said nothing yet" in call(capsys, "jobs", "logs", second.id, *here).out
    log_path(store, second.id).parent.mkdir()
    log_path(store, second.id).write_text("Reading …\n没有文件\n", "utf-8")
    assert "没有文件" in call(capsys, "jobs", "logs", second.id, *here).out
    assert call(capsys, "jobs", "cancel", first.id, *here, "--json").json["state"] == "cancelled"


@pytest.mark.parametrize("command", ["show", "logs", "cancel"])
def test_a_job_that_is_not_there_is_named(
    store: Store, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = call(capsys, "jobs", command, "nothing", "--project", store.project)
    assert said.code == 2
    assert "'nothing'" in said.err


def test_what_is_over_cannot_be_cancelled(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    job = add_job(store, ["clean"], "Ann")
    finish_job(store, job.id, "done")
    said = call(capsys, "jobs", "cancel", job.id, "--project", Path(store.project))
    assert said.code == 2
    assert "is done already" in said.err
