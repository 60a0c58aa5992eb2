"""Request bodies: read whole or in pieces, counted while they arrive, in bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.errors import PayloadTooLargeError, UsageError

_READ_SECONDS = 30.0


class BodyLimitMiddleware:
    """Refuses a body of more than `max_body` bytes, whatever length was declared, and one that dawdles.

    That of a streamed route is left to the route.
    """

    def __init__(self, app: ASGIApp, max_body: int) -> None:
        self.app = app
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        context = scope.get("state", {}).get("context")
        if scope["type"] != "http" or (context is not None and context.streamed):
            return await self.app(scope, receive, send)
        if _declared(Headers(scope=scope)) > self.max_body:
            raise self._too_large()
        body = await self._read(receive)
        if body is None:
            return
        await self.app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None where the caller left before its end."""
        body = bytearray()
        try:
            async with asyncio.timeout(_READ_SECONDS):
                more = True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return None
                    body += message.get("body", b"")
                    if len(body) > self.max_body:
                        raise self._too_large()
                    more = message.get("more_body", False)
        except TimeoutError:
            raise UsageError(f"The body did not arrive within {_READ_SECONDS:.0f} seconds.") from None
        return bytes(body)

    def _too_large(self) -> PayloadTooLargeError:
        return PayloadTooLargeError(
            f"The body has more than {self.max_body:,} bytes.", next_step="Send fewer texts at once."
        )


async def pieces_of(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body of a streamed route as it arrives, never held as a whole.

    Raises `PayloadTooLargeError` as soon as it is known to have more than `most` bytes, `UsageError` where
    nothing arrives for a while, and `ClientDisconnect` where the caller leaves before its end.
    """
    too_large = PayloadTooLargeError(
        f"The file has more than {most:,} bytes.", next_step="Import it with `headway import FILE`."
    )
    if _declared(request.headers) > most:
        raise too_large
    stream, size = request.stream(), 0
    while True:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                piece = await anext(stream, None)
        except TimeoutError:
            raise UsageError(f"Nothing more of the body arrived for {_READ_SECONDS:.0f} seconds.") from None
        if piece is None:
            return
        size += len(piece)
        if size > most:
            raise too_large
        yield piece


def _declared(headers: Headers) -> int:
    """The length that a request says it has, or 0."""
    declared = headers.get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
