"""Every route of the console, asked by every role."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from headway.access.roles import ROLES, permissions_of
from headway.console import console_app
from headway.store import Store
from headway.web.guard import RouteTable
from tests.console.conftest import SignIn

HTML = {"Accept": "text/html"}


def routes(store: Store) -> list[tuple[str, str, str]]:
    """(method, path with made-up values, permission) of each route."""
    entries = RouteTable(console_app(store).routes).entries
    return [
        (method, entry.template.replace("{", "").replace("}", ""), entry.permission)
        for entry in entries
        for method in sorted(entry.methods - {"HEAD"})
    ]


def test_only_signing_in_health_and_assets_are_public(store: Store) -> None:
    public = {path for _, path, permission in routes(store) if permission == "public"}
    assert public == {"/health/live", "/health/ready", "/assets/room/name", "/sign-in", "/welcome/secret"}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_let_in_where_its_permissions_say_so(store: Store, sign_in: SignIn, role: str) -> None:
    client = sign_in(role)
    # Signing out comes last: after it nobody is anybody.
    for method, path, permission in sorted(routes(store), key=lambda route: route[1] == "/sign-out"):
        answer = client.request(method, path, json={})
        allowed = permission == "public" or permission in permissions_of(role)
        assert (answer.status_code != 403) == allowed, (method, path, answer.text)


def test_who_is_not_signed_in_gets_in_nowhere_else(store: Store, anybody: TestClient) -> None:
    for method, path, permission in routes(store):
        if permission != "public":
            assert anybody.request(method, path, json={}).status_code == 401, (method, path)
    page = anybody.get("/", headers=HTML)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/")
