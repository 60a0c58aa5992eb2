from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from headway.access.session_policy import COOKIE
from headway.access.users import add_user
from headway.annotation.encoding import prepare
from headway.annotation.filling import fill_queue
from headway.store import Store
from tests.annotated import TASK, annotate, import_texts
from tests.console.conftest import PASSWORD, SignIn
from tests.projects import mixed, tiny_base

HTML = {"Accept": "text/html"}
ATTACK = '<script>alert("偷")</script>'


def test_from_the_link_to_the_first_page_and_out_again(store: Store, anybody: TestClient) -> None:
    _, link = add_user(store, "李雷", "lead")
    assert "欢迎，李雷" in anybody.get(f"/welcome/{link}", headers={"Accept-Language": "zh-CN,zh;q=0.9"}).text
    welcome = anybody.post(f"/welcome/{link}", json={"password": PASSWORD})
    assert welcome.json() == {"next": "/"}
    cookie = welcome.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    home = anybody.get("/", headers=HTML)
    assert home.status_code == 200
    (token,) = re.findall(r'name="form-token" content="(\w+)"', home.text)
    assert anybody.post("/sign-out", json={}).status_code == 403
    assert anybody.post("/sign-out", json={}, headers={"X-Headway-Form": token}).status_code == 200
    assert anybody.get("/", headers=HTML).status_code == 303
    signed_in = anybody.post("/sign-in", json={"name": "李雷", "password": PASSWORD})
    assert signed_in.status_code == 200
    assert anybody.get("/").status_code == 200


@pytest.mark.parametrize("other", ['a={"x": 1}', "k=a b", "a@b=1"])
def test_a_cookie_of_another_program_on_this_host_locks_nobody_out_or_in(sign_in: SignIn, other: str) -> None:
    client = sign_in("lead")
    cookies = {"Cookie": f"{other}; {COOKIE}={client.cookies[COOKIE]}"}
    client.cookies.clear()
    assert client.get("/", headers=cookies).status_code == 200
    assert client.post("/sign-out", json={}, headers=cookies).status_code == 200
    assert client.get("/", headers=cookies).status_code == 401


def test_a_cookie_over_tls_is_never_sent_without(store: Store, anybody: TestClient) -> None:
    _, link = add_user(store, "Ann")
    anybody.base_url = "https://localhost"
    answer = anybody.post(
        f"/welcome/{link}", json={"password": PASSWORD}, headers={"Origin": "https://localhost"}
    )
    assert "Secure" in answer.headers["set-cookie"]


def test_a_used_link_says_what_to_do(store: Store, anybody: TestClient) -> None:
    answer = anybody.get("/welcome/nothing")
    assert answer.status_code == 401
    assert answer.json()["title"] == "Nobody is signed in, or signing in did not work"
    assert "headway users invite" in answer.json()["next_step"]


def test_a_bad_password_is_answered_with_the_reason(store: Store, anybody: TestClient) -> None:
    _, link = add_user(store, "Ann")
    answer = anybody.post(f"/welcome/{link}", json={"password": "short"})
    assert answer.status_code == 400
    assert "has 5 characters" in answer.json()["detail"]


def test_five_wrong_passwords_make_the_sixth_wait(store: Store, sign_in: SignIn) -> None:
    client = sign_in("lead")
    wrong = {"name": "The Lead", "password": "wrong password"}
    assert [client.post("/sign-in", json=wrong).status_code for _ in range(5)] == [401] * 5
    # Each failure doubles the pause, so that even on a slow machine one soon falls into it.
    while client.post("/sign-in", json=wrong).status_code != 429:
        pass
    late = client.post("/sign-in", json={"name": "the lead", "password": PASSWORD})
    assert late.status_code == 429
    assert late.headers["retry-after"] == "60"


@pytest.mark.parametrize(
    "body", [{}, {"name": 1, "password": "x"}, {"name": "a", "password": "b", "role": "admin"}, [], "x"]
)
def test_a_body_that_is_no_sign_in_is_refused(anybody: TestClient, body: object) -> None:
    answer = anybody.post("/sign-in", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://localhost:9999", "http://["])
def test_a_foreign_page_cannot_sign_anybody_in(store: Store, anybody: TestClient, origin: str) -> None:
    _, link = add_user(store, "Ann")
    answer = anybody.post(f"/welcome/{link}", json={"password": PASSWORD}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_the_first_page_says_how_far_the_labelling_has_come(store: Store, sign_in: SignIn) -> None:
    import_texts(store, ["我要退款", "where is my order"])
    annotate(store, "我要退款", [("Ann", "退款"), ("李", "退款")])
    text = sign_in("viewer").get("/", headers=HTML).text
    assert re.search(r'href="/data">2</a> texts', text)
    assert re.search(r'href="/data">1</a> labelled', text)
    # What a viewer may not open is no link.
    assert "/quality" not in text
    assert 'href="/annotate/intents/quality">2</a> annotators' in sign_in("lead").get("/", headers=HTML).text
    assert "headway annotate status --task intents" in text


def test_a_name_is_never_markup(store: Store, anybody: TestClient) -> None:
    _, link = add_user(store, ATTACK)
    page = anybody.get(f"/welcome/{link}").text
    assert ATTACK not in page
    assert "&lt;script&gt;" in page


def test_every_page_has_a_policy_with_a_nonce_of_its_own(anybody: TestClient) -> None:
    nonces = set()
    for _ in range(2):
        page = anybody.get("/sign-in")
        policy = page.headers["content-security-policy"]
        (nonce,) = set(re.findall(r"'nonce-([\w-]+)'", policy))
        assert "'unsafe-inline'" not in policy
        assert page.text.count(f'nonce="{nonce}"') == page.text.count("<script")
        nonces.add(nonce)
    assert len(nonces) == 2


def test_the_language_is_the_chosen_one_else_the_browsers(anybody: TestClient) -> None:
    assert 'lang="en"' in anybody.get("/sign-in").text
    assert 'lang="zh-CN"' in anybody.get("/sign-in", headers={"Accept-Language": "fr, zh;q=0.5"}).text
    anybody.cookies.set("headway_language", "en")
    assert 'lang="en"' in anybody.get("/sign-in", headers={"Accept-Language": "zh"}).text
    anybody.cookies.set("headway_language", '"><script>')
    assert 'lang="zh-CN"' in anybody.get("/sign-in", headers={"Accept-Language": "zh"}).text


def test_a_page_that_is_not_there_is_told_as_a_page(anybody: TestClient) -> None:
    page = anybody.get("/nothing", headers={**HTML, "Accept-Language": "zh"})
    assert page.status_code == 404
    assert "没有这个页面" in page.text
    assert anybody.get("/nothing").headers["content-type"] == "application/problem+json"


def test_a_page_for_another_role_says_so(sign_in: SignIn) -> None:
    page = sign_in("viewer").get("/metrics", headers=HTML)
    assert page.status_code == 403
    assert "The role viewer may not do this." in page.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "labels the learner has"), ("zh-CN", "学习模型的正确率")]
)
def test_the_first_page_says_what_the_next_labels_would_bring(
    store: Store, sign_in: SignIn, tmp_path_factory: pytest.TempPathFactory, language: str, words: str
) -> None:
    messages = dict(mixed(120))
    import_texts(store, list(messages))
    for text, label in messages.items():
        annotate(store, text, [("import:old.csv", label)])
    fill_queue(store, TASK, labelled=True)
    prepare(store, TASK, str(tiny_base(tmp_path_factory.getbasetemp())), "fp32")
    page, headers = "", {**HTML, "Accept-Language": language}
    with sign_in("viewer") as client:
        while "annotate forecast" not in page:
            page = client.get("/", headers=headers).text
    assert words in page
