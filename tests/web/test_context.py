from __future__ import annotations

import json
import logging
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from headway.web.context import SECURITY_HEADERS


@pytest.mark.parametrize(
    "path", ["/notes/1", "/notes/x", "/nothing", "/health/live", "/openapi.json", "/metrics"]
)
def test_every_answer_has_the_security_headers_and_an_id(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert len(answer.headers["x-request-id"]) == 20
    assert "server" not in answer.headers


def test_a_safe_request_id_is_echoed_and_another_is_replaced(client: TestClient) -> None:
    assert (
        client.get("/notes/1", headers={"x-request-id": "abc.DEF-1_2"}).headers["x-request-id"]
        == "abc.DEF-1_2"
    )
    for unsafe in ("x" * 65, "a b", "<script>", '"', "a\tb", "é"):
        answer = client.get("/notes/1", headers={b"x-request-id": unsafe.encode()})
        assert answer.headers["x-request-id"] != unsafe


def test_the_log_has_one_line_of_json_for_each_request(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="headway.access"):
        client.get("/notes/7?secret=1", headers={"x-request-id": "one"})
        client.request("BREW", "/no/such/path")
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "headway.access"]
    assert [(line["method"], line["route"], line["status"]) for line in lines] == [
        ("GET", "/notes/{number}", 200),
        ("OTHER", "unmatched", 404),
    ]
    assert set(lines[0]) == {"time", "method", "route", "status", "milliseconds", "request_id", "key"}
    assert lines[0]["request_id"] == "one"
    assert lines[0]["milliseconds"] >= 0


@pytest.mark.parametrize(("number", "status"), [(500, 500), (503, 500)])
def test_a_failure_shows_its_request_id_only(
    make_client: Callable[..., TestClient], caplog: pytest.LogCaptureFixture, number: int, status: int
) -> None:
    answer = make_client().get(f"/notes/{number}")
    assert answer.status_code == status
    assert "secret" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert answer.json()["request_id"] in caplog.text
    assert "in show" in caplog.text


def test_no_caller_can_add_a_series(client: TestClient) -> None:
    client.get("/nothing")
    client.request("METHOD0", "/nothing")
    before = client.get("/metrics").text.count("\n")
    client.get("/metrics")
    settled = client.get("/metrics").text.count("\n")
    for number in range(50):
        client.request(f"METHOD{number}", f"/nothing/{number}", headers={"user-agent": f"agent {number}"})
        client.get(f"/nothing/{number}")
    assert client.get("/metrics").text.count("\n") == settled >= before
    assert 'route="unmatched"' in client.get("/metrics").text
