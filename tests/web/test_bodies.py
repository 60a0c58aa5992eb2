from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from headway.errors import PayloadTooLargeError
from headway.web.bodies import BodyLimitMiddleware

JSON = {"content-type": "application/json"}


def _pieces(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), 6):
        yield body[start : start + 6]


def test_the_limit_holds_for_declared_and_for_chunked_bodies(make_client: Callable[..., TestClient]) -> None:
    client = make_client(max_body=100)
    fits = b'{"text":"' + b"x" * 89 + b'"}'
    assert len(fits) == 100
    assert client.post("/notes", content=fits, headers=JSON).json()["characters"] == 89
    assert client.post("/notes", content=_pieces(fits), headers=JSON).json()["characters"] == 89
    for body in (fits + b" ", _pieces(fits + b" ")):
        answer = client.post("/notes", content=body, headers=JSON)
        assert answer.status_code == 413
        assert answer.json()["detail"] == "The body has more than 100 bytes."


def test_the_limit_holds_for_a_route_that_reads_no_body(make_client: Callable[..., TestClient]) -> None:
    answer = make_client(max_body=10).request("GET", "/notes/1", content=b"x" * 11)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def _deliver(messages: list[Message], headers: list[tuple[bytes, bytes]]) -> list[Message]:
    """Run the middleware around an application that reads everything, and give what that one got."""
    got: list[Message] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while not got or got[-1]["type"] != "http.disconnect":
            got.append(await receive())

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        raise AssertionError("nothing is sent")

    await BodyLimitMiddleware(app, 10)({"type": "http", "headers": headers}, receive, send)
    return got


def test_the_application_gets_the_whole_body_and_then_the_end_of_the_connection() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"12345", "more_body": True},
        {"type": "http.request", "body": b"67890"},
        {"type": "http.disconnect"},
    ]
    got = asyncio.run(_deliver(messages, []))
    assert got == [
        {"type": "http.request", "body": b"1234567890", "more_body": False},
        {"type": "http.disconnect"},
    ]


def test_a_caller_who_leaves_is_not_served() -> None:
    messages: list[Message] = [
        {"type": "http.request", "body": b"1", "more_body": True},
        {"type": "http.disconnect"},
    ]
    assert asyncio.run(_deliver(messages, [])) == []


def test_a_false_length_does_not_help() -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"1" * 11}]
    with pytest.raises(PayloadTooLargeError):
        asyncio.run(_deliver(messages, [(b"content-length", b"3")]))
