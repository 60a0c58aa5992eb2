"""The application: routers of several rooms behind one door."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Lifespan

from headway import __version__
from headway.access import Door
from headway.web.bodies import BodyLimitMiddleware
from headway.web.context import ContextMiddleware, Refuse, context_of
from headway.web.guard import GuardMiddleware, RouteTable
from headway.web.metrics import HttpMetrics
from headway.web.problems import refuse as problem_of
from headway.web.system import system_router


def make_app(
    title: str,
    routers: Iterable[APIRouter],
    *,
    policy: Door,
    registry: CollectorRegistry | None = None,
    ready: Callable[[], bool] = lambda: True,
    max_body: int = 2_000_000,
    lifespan: Lifespan[FastAPI] | None = None,
    refuse: Refuse = problem_of,
) -> FastAPI:
    """An application that answers for the host of its policy; `max_body` is in bytes.

    Besides the given routers it has health, metrics, schema and documentation. A route that is
    added later is not found. Raises `RuntimeError` where a route declares no permission.
    """
    registry = registry or CollectorRegistry()

    async def answer(request: Request, error: Exception) -> Response:
        return refuse(error, request, context_of(request).request_id)

    app = FastAPI(
        title=title,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # FastAPI's own telemetry would hand the texts of refused requests to whatever listens.
        telemetry={"tracing": False, "metrics": False, "logs": False, "operation_spans": False},
        exception_handlers={HTTPException: answer, RequestValidationError: answer},
    )
    for router in (system_router(registry, ready), *routers):
        app.include_router(router)
    app.state.policy = policy
    # The last one added is the outermost.
    app.add_middleware(BodyLimitMiddleware, max_body=max_body)
    app.add_middleware(GuardMiddleware, table=RouteTable(app.routes), policy=policy)
    app.add_middleware(ContextMiddleware, metrics=HttpMetrics(registry), refuse=refuse)
    return app
