from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi.routing import iter_route_contexts

from headway.access import Policy, create_key, revoke_key
from headway.serving import Limits, RunningServer, Service, service_app, start
from headway.store import Store
from headway.web.routes import PERMISSION

from .conftest import KeywordPredictor, served

V1 = "/v1/models/support/predict"


def test_texts_of_both_languages_are_classified_in_order(client: httpx.Client) -> None:
    answer = client.post(
        V1, json={"inputs": ["快递三天了还没到", "Where is my refund?", "hello"], "top_k": 2}
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["model"] == "support"
    assert body["version"] == 3
    assert body["request_id"] == answer.headers["x-request-id"]
    assert [row["label"] for row in body["predictions"]] == ["物流", "退款", "物流"]
    assert body["predictions"][0] == {
        "label": "物流",
        "score": 0.5761,
        "scores": [{"label": "物流", "score": 0.5761}, {"label": "退款", "score": 0.2119}],
        "truncated": False,
    }


def test_a_text_that_was_cut_is_marked(client: httpx.Client) -> None:
    answer = client.post(V1, json={"inputs": ["快递" * 1000, "快递"]})
    assert [row["truncated"] for row in answer.json()["predictions"]] == [True, False]


def test_the_hugging_face_shape_answers_one_text_with_a_list_and_several_with_lists(
    client: httpx.Client,
) -> None:
    one = client.post("/predict", json={"inputs": "快递还没到"}).json()
    assert [set(row) for row in one] == [{"label", "score"}] * 3
    assert one[0]["label"] == "物流"
    many = client.post("/predict", json={"inputs": ["快递", "refund"], "parameters": {"top_k": 1}}).json()
    assert [[row["label"] for row in rows] for rows in many] == [["物流"], ["退款"]]


def test_models_say_what_they_are(client: httpx.Client) -> None:
    listed = client.get("/v1/models").json()["models"]
    assert [(model["name"], model["default"]) for model in listed] == [("support", True), ("second", False)]
    assert client.get("/v1/models/support").json() == {
        "name": "support",
        "version": 3,
        "default": True,
        "labels": ["物流", "退款", "other"],
        "licence": "Apache-2.0",
        "dataset": "d" * 64,
        "created_at": "2026-01-02T03:04:05.000006+00:00",
    }


def _too_many_pieces() -> Iterator[bytes]:
    for _ in range(2000):
        yield b" " * 1000
    yield b" "


BAD: dict[str, tuple[int, Any]] = {
    "not json": (400, b"{inputs: 1"),
    "nothing": (422, b""),
    "not utf-8": (400, b'{"inputs":["\xff\xfe\xfa"]}'),
    "a list": (422, b'["x"]'),
    "inputs an object": (422, b'{"inputs":{"text":"x"}}'),
    "inputs a number": (422, b'{"inputs":7}'),
    "inputs numbers": (422, json.dumps({"inputs": [1] * 100_000}).encode()),
    "inputs null": (422, b'{"inputs":[null]}'),
    "unknown field": (422, b'{"inputs":["x"],"extra":1}'),
    "unknown field of a surrogate": (422, b'{"inputs":["x"],"\\ud800":1}'),
    "top_k a float": (422, b'{"inputs":["x"],"top_k":1.0}'),
    "top_k a bool": (422, b'{"inputs":["x"],"top_k":true}'),
    "top_k zero": (422, b'{"inputs":["x"],"top_k":0}'),
    "33 inputs": (422, json.dumps({"inputs": ["x"] * 33}).encode()),
    "empty list": (422, b'{"inputs":[]}'),
    "body too large, declared": (413, b" " * 2_000_001),
    "body too large, chunked": (413, _too_many_pieces),
    "text too long": (422, json.dumps({"inputs": ["x", "y" * 1_000_000]}).encode()),
    "deep nesting": (400, b"[" * 100_000 + b"]" * 100_000),
    "deep objects": (400, b'{"a":' * 50_000 + b"1" + b"}" * 50_000),
    "long integer": (400, b'{"inputs":["x"],"top_k":' + b"9" * 1_000_000 + b"}"),
    "lone surrogate": (422, b'{"inputs":["\\ud800"]}'),
    "NUL, escaped": (422, b'{"inputs":["a\\u0000b"]}'),
    "NUL, raw": (400, b'{"inputs":["a\x00b"]}'),
    "NaN": (400, b'{"inputs":["x"],"top_k":NaN}'),
    "infinity": (400, b'{"inputs":["x"],"top_k":-Infinity}'),
    "a name twice": (400, b'{"inputs":["x"],"inputs":["y"]}'),
}


@pytest.fixture(scope="module")
def open_server() -> Iterator[httpx.Client]:
    server = start(service_app(Service([served(KeywordPredictor())]), Policy(None)), port=0)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        yield client
    server.stop()


@pytest.mark.parametrize("path", [V1, "/predict"])
@pytest.mark.parametrize("name", BAD)
def test_bad_input_gives_a_problem_document_without_internals(
    open_server: httpx.Client, name: str, path: str
) -> None:
    status, body = BAD[name]
    answer = open_server.post(
        path, content=body() if callable(body) else body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["instance"] == path
    template = path.replace("support", "{name}")
    assert str(status) in open_server.get("/openapi.json").json()["paths"][template]["post"]["responses"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert len(answer.content) < 5_000
    for internal in ("Traceback", "site-packages", "headway.", "pydantic", "set_int_max_str_digits"):
        assert internal not in answer.text
    assert open_server.get("/health/live").status_code == 200


def test_the_place_of_a_bad_input_is_named(open_server: httpx.Client) -> None:
    answer = open_server.post(V1, json={"inputs": ["x", "y" * 100_001]})
    assert "inputs[1] has 100,001 characters" in answer.json()["detail"]
    answer = open_server.post(V1, json={"inputs": ["x", 7]})
    assert answer.json()["errors"][0]["at"] == "body.inputs.1"


def test_an_unknown_model_is_not_found_and_the_known_ones_are_named(open_server: httpx.Client) -> None:
    for answer in (
        open_server.post("/v1/models/none/predict", json={"inputs": ["x"]}),
        open_server.get("/v1/models/无"),
    ):
        assert answer.status_code == 404
        assert "support" in answer.json()["next_step"]


def test_the_hugging_face_shape_refuses_the_same(open_server: httpx.Client) -> None:
    bodies: list[dict[str, Any]] = [
        {"inputs": 1},
        {"inputs": []},
        {"inputs": "x", "options": {}},
        {"inputs": "x" * 100_001},
    ]
    for body in bodies:
        answer = open_server.post("/predict", json=body)
        assert answer.status_code == 422, body
    assert open_server.post("/predict", json={"inputs": ["x"] * 33}).status_code == 422


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


def test_every_route_and_method_asks_for_a_key(
    store: Store, run: Callable[..., RunningServer], make_service: Any
) -> None:
    _, right = create_key(store, "right")
    key, revoked = create_key(store, "revoked")
    revoke_key(store, key.id)
    wrong = "hw_" + "A" * 43 + "00000000"
    routes = list(iter_route_contexts(service_app(make_service(), Policy(store)).routes))
    assert len(routes) >= 10
    checked = 0
    with httpx.Client(base_url=run().url, trust_env=False) as client:
        for route in routes:
            assert route.path is not None
            assert route.methods
            path = route.path.replace("{name}", "support")
            permission = route.openapi_extra[PERMISSION]
            for method in METHODS:
                for secret in (None, wrong, revoked, right):
                    for header in ("authorization", "x-api-key"):
                        value = secret if header == "x-api-key" else f"Bearer {secret}"
                        headers = {header: value} if secret and value else {}
                        answer = client.request(method, path, headers=headers)
                        if method not in route.methods:
                            assert answer.status_code == 405
                        elif permission == "public":
                            assert answer.status_code == 200
                        elif secret == right or (
                            secret is None and permission in {"read_docs", "read_metrics"}
                        ):
                            assert answer.status_code in {200, 404, 422}, path
                        else:
                            assert answer.status_code == 401, (method, path, secret)
                            assert answer.headers["www-authenticate"] == "Bearer"
                        checked += 1
    assert checked == len(routes) * len(METHODS) * 4 * 2


def test_a_key_is_asked_for_before_the_body_is_looked_at(store: Store, client: httpx.Client) -> None:
    create_key(store, "someone")
    time.sleep(0.6)
    assert client.post(V1, content=b"{", headers={"content-type": "application/json"}).status_code == 401
    assert client.post(V1, content=b" " * 2_000_001).status_code == 401


def test_new_and_revoked_keys_take_effect_without_a_restart(store: Store, client: httpx.Client) -> None:
    body = {"inputs": ["快递"]}
    assert client.post(V1, json=body).status_code == 200
    key, secret = create_key(store, "shop")
    headers = {"authorization": f"Bearer {secret}"}
    _eventually(lambda: client.post(V1, json=body).status_code == 401)
    assert client.post(V1, json=body, headers=headers).status_code == 200
    revoke_key(store, key.id)
    _eventually(lambda: client.post(V1, json=body, headers=headers).status_code == 401)
    assert client.get("/health/ready").status_code == 200


def _eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 1.0
    while not true():
        assert time.monotonic() < end, "not within a second"
        time.sleep(0.02)


class FailingPredictor(KeywordPredictor):
    def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        raise ValueError(f"cannot read {texts[0]}")


def test_a_failure_shows_no_internals_and_its_traceback_is_logged_without_the_text(
    run: Callable[..., RunningServer], caplog: pytest.LogCaptureFixture
) -> None:
    server = run(FailingPredictor())
    with caplog.at_level(logging.INFO):
        answer = httpx.post(server.url + V1, json={"inputs": ["canary-4711"]}, trust_env=False)
    assert answer.status_code == 500
    problem = answer.json()
    assert "canary" not in answer.text
    assert "ValueError" not in answer.text
    assert problem["request_id"] in caplog.text
    assert "ValueError" in caplog.text
    assert "predict_scores" in caplog.text
    assert "canary-4711" not in caplog.text


def test_no_log_and_no_figure_holds_a_text_a_key_or_a_query(
    store: Store, run: Callable[..., RunningServer], caplog: pytest.LogCaptureFixture, capfd: Any
) -> None:
    _, secret = create_key(store, "shop")
    server = run()
    canaries = (
        "canary-text",
        "金丝雀",
        "canary-query",
        "canary-path",
        "canary-agent",
        "canary-field",
        secret,
    )
    headers = {"authorization": f"Bearer {secret}", "user-agent": "canary-agent"}
    with caplog.at_level(logging.DEBUG), httpx.Client(base_url=server.url, trust_env=False) as client:
        client.headers.update(headers)
        for content in ({"inputs": ["canary-text 金丝雀"]}, {"inputs": "canary-text", "canary-field": 1}):
            client.post(V1 + "?q=canary-query", json=content)
        client.get("/canary-path?key=" + secret)
        client.get("/v1/models/canary-path")
        client.post(V1, content=b"canary-text")
        client.request("CANARY", "/canary-path")
        figures = client.get("/metrics").text
        # The line of a request is written after its answer.
        server.stop()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("http"))
    output = "".join(capfd.readouterr())
    lines = [json.loads(r.getMessage()) for r in caplog.records if r.name == "headway.access"]
    assert len(lines) == 7
    assert {line["key"] for line in lines} == {secret[:8], None}
    for canary in canaries:
        assert canary not in ours + output + figures, canary


def test_a_busy_service_stays_live_and_refuses_what_it_cannot_queue(
    run: Callable[..., RunningServer],
) -> None:
    release = threading.Event()

    class SlowPredictor(KeywordPredictor):
        def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
            release.wait(10)
            return super().predict_scores(texts)

    server = run(SlowPredictor(), Limits(max_waiting_rows=4))
    statuses: list[int] = []

    def ask() -> None:
        body = {"inputs": ["快递", "refund"]}
        statuses.append(httpx.post(server.url + V1, json=body, trust_env=False, timeout=20).status_code)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        _eventually(lambda: "headway_waiting_texts 4.0" in client.get("/metrics").text)
        refused = client.post(V1, json={"inputs": ["one more"]})
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert client.get("/health/live").status_code == 200
        release.set()
        for thread in threads:
            thread.join()
        assert statuses == [200, 200]
        assert client.post(V1, json={"inputs": ["one more"]}).status_code == 200


def test_what_takes_too_long_is_given_up(run: Callable[..., RunningServer]) -> None:
    class SlowPredictor(KeywordPredictor):
        def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
            time.sleep(0.5)
            return super().predict_scores(texts)

    server = run(SlowPredictor(), Limits(deadline_seconds=0.1))
    answer = httpx.post(server.url + V1, json={"inputs": ["x"]}, trust_env=False)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


def test_texts_of_callers_who_left_never_reach_the_model(run: Callable[..., RunningServer]) -> None:
    begun, release = threading.Event(), threading.Event()
    seen: list[str] = []

    class SlowPredictor(KeywordPredictor):
        def predict_scores(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
            seen.extend(texts)
            begun.set()
            release.wait(10)
            return super().predict_scores(texts)

    server = run(SlowPredictor())
    first = threading.Thread(
        target=lambda: httpx.post(server.url + "/predict", json={"inputs": "first"}, trust_env=False)
    )
    first.start()
    assert begun.wait(10)
    host, port = server.url.removeprefix("http://").split(":")
    body = b'{"inputs":"abandoned"}'
    head = f"POST /predict HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\n\r\n"
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        callers = [socket.create_connection((host, int(port))) for _ in range(50)]
        for caller in callers:
            caller.sendall(head.encode() + body)
        _eventually(lambda: "headway_waiting_texts 51.0" in client.get("/metrics").text)
        for caller in callers:
            caller.close()
        _eventually(lambda: "headway_waiting_texts 1.0" in client.get("/metrics").text)
        release.set()
        first.join()
        assert client.post("/predict", json={"inputs": "last"}).status_code == 200
    assert seen == ["first", "last"]
