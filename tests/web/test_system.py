from __future__ import annotations

import re
from collections.abc import Callable

from fastapi.testclient import TestClient

from headway.web.system import ASSETS


def test_the_schema_names_permissions_problems_and_ways_to_send_a_key(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert set(schema["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert {"Problem", "FieldError"} <= set(schema["components"]["schemas"])
    operation = schema["paths"]["/notes"]["post"]
    assert operation["x-permission"] == "predict"
    assert set(operation["responses"]) == {"200", "400", "401", "403", "413", "422", "503"}
    for status, response in operation["responses"].items():
        if status != "200":
            assert list(response["content"]) == ["application/problem+json"]
    assert client.get("/openapi.json").json() == schema


def test_every_reference_of_the_schema_leads_somewhere(client: TestClient) -> None:
    answer = client.get("/openapi.json")
    names = set(re.findall(r'"#/components/schemas/(\w+)"', answer.text))
    assert names <= set(answer.json()["components"]["schemas"])


def test_the_documentation_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "http" not in page.text
    assert "<script>" not in page.text
    named = re.findall(r'(?:src|href)="docs/([^"]+)"', page.text)
    assert sorted(named) == sorted(ASSETS)
    for name in named:
        asset = client.get(f"/docs/{name}")
        assert asset.status_code == 200
        assert asset.headers["content-type"] == ASSETS[name][2]
        assert asset.headers["x-content-type-options"] == "nosniff"


def test_no_other_file_is_served(client: TestClient) -> None:
    for name in (
        "docs.html",
        "__init__.py",
        "..",
        "%2e%2e",
        "%2e%2e%2fapp.py",
        "favicon-32x32.png",
        "docs.js%00",
    ):
        assert client.get(f"/docs/{name}").status_code == 404, name


def test_each_application_has_figures_of_its_own(make_client: Callable[..., TestClient]) -> None:
    first, second = make_client(), make_client()
    first.get("/notes/1")
    line = 'headway_http_requests_total{method="GET",route="/notes/{number}",status="200"} 1.0'
    assert line in first.get("/metrics").text
    assert line not in second.get("/metrics").text
