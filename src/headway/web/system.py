"""The routes every application has: health, metrics, the schema and its documentation without a CDN."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from fastapi import APIRouter, FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from headway.errors import OverloadedError
from headway.web.problems import Problem
from headway.web.routes import JsonRoute, protected

_JAVASCRIPT = "text/javascript; charset=utf-8"
_CSS = "text/css; charset=utf-8"

#: path below /docs -> package and folder that hold the file, media type
ASSETS = {
    "swagger-ui-bundle.js": ("fastapi_swagger", "resources", _JAVASCRIPT),
    "swagger-ui.css": ("fastapi_swagger", "resources", _CSS),
    "docs.js": ("headway.web", "static", _JAVASCRIPT),
}
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Health(BaseModel):
    """How the service is."""

    status: Literal["live", "ready"]


def system_router(registry: CollectorRegistry, ready: Callable[[], bool]) -> APIRouter:
    """Health and metrics of one application, its schema and documentation."""
    router = APIRouter(route_class=JsonRoute)

    @router.get("/health/live", tags=["health"], **protected("public"))
    async def live() -> Health:
        """Say that the process answers, however busy it is."""
        return Health(status="live")

    @router.get("/health/ready", tags=["health"], **protected("public"))
    async def is_ready() -> Health:
        """Say whether requests should be sent here."""
        if not ready():
            raise OverloadedError("The service is starting or stopping.")
        return Health(status="ready")

    @router.get("/metrics", tags=["health"], response_class=Response, **protected("read_metrics"))
    async def metrics() -> Response:
        """Give the figures in the text format of Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    @router.get("/openapi.json", include_in_schema=False, **protected("read_docs"))
    async def schema(request: Request) -> JSONResponse:
        """Give the description of this interface (OpenAPI)."""
        return JSONResponse(openapi(request.app))

    @router.get("/docs", include_in_schema=False, **protected("read_docs"))
    async def docs() -> Response:
        """Show the description of this interface as a page."""
        page = await run_in_threadpool(_read, "headway.web", "static", "docs.html")
        return Response(page, media_type="text/html", headers={"Content-Security-Policy": _DOCS_POLICY})

    @router.get("/docs/{name}", include_in_schema=False, **protected("read_docs"))
    async def asset(name: str) -> Response:
        """Give a part of the page."""
        if name not in ASSETS:
            raise HTTPException(404, "There is nothing at this path.")
        package, folder, media_type = ASSETS[name]
        content = await run_in_threadpool(_read, package, folder, name)
        return Response(content, media_type=media_type, headers={"Cache-Control": "max-age=3600"})

    return router


def openapi(app: FastAPI) -> dict[str, Any]:
    """The schema FastAPI makes, with problem documents and the two ways of sending a key."""
    if app.openapi_schema is None:
        schema = FastAPI.openapi(app)
        components = schema.setdefault("components", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        components.setdefault("schemas", {}).update(problem.pop("$defs"), Problem=problem)
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        app.openapi_schema = schema
    return app.openapi_schema


@cache
def _read(package: str, folder: str, name: str) -> bytes:
    return files(package).joinpath(folder, name).read_bytes()
