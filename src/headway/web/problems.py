"""Problem documents (RFC 9457): the one shape in which anything is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headway.errors import DiskFullError, HeadwayError, OverloadedError

MEDIA_TYPE = "application/problem+json"
_MOST_ERRORS = 20
_LONGEST_PLACE = 100


class FieldError(BaseModel):
    """One thing that is wrong with a request, and where."""

    at: str = Field(description="Where in the request, such as body.inputs.3")
    message: str


class Problem(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="What kind of problem this is; stable, for programs")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for")
    request_id: str = Field(description="Also in the header X-Request-ID and in the service's log")
    next_step: str | None = Field(default=None, description="What helps")
    errors: list[FieldError] | None = Field(default=None, description="What is wrong, place by place")


def problem_response(error: Exception, *, path: str, request_id: str) -> Response:
    """The document for an error. Nothing of an unexpected error is shown but the request id."""
    fields, headers = _describe(error)
    document = Problem(instance=path[:_LONGEST_PLACE], request_id=request_id, **fields)
    # ASCII escapes: a lone surrogate, which may come from a request, has no other form that can be sent.
    body = json.dumps(document.model_dump(exclude_none=True), ensure_ascii=True)
    return Response(body, status_code=document.status, headers=dict(headers), media_type=MEDIA_TYPE)


def refuse(error: Exception, request: Request, request_id: str) -> Response:
    """The document for an error of a request."""
    return problem_response(error, path=request.url.path, request_id=request_id)


def is_unexpected(error: Exception) -> bool:
    """Whether an error is the service's fault, so that its message may hold what a caller must not see."""
    if isinstance(error, HeadwayError):
        told = isinstance(error, OverloadedError | DiskFullError)
        return error.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not told
    return not isinstance(error, HTTPException | RequestValidationError)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route's documentation says of the problems it may answer with."""
    schema = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": schema} for status in statuses}


def _describe(error: Exception) -> tuple[dict[str, Any], Mapping[str, str]]:
    if isinstance(error, HeadwayError):
        return _describe_ours(error)
    if isinstance(error, RequestValidationError):
        return _describe_invalid(error.errors()), {}
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase
        fields = {"type": _urn(phrase), "title": phrase, "status": error.status_code, "detail": error.detail}
        return fields, error.headers or {}
    return _internal(HTTPStatus.INTERNAL_SERVER_ERROR), {}


def _describe_ours(error: HeadwayError) -> tuple[dict[str, Any], Mapping[str, str]]:
    if is_unexpected(error):
        return _internal(HTTPStatus(error.status)), {}
    headers = {}
    if isinstance(error, OverloadedError):
        headers["Retry-After"] = str(error.retry_after)
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    fields = {
        "type": _urn(type(error).__name__.removesuffix("Error")),
        "title": (type(error).__doc__ or "").strip().splitlines()[0].rstrip("."),
        "status": error.status,
        "detail": error.message,
        "next_step": error.next_step,
    }
    return fields, headers


def _describe_invalid(errors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What pydantic found, without the values it found: they are the caller's texts."""
    places = [
        FieldError(at=".".join(str(part)[:_LONGEST_PLACE] for part in error["loc"]), message=error["msg"])
        for error in errors[:_MOST_ERRORS]
    ]
    return {
        "type": _urn("InvalidRequest"),
        "title": "The request is not what this route takes",
        "status": HTTPStatus.UNPROCESSABLE_ENTITY.value,
        "detail": f"{places[0].at}: {places[0].message}" + (" (and more)" if len(places) > 1 else ""),
        "next_step": "/docs shows what each route takes.",
        "errors": places,
    }


def _internal(status: HTTPStatus) -> dict[str, Any]:
    return {
        "type": _urn("InternalError"),
        "title": "The service failed",
        "status": status.value,
        "detail": "The service could not answer. Nothing is wrong with the request.",
        "next_step": "Look the request id up in the service's log.",
    }


def _urn(name: str) -> str:
    words = re.findall(r"[A-Z]?[a-z]+", name)
    return "urn:headway:problem:" + "-".join(word.lower() for word in words)
