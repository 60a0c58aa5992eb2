"""The door: what no route declares is not found, and no body is read before its sender may send one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi.routing import iter_route_contexts
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from headway.access import Caller, Door, Permission
from headway.access.permissions import PERMISSIONS
from headway.errors import PermissionDeniedError
from headway.records import ApiKey
from headway.web.context import RequestContext
from headway.web.routes import PERMISSION, STREAMED

#: the header in which a page of a session proves that it is one
FORM_TOKEN = "x-headway-form"  # noqa: S105 - a name
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Entry:
    """One declared route."""

    template: str
    pattern: re.Pattern[str]
    methods: frozenset[str]
    permission: Permission
    #: whether it reads its body itself
    streamed: bool = False


class RouteTable:
    """All routes of an application, in the order in which they are tried."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.entries = [_entry(context) for context in iter_route_contexts(list(routes))]

    def find(self, method: str, path: str) -> Entry:
        """The route of a request. Raises `HTTPException` 404, or 405 where only the method is wrong."""
        here = [entry for entry in self.entries if entry.pattern.match(path)]
        for entry in here:
            if method in entry.methods:
                return entry
        if not here:
            raise HTTPException(404, "There is nothing at this path.")
        allowed = ", ".join(sorted({method for entry in here for method in entry.methods}))
        raise HTTPException(405, f"This path takes {allowed} only.", headers={"Allow": allowed})


class GuardMiddleware:
    """Finds the route, checks the Host header and asks the policy, before anything else is done."""

    def __init__(self, app: ASGIApp, table: RouteTable, policy: Door) -> None:
        self.app = app
        self.table = table
        self.policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        if scope["type"] == "http":
            await self._admit(scope, scope["state"]["context"])
        await self.app(scope, receive, send)

    async def _admit(self, scope: Scope, context: RequestContext) -> None:
        headers = Headers(scope=scope)
        if not self.policy.serves_host(headers.get("host", "")):
            raise PermissionDeniedError(
                "The Host header names another host than the one this service answers for.",
                next_step=f"Use http://127.0.0.1 or http://{self.policy.host}, or add a name to web.hosts.",
            )
        entry = self.table.find(scope["method"], scope["path"])
        context.route, context.permission = entry.template, entry.permission
        context.streamed = entry.streamed
        caller = Caller(
            address=(scope.get("client") or ("",))[0],
            secret=self.policy.secret_in(headers),
            changes=scope["method"] not in _SAFE_METHODS,
            same_origin=_is_same_origin(headers),
            form_token=headers.get(FORM_TOKEN),
        )
        if self.policy.stale:
            admitted = await run_in_threadpool(self.policy.admit, caller, entry.permission)
        else:
            admitted = self.policy.admit(caller, entry.permission)
        if isinstance(admitted, ApiKey):
            context.key = admitted
        else:
            context.session = admitted


def _is_same_origin(headers: Headers) -> bool:
    """Whether the page that sent the request is of the host it was sent to.

    The scheme is not compared: behind a proxy that ends TLS the two differ.
    """
    try:
        origin = urlsplit(headers.get("origin", ""))
    except ValueError:
        return False
    return origin.scheme in {"http", "https"} and origin.netloc.lower() == headers.get("host", "").lower()


def _entry(context: object) -> Entry:
    extra = getattr(context, "openapi_extra", None) or {}
    path = getattr(context, "path", None)
    permission = extra.get(PERMISSION)
    if permission not in PERMISSIONS:
        raise RuntimeError(
            f"The route {path} declares no permission: declare it with **protected(…), as one of "
            f"{', '.join(sorted(PERMISSIONS))}."
        )
    return Entry(
        template=getattr(context, "path_format", ""),
        pattern=getattr(context, "path_regex"),  # noqa: B009 - FastAPI forwards it, untyped
        methods=frozenset(getattr(context, "methods", None) or ()),
        permission=permission,
        streamed=extra.get(STREAMED, False),
    )
