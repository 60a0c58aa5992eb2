"""Request bodies: read whole, counted while they arrive, in bounded time."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.errors import PayloadTooLargeError, UsageError

_READ_SECONDS = 30.0


class BodyLimitMiddleware:
    """Refuses a body of more than `max_body` bytes, whatever length was declared, and one that dawdles."""

    def __init__(self, app: ASGIApp, max_body: int) -> None:
        self.app = app
        self.max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self.max_body:
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


def _replay(body: bytes, receive: Receive) -> Receive:
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return pending.pop() if pending else await receive()

    return receive_again
