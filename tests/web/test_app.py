from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from headway.access import Policy
from headway.web import JsonRoute, make_app, protected
from headway.web.guard import RouteTable


def test_a_route_without_a_permission_stops_the_start() -> None:
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> str:
        return "open to all"

    with pytest.raises(RuntimeError, match="/forgotten declares no permission"):
        make_app("Notes", [router], policy=Policy(None))


def test_a_route_of_a_kind_that_cannot_declare_one_stops_the_start() -> None:
    app = FastAPI(openapi_url=None)
    app.mount("/files", FastAPI(openapi_url=None))
    with pytest.raises(RuntimeError, match="declares no permission"):
        RouteTable(app.routes)


def test_a_route_that_is_added_later_is_not_found(make_client: Callable[..., TestClient]) -> None:
    client = make_client()
    router = APIRouter(route_class=JsonRoute)

    @router.get("/later", **protected("public"))
    async def later() -> str:
        return "open to all"

    assert isinstance(client.app, FastAPI)
    client.app.include_router(router)
    assert client.get("/later").status_code == 404


def test_slashes_are_not_guessed(client: TestClient) -> None:
    assert client.get("/notes/1").status_code == 200
    assert client.get("/notes/1/", follow_redirects=False).status_code == 404


def test_readiness_is_told_apart_from_life(make_client: Callable[..., TestClient]) -> None:
    client = make_client(ready=lambda: False)
    assert client.get("/health/live").json() == {"status": "live"}
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert make_client().get("/health/ready").json() == {"status": "ready"}
