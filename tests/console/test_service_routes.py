"""The page of the service over HTTP."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from fastapi.testclient import TestClient

from headway.access import Policy
from headway.access.keys import create_key, list_keys, verify
from headway.console import console_app
from headway.console.service_routes import TOP_K
from headway.errors import AuthenticationError
from headway.registry.artifacts import lay_out
from headway.registry.versions import promote, resolve
from headway.serving import Service, load_models, service_app
from headway.settings import ServeSettings, Settings
from headway.store import Store
from tests.console.conftest import URL, SignIn

PROBLEM = "application/problem+json"
HTML = {"Accept": "text/html"}
TEXTS = ["快递三天了还没到", 'it\'s "50 %" off! `退款` $HOME \\', "<script>hacked()</script>"]


@pytest.fixture
def store(trained: Store) -> Store:
    return trained


def ask(client: TestClient, *texts: str, model: str = "intents") -> object:
    return client.post("/service/predictions", json={"model": model, "inputs": list(texts)}).json()


def shown_line(page: str) -> str:
    """The command line on the page, as a browser shows it."""
    found = re.search(r'<pre id="line"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return found[1].replace("&#34;", '"').replace("&#39;", "'").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("reference", ["intents@1", "intents@3"])
def test_a_champion_answers_as_the_service_does(store: Store, sign_in: SignIn, reference: str) -> None:
    promote(store, reference)
    service = service_app(Service(load_models(store, ["intents"])), Policy(None))
    asked = {"inputs": TEXTS, "top_k": TOP_K}
    expected = (
        TestClient(service, base_url="http://localhost").post("/v1/models/intents/predict", json=asked).json()
    )
    answer = sign_in("viewer").post("/service/predictions", json={"model": "intents", "inputs": TEXTS}).json()
    assert f"{answer['model']}@{answer['version']}" == reference
    assert [one["text"] for one in answer["predictions"]] == TEXTS
    for found, wanted in zip(answer["predictions"], expected["predictions"], strict=True):
        assert found["scores"] == wanted["scores"]
        assert found["truncated"] == wanted["truncated"]


def test_the_command_line_asks_the_same_whatever_the_texts_hold(sign_in: SignIn) -> None:
    client = sign_in("viewer")
    answer = client.post("/service/predictions", json={"model": "intents", "inputs": TEXTS}).json()
    words = shlex.split(answer["line"])
    assert words[:3] == ["curl", "-s", "http://127.0.0.1:8000/v1/models/intents/predict"]
    assert json.loads(words[-1]) == {"inputs": TEXTS, "top_k": TOP_K}
    assert "Authorization" not in answer["line"]
    long = client.post("/service/predictions", json={"model": "intents", "inputs": ["退" * 5_000]}).json()
    assert long["line"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"model": "intents", "inputs": ["退款"] * 33}, 422),
        ({"model": "intents", "inputs": ["x" * 10**6]}, 422),
        ({"model": "intents", "inputs": ["退" * 10**6]}, 413),
        ({"model": "intents", "inputs": []}, 422),
        ({"model": "intents", "inputs": ["\0"]}, 422),
        ({"model": "intents", "inputs": [1]}, 422),
        ({"model": "intents", "inputs": "退款"}, 422),
        ({"model": "intents", "inputs": ["退款"], "top_k": 3}, 422),
        ({"model": "nothing", "inputs": ["退款"]}, 404),
        ({"model": "intents@1", "inputs": ["退款"]}, 422),
        ({"model": "../intents", "inputs": ["退款"]}, 422),
        ({"inputs": ["退款"]}, 422),
    ],
)
def test_what_cannot_be_asked_is_a_problem(sign_in: SignIn, body: object, status: int) -> None:
    answer = sign_in("viewer").post("/service/predictions", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_empty_texts_are_answered_as_by_the_service(sign_in: SignIn) -> None:
    answer = ask(sign_in("viewer"), "", " ")
    assert isinstance(answer, dict)
    assert len(answer["predictions"]) == 2


def test_the_limits_are_those_of_the_settings(store: Store, sign_in: SignIn) -> None:
    settings = Settings(serve=ServeSettings(max_rows=2, max_characters=5, host="::1", port=0))
    viewer = sign_in("viewer")
    app = console_app(store, settings=settings)
    client = TestClient(app, base_url=URL, headers=dict(viewer.headers), cookies=viewer.cookies)
    page = client.get("/service", headers=HTML).text
    assert "at most 2" in page
    assert "http://[::1]:PORT/v1/models/intents/predict" in page
    for texts in (["退款"] * 3, ["123456"]):
        asked = {"model": "intents", "inputs": texts}
        assert client.post("/service/predictions", json=asked).status_code == 422


def test_a_damaged_champion_is_told_and_no_path_is_shown(store: Store, sign_in: SignIn) -> None:
    (lay_out(store, resolve(store, "intents").artifact) / "labels.json").write_bytes(b"[]")
    client = sign_in("viewer")
    answer = client.post("/service/predictions", json={"model": "intents", "inputs": ["退款"]})
    assert (answer.status_code, answer.headers["content-type"]) == (409, PROBLEM)
    assert "A file of intents@champion is not the one that was written" in answer.json()["detail"]
    assert str(store.project) not in answer.text
    assert client.get("/service", headers=HTML).status_code == 200


def test_a_key_is_shown_once_and_revoked_for_good(store: Store, sign_in: SignIn) -> None:
    client = sign_in("admin")
    assert "No key is needed there" in client.get("/service").text
    made = client.post("/service/keys", json={"name": "<b>网店</b>"})
    assert made.status_code == 201
    key = made.json()
    assert verify(store, key["key"]).name == "<b>网店</b>"
    page = client.get("/service").text
    assert key["key"] not in page
    assert "<b>网店</b>" not in page
    assert key["key"][:8] in page
    assert f"headway keys revoke {key['id']}" in page
    assert 'Authorization: Bearer $KEY"' in shown_line(page)
    for _ in range(2):
        assert client.post(f"/service/keys/{key['id']}/revoke", json={}).status_code == 200
    with pytest.raises(AuthenticationError, match="revoked"):
        verify(store, key["key"])
    page = client.get("/service").text
    assert "revoked 20" in page
    # Revoking the last key does not open the service again.
    assert "Every request needs a key" in page


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "x" * 201, "a\nb", None, 3])
def test_a_name_that_cannot_be_used_makes_no_key(store: Store, sign_in: SignIn, name: object) -> None:
    answer = sign_in("admin").post("/service/keys", json={"name": name})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == PROBLEM
    assert list_keys(store) == []


@pytest.mark.parametrize("key", ["0" * 20, "nothing", "%2e%2e", "%2e%2e%2fjobs"])
def test_a_key_that_is_not_there_cannot_be_revoked(sign_in: SignIn, key: str) -> None:
    assert sign_in("admin").post(f"/service/keys/{key}/revoke", json={}).status_code in (400, 404, 422)


@pytest.mark.parametrize("role", ["viewer", "annotator", "lead"])
def test_who_may_not_manage_keys_sees_none(store: Store, sign_in: SignIn, role: str) -> None:
    key, _ = create_key(store, "web-shop")
    client = sign_in(role)
    page = client.get("/service", headers=HTML).text
    assert "web-shop" not in page
    assert key.prefix not in page
    assert client.post("/service/keys", json={"name": "mine"}).status_code == 403
    assert client.post(f"/service/keys/{key.id}/revoke", json={}).status_code == 403
    assert list_keys(store) == [key]
