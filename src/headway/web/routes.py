"""How a route is declared: with its permission, and with bodies that are strict JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headway.access import Permission
from headway.web.problems import problem_responses

PERMISSION = "x-permission"
#: of a route that reads its body itself, piece by piece
STREAMED = "x-streamed"
_SCHEMES: list[dict[str, list[str]]] = [{"bearer": []}, {"apiKey": []}]
#: what any route may answer with: the door, the limit of bodies and an overloaded service stand before it
_ALWAYS = (400, 403, 413, 503)
#: of one object: checking a hundred thousand unknown names would take a second
_MOST_NAMES = 1000


def protected(
    permission: Permission, *, body: bool = False, streamed: bool = False, also: tuple[int, ...] = ()
) -> dict[str, Any]:
    """What every route passes on: `@router.get(path, **protected("read_models"))`.

    Declares the permission and documents the problems: those that any route may answer with, 422
    where there is a body, and `also`. The body of a `streamed` route may be of any size and is not
    read before the route does so, with `bodies.pieces_of`, which sets a limit.
    """
    public = permission == "public"
    statuses = {*_ALWAYS, *(() if public else (401,)), *((422,) if body else ()), *also}
    return {
        "openapi_extra": {
            PERMISSION: permission,
            "security": [] if public else _SCHEMES,
            **({STREAMED: True} if streamed else {}),
        },
        "responses": problem_responses(*sorted(statuses)),
    }


class Strict(BaseModel):
    """A body that refuses what it does not know, and converts nothing."""

    model_config = ConfigDict(extra="forbid", strict=True)


class JsonRoute(APIRoute):
    """A route whose body is JSON as RFC 8259 means it: no NaN, no name twice, no absurd nesting."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler FastAPI makes, reading the body strictly."""
        handle = super().get_route_handler()

        async def handle_strictly(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly


class _StrictRequest(Request):
    async def json(self) -> Any:
        body = await self.body()
        try:
            return json.loads(body, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            # Not all of the error: Python's message for a long integer speaks of its own settings.
            reason = (
                error.args[0] if isinstance(error, _NotJsonError | json.JSONDecodeError) else "see RFC 8259"
            )
            raise HTTPException(400, f"The body is not JSON that can be read: {reason}.") from None


class _NotJsonError(ValueError):
    """What Python's reader takes and this service does not."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > _MOST_NAMES:
        raise _NotJsonError(f"an object holds more than {_MOST_NAMES:,} names")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJsonError("an object holds the same name twice")
    return found


def _refuse_constant(_name: str) -> Any:
    raise _NotJsonError("NaN and Infinity are no numbers of JSON")
