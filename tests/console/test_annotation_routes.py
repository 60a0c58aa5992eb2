"""What the labelling page asks for, over HTTP."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from headway.access.session_policy import COOKIE
from headway.access.users import add_user, begin_session, form_token
from headway.annotation.assigning import assign
from headway.annotation.filling import fill_queue
from headway.annotation.labels import guideline_of, set_labels
from headway.console import console_app
from headway.project import Project
from headway.store import Store
from headway.store.answers import all_answers
from headway.store.tasks import add_task
from tests.annotated import TASK, annotate, import_texts
from tests.console.conftest import URL, SignIn

GOOD = {"action": "label", "label": "退款", "key": "a-good-key"}


def ready(store: Store, *texts: str) -> list[str]:
    """A queue of texts; gives their records."""
    records = import_texts(store, texts)
    set_labels(store, TASK, ["退款", "other"])
    fill_queue(store, TASK)
    return records


def take(client: TestClient, n: int = 5) -> Any:
    return client.post(f"/annotate/{TASK}/items", json={"n": n}).json()


def test_a_text_is_given_out_and_its_answer_confirmed(store: Store, sign_in: SignIn) -> None:
    (record,) = ready(store, "我要退款")
    client = sign_in("annotator")
    (item,) = take(client)["items"]
    assert (item["record"], item["text"], item["seen"]) == (record, "我要退款", 0)
    shown = {"suggestions": [{"label": "退款", "score": 0.9}]}
    answer = client.post(f"/annotate/{TASK}/answers", json={**GOOD, "record": record, "shown": shown})
    assert answer.json() == {"state": "saved", "version": 1, "label": "退款", "refusal": None}
    assert take(client) == {
        "items": [],
        "progress": {"items": 1, "gold": 0, "done": 1, "labels_left": 0, "answered": 1},
    }
    with store.reading() as connection:
        (kept,) = all_answers(connection, TASK)
    assert kept.shown == shown


def test_nothing_tells_an_annotator_which_labels_are_known(store: Store, sign_in: SignIn) -> None:
    texts = [f"第 {n} 条" for n in range(60)]
    ready(store, *texts)
    for text in texts[:20]:
        annotate(store, text, [("import:gold.csv", "退款")])
    fill_queue(store, TASK, gold_from="import:gold.csv")
    items = take(sign_in("annotator"), 40)["items"]
    assert {item["text"] for item in items} & set(texts[:20])
    assert {(*item, item["label"]) for item in items} == {(*items[0], None)}
    assert "gold" not in items[0]


@pytest.mark.parametrize(
    "body",
    [
        {"key": "short"},
        {"key": "with space in it"},
        {"action": "delete"},
        {"action": None},
        {"label": 1},
        {"label": None},
        {"action": "skip"},
        {"label": "x" * 201},
        {"comment": "x" * 2001},
        {"seconds": -1},
        {"seconds": 1e9},
        {"seconds": "1"},
        {"seen": -1},
        {"shown": {"suggestions": [{"label": "a", "score": 2}]}},
        {"shown": {"html": "<b>"}},
        {"author": "somebody else"},
    ],
)
def test_an_answer_of_another_shape_is_refused(
    store: Store, sign_in: SignIn, body: dict[str, object]
) -> None:
    (record,) = ready(store, "一")
    answer = sign_in("annotator").post(f"/annotate/{TASK}/answers", json={**GOOD, "record": record, **body})
    assert answer.status_code == 422
    with store.reading() as connection:
        assert all_answers(connection, TASK) == []


def test_of_two_windows_the_slower_is_told_and_its_answer_kept(store: Store, sign_in: SignIn) -> None:
    (record,) = ready(store, "一")
    client = sign_in("annotator")
    path = f"/annotate/{TASK}/answers"
    client.post(path, json={**GOOD, "record": record})
    slower = {**GOOD, "record": record, "key": "another-key", "label": "other"}
    for _ in range(2):
        answer = client.post(path, json=slower)
        assert answer.status_code == 409
        assert answer.json() == {"state": "draft", "version": 1, "label": "退款", "refusal": "conflict"}
    changed = client.post(path, json={**slower, "label": "退款"})
    assert changed.status_code == 409
    assert "another-key" in changed.json()["detail"]
    with store.reading() as connection:
        assert [one.action for one in all_answers(connection, TASK)] == ["label", "conflict"]


def test_what_was_assigned_to_somebody_else_is_kept_and_the_next_answer_counts(
    store: Store, sign_in: SignIn
) -> None:
    first, second = ready(store, "一", "two")
    client = sign_in("annotator")
    add_user(store, "Bob")
    assign(store, TASK, "Bob", 1)
    path = f"/annotate/{TASK}/answers"
    answer = client.post(path, json={**GOOD, "record": first})
    assert answer.status_code == 409
    assert answer.json() == {"state": "draft", "version": 0, "label": None, "refusal": "assigned"}
    assert client.post(path, json={**GOOD, "record": second, "key": "another-key"}).status_code == 200


@pytest.mark.parametrize("n", [0, 51, "5", 1.5])
def test_no_page_can_hoard_texts(store: Store, sign_in: SignIn, n: object) -> None:
    ready(store, "一")
    assert sign_in("annotator").post(f"/annotate/{TASK}/items", json={"n": n}).status_code == 422


def test_a_text_of_100_kb_is_given_out_whole(store: Store, sign_in: SignIn) -> None:
    text = "很长的 text " * 12_000
    ready(store, text)
    assert take(sign_in("annotator"))["items"][0]["text"] == text


def test_an_unknown_task_is_named(store: Store, sign_in: SignIn) -> None:
    add_task(store, TASK, "text-classification")
    answer = sign_in("lead").get("/annotate/没有")
    assert answer.status_code == 400
    assert "没有" in answer.json()["detail"]


def test_of_several_tasks_one_is_chosen(store: Store, sign_in: SignIn) -> None:
    client = sign_in("annotator")
    assert "no task yet" in client.get("/annotate").text
    add_task(store, "意图-a", "text-classification")
    only = client.get("/annotate")
    assert (only.status_code, only.headers["location"]) == (303, "/annotate/%E6%84%8F%E5%9B%BE-a")
    add_task(store, "topics", "text-classification")
    assert 'href="/annotate/topics"' in client.get("/annotate").text


def test_who_cannot_set_it_up_is_told_who_can(store: Store, sign_in: SignIn) -> None:
    import_texts(store, ["一"])
    page = sign_in("annotator").get(f"/annotate/{TASK}").text
    assert "Who leads the project sets them." in page
    assert "set-up" not in page


def test_the_lead_sets_up_what_annotators_see(store: Store, sign_in: SignIn) -> None:
    import_texts(store, ["一", "two"])
    client = sign_in("lead")
    path = f"/annotate/{TASK}/set-up"
    refused = client.put(path, json={"labels": ["a", "a"], "overlap": 2})
    assert refused.status_code == 400
    assert "more than once" in refused.json()["detail"]
    setup = {"labels": ["退款", "other"], "overlap": 2, "guideline": "规范一"}
    assert client.put(path, json=setup).json()["labels_left"] == 4
    page = client.get(path).text
    assert "退款\nother" in page
    assert 'value="2"' in page
    client.put(path, json={**setup, "guideline": ""})
    guideline = guideline_of(store, TASK)
    assert guideline is not None
    assert (guideline.version, guideline.text) == (2, "")


def test_a_role_taken_away_holds_at_once(store: Store, sign_in: SignIn) -> None:
    from headway.access.users import change_role

    (record,) = ready(store, "一")
    client = sign_in("annotator")
    take(client)
    change_role(store, "the annotator", "viewer")
    answer = client.post(f"/annotate/{TASK}/answers", json={**GOOD, "record": record})
    assert answer.status_code == 403
    with store.reading() as connection:
        assert all_answers(connection, TASK) == []


def test_the_lead_sees_how_far_annotators_agree_and_what_each_mixes_up(store: Store, sign_in: SignIn) -> None:
    texts = [f"第 {n} 条" for n in range(12)]
    ready(store, *texts)
    lead = sign_in("lead")
    assert "once two people have answered" in lead.get(f"/annotate/{TASK}/quality").text
    for n, text in enumerate(texts):
        label = "退款" if n % 2 else "other"
        annotate(store, text, [("Ann", label), ("李", label), ("<b>Bob</b>", "退款")])
    page = lead.get(f"/annotate/{TASK}/quality").text
    assert "12 texts were answered by two or more people." in page
    assert "&lt;b&gt;Bob&lt;/b&gt; · 李" in page or "李 · &lt;b&gt;Bob&lt;/b&gt;" in page
    assert "<b>Bob" not in page
    # Six of twelve times Bob says what is not so.
    assert "50.0%" in page
    assert page.count("<details") == 3
    ready(store, "alone")
    annotate(store, "alone", [("Zoe", "other")])
    page = lead.get(f"/annotate/{TASK}/quality").text
    # Nobody has answered what Zoe has: there is nothing to judge her by.
    assert '<th scope="row" dir="auto">Zoe</th><td>1</td><td>–</td>' in page
    assert page.count("<details") == 3
    assert sign_in("annotator").get(f"/annotate/{TASK}/quality").status_code == 403


def test_on_a_full_disk_nothing_is_acknowledged_and_with_room_labelling_goes_on(small_disk: Path) -> None:
    with Project.create(small_disk / "p", name=TASK) as project:
        store = project.store
        ready(store, *(f"第 {n} 条" for n in range(10)))
        user, _ = add_user(store, "Ann")
        _, secret = begin_session(store, user)
        headers = {"Origin": URL, "X-Headway-Form": form_token(secret)}
        client = TestClient(console_app(store), base_url=URL, headers=headers, raise_server_exceptions=False)
        client.cookies.set(COOKIE, secret)
        items = take(client, 10)["items"]

        def answer_all() -> set[int]:
            path = f"/annotate/{TASK}/answers"
            answers = [
                {**GOOD, "key": f"a-good-key-{item['record']}", "record": item["record"]} for item in items
            ]
            return {client.post(path, json=one).status_code for one in answers}

        state = os.statvfs(small_disk)
        (small_disk / "filler").write_bytes(b"x" * (state.f_bavail * state.f_frsize))
        assert answer_all() == {503}
        assert client.get("/health/live").status_code == 200
        (small_disk / "filler").unlink()
        assert answer_all() == {200}
        with store.reading() as connection:
            assert len(all_answers(connection, TASK)) == 10
