"""The page of jobs, over HTTP and in a real browser."""

from __future__ import annotations

import pytest

from headway.console import console_app
from headway.jobs.files import log_path
from headway.serving import start
from headway.store import Store
from headway.store.jobs import add_job, finish_job, get_job, list_jobs
from tests.annotated import import_texts
from tests.browsing import Browsed
from tests.console.conftest import SignIn, sign_in_page

ATTACK = "<script>hacked()</script>"


def test_a_job_is_asked_for_by_its_command(store: Store, sign_in: SignIn) -> None:
    import_texts(store, ["一"])
    client = sign_in("lead")
    asked = client.post("/jobs", json={"kind": "dataset", "task": "intents", "consensus": "majority"})
    assert asked.status_code == 202
    job = get_job(store, asked.json()["id"])
    assert (job.author, job.state) == ("the lead", "waiting")
    assert job.command == ("dataset", "create", "--consensus", "majority", "--task", "intents")
    assert "headway dataset create --consensus majority" in client.get("/jobs").text
    assert client.post(f"/jobs/{job.id}/cancel", json={}).json() == {"state": "cancelled"}
    assert client.post(f"/jobs/{job.id}/cancel", json={}).status_code == 400


def test_an_unknown_task_and_another_command_are_refused(store: Store, sign_in: SignIn) -> None:
    import_texts(store, ["一"])
    client = sign_in("lead")
    assert client.post("/jobs", json={"kind": "train", "task": "nothing"}).status_code == 400
    assert client.post("/jobs", json={"kind": "serve", "task": "intents"}).status_code == 422
    assert list_jobs(store) == []


@pytest.mark.parametrize("path", ["/jobs/nothing", "/jobs/" + "0" * 20, "/jobs/%2e%2e"])
def test_a_job_that_is_not_there_is_refused(store: Store, sign_in: SignIn, path: str) -> None:
    assert sign_in("lead").get(path).status_code in (400, 404, 422)


def test_what_a_job_says_is_no_markup(store: Store, sign_in: SignIn) -> None:
    job = add_job(store, ["clean", "--task", ATTACK], ATTACK)
    log_path(store, job.id).parent.mkdir()
    log_path(store, job.id).write_text(ATTACK, "utf-8")
    finish_job(store, job.id, "failed", {"error": ATTACK}, ATTACK)
    client = sign_in("lead")
    for path in ("/jobs", f"/jobs/{job.id}"):
        page = client.get(path).text
        assert ATTACK not in page
        assert "&lt;script&gt;" in page


def test_a_job_is_started_and_watched_in_the_browser(store: Store, browsed: Browsed) -> None:
    import_texts(store, ["我要退款", "where is my order"])
    running = start(console_app(store), 0)
    page = browsed.page
    try:
        sign_in_page(page, running, store, "lead")
        page.get_by_role("link", name="Jobs").click()
        assert page.get_by_label("Recipe").is_visible()
        page.get_by_label("What").select_option("clean")
        assert not page.get_by_label("Recipe").is_visible()
        assert browsed.violations() == []
        page.get_by_role("button", name="Start").click()
        page.get_by_role("cell", name="done", exact=True).wait_for(timeout=60_000)
        assert browsed.violations() == []
        page.get_by_role("link", name="headway clean --keep --task intents").click()
        page.get_by_role("heading", name="What it said").wait_for()
        page.get_by_text("Report on the data:").get_by_role("link", name="intents").wait_for()
        assert browsed.violations() == []
        assert browsed.messages == []
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(f"{running.url}/jobs")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert browsed.violations() == []
    finally:
        running.stop()
