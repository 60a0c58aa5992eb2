"""What surrounds every request: its id, the security headers, one line in the log, and a last resort."""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.access import Permission
from headway.errors import HeadwayError, SignInError
from headway.ids import new_id
from headway.records import ApiKey, Session, User, timestamp, utc_now
from headway.web.metrics import HttpMetrics
from headway.web.problems import is_unexpected

#: (error, request, request id) → what is answered
Refuse = Callable[[Exception, Request, str], Response]

_access_log = logging.getLogger("headway.access")
_error_log = logging.getLogger("headway.web")

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
_SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_DISCONNECTED = 499

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass
class RequestContext:
    """What is known of a request while it is served."""

    request_id: str
    #: the template of the route, never the path itself
    route: str = UNMATCHED
    permission: Permission | None = None
    #: whether the route reads its body itself
    streamed: bool = False
    key: ApiKey | None = None
    session: Session | None = None
    #: status of the answer; 499 where the caller left before there was one
    status: int = _DISCONNECTED
    answered: bool = False


def context_of(request: Request) -> RequestContext:
    """The context of a request that is being served."""
    context: RequestContext = request.state.context
    return context


def signed_in(request: Request) -> User:
    """Who sent a request. Raises `SignInError` where nobody is signed in."""
    session = context_of(request).session
    if session is None:
        raise SignInError(next_step="Sign in.")
    return session.user


class ContextMiddleware:
    """Gives each request a context and each answer its headers; turns what was raised into a problem."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics, refuse: Refuse) -> None:
        self.app = app
        self.metrics = metrics
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            raise RuntimeError(f"{scope['type']} is not served here: no route of that kind can be protected.")
        started = time.perf_counter()
        context = RequestContext(_request_id(scope))
        scope.setdefault("state", {})["context"] = context
        try:
            await self._answer(scope, receive, _sender(context, send), context)
        finally:
            seconds = time.perf_counter() - started
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self.metrics.observe(method, context.route, context.status, seconds)
            _log(context, method, seconds)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, context: RequestContext) -> None:
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            # Nobody is there to be answered.
            return
        except Exception as error:
            if is_unexpected(error):
                _error_log.error("Request %s failed: %s", context.request_id, _without_values(error))
            if context.answered:
                raise
            response = self.refuse(error, Request(scope), context.request_id)
            await response(scope, receive, send)


def _sender(context: RequestContext, send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            context.status = message["status"]
            context.answered = True
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = context.request_id
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get("x-request-id", "")
    return given if _SAFE_REQUEST_ID.fullmatch(given) else new_id()


def _log(context: RequestContext, method: str, seconds: float) -> None:
    line = {
        "time": timestamp(utc_now()),
        "method": method,
        "route": context.route,
        "status": context.status,
        "milliseconds": round(seconds * 1000, 2),
        "request_id": context.request_id,
        "key": context.key.prefix if context.key else None,
        **({"user": context.session.user.id} if context.session else {}),
    }
    _access_log.info("%s", json.dumps(line))


def _without_values(error: BaseException) -> str:
    """A traceback without the messages of others' errors: those may quote the text of a request."""
    parts = []
    current: BaseException | None = error
    while current is not None:
        frames = "".join(traceback.format_tb(current.__traceback__))
        message = f": {current.message}" if isinstance(current, HeadwayError) else ""
        parts.append(f"{type(current).__module__}.{type(current).__qualname__}{message}\n{frames}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "caused by ".join(parts)
