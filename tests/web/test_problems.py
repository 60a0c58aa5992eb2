from __future__ import annotations

import json

import pytest
from fastapi.exceptions import RequestValidationError
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException

from headway.errors import (
    AuthenticationError,
    DiskFullError,
    HeadwayError,
    MachineError,
    ModelError,
    OverloadedError,
    PayloadTooLargeError,
    PermissionDeniedError,
    TooManyInputsError,
)
from headway.web.problems import is_unexpected, problem_response

ERRORS: list[tuple[HeadwayError, int, str]] = [
    (AuthenticationError(), 401, "urn:headway:problem:authentication"),
    (PermissionDeniedError(), 403, "urn:headway:problem:permission-denied"),
    (ModelError("no"), 404, "urn:headway:problem:model"),
    (PayloadTooLargeError(), 413, "urn:headway:problem:payload-too-large"),
    (TooManyInputsError(), 422, "urn:headway:problem:too-many-inputs"),
    (OverloadedError(), 503, "urn:headway:problem:overloaded"),
    (DiskFullError(), 507, "urn:headway:problem:disk-full"),
]


@pytest.mark.parametrize(("error", "status", "kind"), ERRORS, ids=lambda value: str(value)[-20:])
def test_each_of_our_errors_is_a_problem_of_its_own_type(error: HeadwayError, status: int, kind: str) -> None:
    response = problem_response(error, path="/x", request_id="r1")
    problem = json.loads(bytes(response.body))
    assert response.status_code == problem["status"] == status
    assert problem["type"] == kind
    assert problem["detail"] == error.message
    assert problem["title"]
    assert (problem["instance"], problem["request_id"]) == ("/x", "r1")
    assert response.media_type == "application/problem+json"


def test_the_next_step_and_the_retry_time_are_passed_on() -> None:
    response = problem_response(OverloadedError("busy", next_step="wait"), path="/", request_id="r")
    assert response.headers["retry-after"] == "1"
    assert json.loads(bytes(response.body))["next_step"] == "wait"


@pytest.mark.parametrize("error", [ValueError("/secret"), MachineError("/secret"), HeadwayError("/secret")])
def test_what_went_wrong_inside_stays_inside(error: Exception) -> None:
    assert is_unexpected(error)
    response = problem_response(error, path="/", request_id="r")
    assert response.status_code >= 500
    assert b"secret" not in bytes(response.body)


def test_errors_of_a_framework_are_problems_too() -> None:
    response = problem_response(HTTPException(404), path="/", request_id="r")
    problem = json.loads(bytes(response.body))
    assert (problem["type"], problem["detail"]) == ("urn:headway:problem:not-found", "Not Found")


def test_a_list_of_errors_is_bounded_and_holds_no_values() -> None:
    errors = [{"loc": ("body", "x" * 500, index), "msg": "wrong", "input": "secret"} for index in range(1000)]
    response = problem_response(RequestValidationError(errors), path="/", request_id="r")
    assert len(response.body) < 5_000
    assert b"secret" not in bytes(response.body)


def test_a_lone_surrogate_in_a_field_name_can_be_answered() -> None:
    error = RequestValidationError([{"loc": ("body", "\ud800"), "msg": "unknown"}])
    assert problem_response(error, path="/", request_id="r").status_code == 422


def test_a_problem_raised_by_a_route_reaches_the_caller(client: TestClient) -> None:
    answer = client.get("/notes/409")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "Number 409 says no."
    assert answer.json()["next_step"] == "Ask for another."
