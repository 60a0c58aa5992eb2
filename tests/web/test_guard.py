from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from headway.access import Policy


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "localhost.evil"]
)
def test_a_loopback_service_refuses_other_host_names_everywhere(client: TestClient, host: str) -> None:
    for path in ("/health/live", "/docs", "/notes/1", "/nothing"):
        answer = client.get(path, headers={"host": host})
        assert answer.status_code == 403
        assert "Host" in answer.json()["detail"]


def test_a_service_for_others_needs_a_key_and_takes_any_host_name(
    make_client: Callable[..., TestClient],
) -> None:
    client = make_client(Policy(None, host="0.0.0.0"))
    assert client.get("/health/live", headers={"host": "headway.example"}).status_code == 200
    assert client.get("/notes/1").status_code == 401


def test_what_no_route_declares_is_not_found(client: TestClient) -> None:
    for path in ("/", "/nothing", "/notes/1/2", "/docs/../notes/1/2", "/docs/docs.html", "/redoc", "//notes"):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"


def test_another_method_is_refused_with_those_that_are_taken(client: TestClient) -> None:
    answer = client.delete("/notes/1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert client.request("OPTIONS", "/notes").status_code == 405


def test_no_other_site_is_given_leave_to_read(client: TestClient) -> None:
    answer = client.get("/notes/1", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_form_of_another_site_is_not_taken_for_json(client: TestClient) -> None:
    answer = client.post("/notes", content='{"text":"x"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 422
