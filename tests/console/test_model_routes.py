"""The pages of models, runs and reports over HTTP."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from headway.console.report_files import list_reports
from headway.ids import new_id
from headway.registry.versions import history, manifest_of, resolve
from headway.store import Store, schema
from headway.store.jobs import add_job, finish_job, get_job, list_jobs
from headway.store.models import add_version, list_versions
from headway.store.runs import add_run, list_runs
from headway.store.tasks import add_task
from tests.console.conftest import SignIn

HTML = {"Accept": "text/html"}
ATTACK = "<script>hacked()</script>"
PROBLEM = "application/problem+json"


@pytest.fixture
def store(trained: Store) -> Store:
    return trained


def kept_report(store: Store, name: str, page: str = "<p>报告</p>", content: str = "{}") -> str:
    """A report below `reports/`; gives its id."""
    folder = store.project / "reports" / name
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(page, "utf-8")
    (folder / "report.json").write_text(content, "utf-8")
    return next(report.id for report in list_reports(store) if report.folder == folder)


def damage(store: Store, reference: str) -> None:
    """Change a byte of each file of a version, as a bad disk would."""
    manifest = manifest_of(store, resolve(store, reference))
    for entry in manifest.files.values():
        path = store.blobs.path(entry["sha256"])
        path.chmod(0o600)
        path.write_bytes(b"x" + path.read_bytes()[1:])


def test_the_versions_are_shown_newest_first_with_what_was_measured(store: Store, sign_in: SignIn) -> None:
    page = sign_in("viewer").get("/models", headers=HTML).text
    assert re.findall(r'href="/models/intents/(\d)"', page)[:3] == ["3", "2", "1"]
    assert page.count('class="badge">champion<') == 1
    run = list_runs(store)[0]
    assert f'<a href="/runs/{run.id}"><span class="figure">75.9%' in page
    assert "57.9% … 87.8%" in page
    assert "0.2 MB" in page
    assert "headway models history intents" in page


def test_who_may_only_look_is_offered_nothing_to_change(sign_in: SignIn) -> None:
    viewer, lead = sign_in("viewer"), sign_in("lead")
    for path in ("/models", "/models/intents/2"):
        assert "data-confirm" not in viewer.get(path).text
        assert "headway models promote intents@2" in lead.get(path).text
    assert 'type="checkbox"' not in viewer.get("/models").text


def test_a_version_says_what_it_was_made_from(store: Store, sign_in: SignIn) -> None:
    page = sign_in("viewer").get("/models/intents/3", headers={**HTML, "Accept-Language": "zh"}).text
    version = resolve(store, "intents@3")
    for words in ("onnxruntime ", "max_iterations = 100", "标签一致率", "refund_request", "model.onnx"):
        assert words in page
    assert f'href="/runs/{version.run}"' in page
    assert "headway evaluate intents@3" in page
    assert "# intents@3" in page


def test_a_run_says_what_was_measured(store: Store, sign_in: SignIn) -> None:
    run = list_runs(store)[1]
    page = sign_in("viewer").get(f"/runs/{run.id}", headers=HTML).text
    assert "You chose the recipe probe." in page
    assert 'href="/models/intents/2"' in page
    assert "log_loss" in page
    assert f"headway runs show {run.id}" in page


def test_promoting_twice_is_one_promotion_and_rolling_back_undoes_it(store: Store, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for _ in range(2):
        promoted = client.post("/models/intents/3/promote", json={})
        assert (promoted.status_code, promoted.json()) == (200, {"champion": "intents@3"})
    assert [event.version for event in history(store, "intents")] == [1, 3]
    page = client.get("/models").text
    assert "Roll back to intents@1" in page
    assert "was made champion" in page
    back = client.post("/models/intents/rollback", json={"champion": 3})
    assert (back.status_code, back.json()) == (200, {"champion": "intents@1"})
    assert resolve(store, "intents@champion").version == 1
    assert "was gone back to" in client.get("/models").text


def test_there_is_nothing_to_roll_back_to_before_the_first(store: Store, sign_in: SignIn) -> None:
    client = sign_in("lead")
    assert "Roll back" not in client.get("/models").text
    answer = client.post("/models/intents/rollback", json={"champion": 1})
    assert (answer.status_code, answer.headers["content-type"]) == (409, PROBLEM)
    assert "had no champion before" in answer.json()["detail"]


def test_two_who_roll_back_at_once_go_back_once(store: Store, sign_in: SignIn) -> None:
    client = sign_in("lead")
    for number in (2, 3):
        client.post(f"/models/intents/{number}/promote", json={})
    answers = [client.post("/models/intents/rollback", json={"champion": 3}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert "no longer the champion" in answers[1].json()["detail"]
    assert resolve(store, "intents@champion").version == 2


@pytest.mark.parametrize("body", [{}, {"champion": "3"}, {"champion": 0}, {"champion": 3, "alias": "x"}, []])
def test_a_roll_back_that_is_not_understood_changes_nothing(
    store: Store, sign_in: SignIn, body: object
) -> None:
    client = sign_in("lead")
    client.post("/models/intents/3/promote", json={})
    assert client.post("/models/intents/rollback", json=body).status_code == 422
    assert resolve(store, "intents@champion").version == 3


@pytest.mark.parametrize(
    "path",
    [
        "/models/nothing/1",
        "/models/intents/0",
        "/models/intents/9",
        "/models/intents/-1",
        "/models/intents/champion",
        "/models/intents/99999999999999999999",
        "/models/../1",
        "/models/%2e%2e/1",
        "/models/%2e%2e%2f%2e%2e%2fetc/1",
        "/models/in%00tents/1",
        "/models/" + "x" * 101 + "/1",
        "/runs/nothing",
        "/runs/" + "0" * 20,
        "/runs/%2e%2e%2f" + "0" * 14,
        "/reports/" + "0" * 20,
        "/reports/intents-1-00000000",
        "/reports/../.headway",
        "/reports/%2e%2e%2f.headway%2fheadway.db",
        "/reports//etc/passwd",
    ],
)
def test_what_is_not_there_is_refused(sign_in: SignIn, path: str) -> None:
    client = sign_in("admin")
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == PROBLEM
    page = client.get(path, headers=HTML)
    assert page.status_code == 404
    assert "Traceback" not in page.text


@pytest.mark.parametrize("path", ["/models/nothing/1/promote", "/models/intents/9/promote"])
def test_what_is_not_there_cannot_be_promoted(store: Store, sign_in: SignIn, path: str) -> None:
    assert sign_in("lead").post(path, json={}).status_code == 404
    assert len(history(store, "intents")) == 1


def test_a_damaged_version_is_not_promoted_and_the_others_are_shown(store: Store, sign_in: SignIn) -> None:
    damage(store, "intents@2")
    client = sign_in("lead")
    answer = client.post("/models/intents/2/promote", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (409, PROBLEM)
    assert "A file of intents@2 is not the one that was written" in answer.json()["detail"]
    assert str(store.project) not in answer.text
    assert resolve(store, "intents@champion").version == 1


def test_a_version_whose_files_are_gone_is_not_promoted(store: Store, sign_in: SignIn) -> None:
    artifact = resolve(store, "intents@2").artifact
    store.blobs.path(artifact).unlink()
    answer = sign_in("lead").post("/models/intents/2/promote", json={})
    assert (answer.status_code, answer.headers["content-type"]) == (409, PROBLEM)
    assert resolve(store, "intents@champion").version == 1


def test_a_version_without_its_manifest_is_shown_as_damaged(store: Store, sign_in: SignIn) -> None:
    store.blobs.path(resolve(store, "intents@2").artifact).unlink()
    client = sign_in("lead")
    page = client.get("/models", headers=HTML)
    assert page.status_code == 200
    assert page.text.count("Its manifest cannot be read.") == 1
    one = client.get("/models/intents/2", headers=HTML)
    assert one.status_code == 200
    assert "Its manifest cannot be read." in one.text


def test_names_are_no_markup(store: Store, sign_in: SignIn) -> None:
    add_task(store, ATTACK, "text-classification")
    found, version = list_runs(store)[0], resolve(store, "intents@1")
    run = dataclasses.replace(found, id=new_id(), task=ATTACK, recipe=ATTACK, model=f"{ATTACK}@1")
    add_run(store, run)
    changed = dataclasses.replace(version, name=ATTACK, task=ATTACK, run=run.id)
    add_version(store, changed, alias="champion")
    client = sign_in("lead")
    for path in ("/models", f"/runs/{run.id}", "/service"):
        page = client.get(path, headers=HTML)
        assert page.status_code == 200
        assert ATTACK not in page.text
        assert "&lt;script&gt;hacked" in page.text


def test_a_comparison_is_a_job(store: Store, sign_in: SignIn) -> None:
    client = sign_in("lead")
    run = list_runs(store)[2].id
    asked = client.post("/comparisons", json={"models": ["intents@1", "intents@champion", run]})
    assert asked.status_code == 202
    command = ("compare", "intents@1", "intents@champion", run, "--task", "intents")
    assert get_job(store, asked.json()["id"]).command == command


@pytest.mark.parametrize(
    ("models", "status"),
    [
        ([], 422),
        (["intents@1"], 422),
        (["intents@1"] * 21, 422),
        (["intents@1", "--html=/tmp/x"], 422),
        (["intents@1", "../x"], 422),
        (["intents@1", "in tents"], 422),
        (["intents@1", 2], 422),
        ("intents@1 intents@2", 422),
        (["intents@1", "nothing"], 404),
        (["intents@1", "intents@9"], 404),
    ],
)
def test_what_cannot_be_compared_makes_no_job(
    store: Store, sign_in: SignIn, models: object, status: int
) -> None:
    answer = sign_in("lead").post("/comparisons", json={"models": models})
    assert answer.status_code == status
    assert list_jobs(store) == []


def test_a_report_is_sent_under_a_policy_of_its_own(store: Store, sign_in: SignIn) -> None:
    report = kept_report(store, "intents-1-0123abcd")
    client = sign_in("viewer")
    page = client.get(f"/reports/{report}", headers=HTML)
    assert (page.status_code, page.text) == (200, "<p>报告</p>")
    policy = page.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; ")
    assert "script" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    for path in ("/models", "/service"):
        policy = client.get(path).headers["content-security-policy"]
        assert "'unsafe-inline'" not in policy
        assert "'nonce-" in policy


def test_an_evaluation_stands_beside_its_version(store: Store, sign_in: SignIn) -> None:
    content = (
        '{"model": "intents@1", "created_at": "2026-11-22T10:00:00", "n": 30, '
        '"data": {"name": "test split"}, "metrics": {"accuracy": 0.7}, "interval": {"accuracy": [0.5, 0.9]}}'
    )
    report = kept_report(store, "intents-1-0123abcd", content=content)
    client = sign_in("viewer")
    for path in ("/models", "/models/intents/1"):
        page = client.get(path).text
        assert f'href="/reports/{report}"' in page
        assert "50.0% … 90.0%" in page
    assert "2026-11-22 10:00" in client.get("/models/intents/1").text
    assert f"/reports/{report}" not in client.get("/models/intents/2").text


def test_a_job_leads_to_the_report_it_made(store: Store, sign_in: SignIn) -> None:
    report = kept_report(store, "compare-intents-0123abcd")
    client = sign_in("lead")
    for html, is_linked in (
        (store.project / "reports" / "compare-intents-0123abcd" / "report.html", True),
        (Path("/etc/passwd"), False),
        (None, False),
    ):
        job = add_job(store, ["compare"], "me")
        finish_job(store, job.id, "done", {"html": html and str(html)})
        assert (f'href="/reports/{report}"' in client.get(f"/jobs/{job.id}").text) == is_linked


def test_a_project_without_models_says_how_to_get_one(store: Store, sign_in: SignIn) -> None:
    with store.writing() as connection:
        for table in (schema.alias_events, schema.models, schema.runs):
            connection.execute(table.delete())
    assert list_versions(store) == []
    client = sign_in("lead")
    assert "headway train --task intents" in client.get("/models").text
    assert "There is no champion to serve yet" in client.get("/service").text
