from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from headway.access import Policy
from headway.web import make_app
from headway.web.assets import Assets


@pytest.fixture
def assets() -> Assets:
    return Assets(["web"])


@pytest.fixture
def client(assets: Assets) -> TestClient:
    return TestClient(make_app("A", [assets.router()], policy=Policy(None)), base_url="http://localhost")


def test_a_file_asked_for_by_its_version_may_be_kept(assets: Assets, client: TestClient) -> None:
    answer = client.get(assets.url("web/site.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "font" in answer.text


def test_without_its_version_it_is_asked_for_again(client: TestClient) -> None:
    answer = client.get("/assets/web/send.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/web/docs.html",
        "/assets/web/nothing.css",
        "/assets/store/schema.py",
        "/assets/web/..%2Fapp.py",
    ],
)
def test_what_is_no_asset_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
