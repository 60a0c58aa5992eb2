from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.requests import Request

from headway.access import Policy
from headway.errors import CheckFailedError, ConfigurationError
from headway.web import JsonRoute, context_of, make_app, protected
from headway.web.bodies import pieces_of


class Note(BaseModel):
    text: str
    stars: int = 0


def notes_router() -> APIRouter:
    router = APIRouter(route_class=JsonRoute, prefix="/notes")

    @router.post("", **protected("predict", body=True))
    async def add(note: Note, request: Request) -> dict[str, Any]:
        return {"characters": len(note.text), "request_id": context_of(request).request_id}

    @router.post("/streamed", **protected("predict", streamed=True))
    async def count(request: Request) -> dict[str, int]:
        return {"bytes": sum([len(piece) async for piece in pieces_of(request, 100)])}

    @router.get("/{number}", **protected("read_models", also=(404, 422)))
    async def show(number: int) -> dict[str, int]:
        if number == 409:
            raise CheckFailedError("Number 409 says no.", next_step="Ask for another.")
        if number == 500:
            raise RuntimeError("secret internals")
        if number == 503:
            raise ConfigurationError("/secret/path is missing")
        return {"number": number}

    return router


@pytest.fixture
def make_client() -> Callable[..., TestClient]:
    def make(policy: Policy | None = None, **options: Any) -> TestClient:
        app = make_app("Notes", [notes_router()], policy=policy or Policy(None), **options)
        return TestClient(app, base_url="http://localhost:8000")

    return make


@pytest.fixture
def client(make_client: Callable[..., TestClient]) -> TestClient:
    return make_client()
