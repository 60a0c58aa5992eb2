from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from headway.errors import PayloadTooLargeError, UsageError
from headway.web.bodies import BodyLimitMiddleware, pieces_of

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


class _Arriving:
    """A request whose body arrives in pieces; it knows how many were asked for."""

    def __init__(self, *pieces: bytes, length: str = "", cut: bool = False) -> None:
        messages: list[Message] = [
            {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
        ]
        end: Message = {"type": "http.disconnect"} if cut else {"type": "http.request", "body": b""}
        self._messages = iter([*messages, end])
        self.asked = 0
        headers = [(b"content-length", length.encode())] if length else []
        self.request = Request({"type": "http", "headers": headers}, self._receive)

    async def _receive(self) -> Message:
        self.asked += 1
        return next(self._messages)

    def read(self, most: int) -> list[bytes]:
        async def collect() -> list[bytes]:
            return [piece async for piece in pieces_of(self.request, most)]

        return asyncio.run(collect())


def test_a_streamed_body_comes_in_its_pieces() -> None:
    assert b"".join(_Arriving(b"123", "文".encode()).read(6)) == "123文".encode()
    assert b"".join(_Arriving().read(6)) == b""


def test_a_streamed_body_that_says_it_is_too_large_is_not_read() -> None:
    arriving = _Arriving(b"1" * 7, length="7")
    with pytest.raises(PayloadTooLargeError, match="more than 6 bytes"):
        arriving.read(6)
    assert arriving.asked == 0


@pytest.mark.parametrize("length", ["", "3", "-1", "many"])
def test_a_streamed_body_is_read_no_further_than_its_limit(length: str) -> None:
    arriving = _Arriving(b"1234", b"567", b"8", b"9", length=length)
    with pytest.raises(PayloadTooLargeError, match="more than 6 bytes"):
        arriving.read(6)
    assert arriving.asked == 2


def test_a_streamed_body_that_is_cut_off_is_told_apart_from_its_end() -> None:
    with pytest.raises(ClientDisconnect):
        _Arriving(b"1234", cut=True).read(6)


def test_a_streamed_body_that_dawdles_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.web.bodies._READ_SECONDS", 0.01)

    async def never() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def read() -> None:
        async for _ in pieces_of(Request({"type": "http", "headers": []}, never), 6):
            pass

    with pytest.raises(UsageError, match="Nothing more of the body arrived"):
        asyncio.run(read())


def test_a_streamed_route_alone_has_no_limit_of_the_application(
    make_client: Callable[..., TestClient],
) -> None:
    client = make_client(max_body=10)
    answer = client.post("/notes/streamed", content=b"x" * 50)
    assert answer.json() == {"bytes": 50}
    assert client.post("/notes/streamed", content=b"x" * 101).status_code == 413
    assert client.post("/notes", content=b"x" * 50).status_code == 413
