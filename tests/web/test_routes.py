from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.web import protected

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff",
        b'{"text":"a","text":"b"}',
        b'{"text":"a","stars":NaN}',
        b'{"text":"a","stars":Infinity}',
        b'{"text":"a","more":{"x":1,"x":1}}',
        b"[" * 100_000,
        json.dumps({f"name {number}": 1 for number in range(1001)}).encode(),
        b'{"stars":' + b"9" * 10_000 + b"}",
    ],
    ids=lambda body: str(body[:30]),
)
def test_what_is_no_json_is_a_400(client: TestClient, body: bytes) -> None:
    answer = client.post("/notes", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith("The body is not JSON that can be read")


def test_json_of_any_encoding_of_the_standard_is_read(client: TestClient) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        body = json.dumps({"text": "快递"}, ensure_ascii=False).encode(encoding)
        assert client.post("/notes", content=body, headers=JSON).json()["characters"] == 2


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: json.dumps({"text": text}).encode()))
def test_no_body_makes_the_service_fail(client: TestClient, body: bytes) -> None:
    assert client.post("/notes", content=body, headers=JSON).status_code in {200, 400, 422}


def test_a_declaration_documents_its_problems() -> None:
    assert set(protected("read_models")["responses"]) == {400, 401, 403, 413, 503}
    assert set(protected("predict", body=True, also=(404,))["responses"]) == {
        400,
        401,
        403,
        404,
        413,
        422,
        503,
    }
    assert set(protected("public")["responses"]) == {400, 403, 413, 503}
    assert protected("public")["openapi_extra"]["security"] == []
