"""Every route of the console, asked by every role."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from headway.access.roles import ROLES, permissions_of
from headway.access.session_policy import COOKIE
from headway.access.users import add_user, form_token
from headway.console import console_app
from headway.settings import Settings, WebSettings
from headway.store import Store
from headway.web.guard import RouteTable
from tests.console.conftest import PASSWORD, SignIn

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


PROXIED = "https://label.example.com"


@pytest.fixture
def proxied(store: Store) -> TestClient:
    """Somebody who is signed in and comes through a proxy that ends TLS and has a name of its own."""
    app = console_app(store, settings=Settings(web=WebSettings(hosts=("label.example.com",))))
    _, link = add_user(store, "李雷", "lead")
    client = TestClient(app, base_url=PROXIED, headers={"Origin": PROXIED})
    answer = client.post(f"/welcome/{link}", json={"password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    client.headers["X-Headway-Form"] = form_token(client.cookies[COOKIE])
    return client


def test_a_console_behind_a_proxy_answers_to_the_name_of_the_proxy(proxied: TestClient) -> None:
    assert proxied.get("/").status_code == 200
    assert proxied.post("/sign-out").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "label.example.com.evil.example", "example.com"])
def test_a_name_that_was_pointed_at_the_console_is_refused(proxied: TestClient, host: str) -> None:
    answer = proxied.get("/", headers={"Host": host})
    assert answer.status_code == 403
    assert "web.hosts" in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "https://label.example.com.evil.example", "null"])
def test_a_page_elsewhere_sends_nothing_through_the_proxy(proxied: TestClient, origin: str) -> None:
    assert proxied.post("/sign-out", headers={"Origin": origin}).status_code == 403
    assert proxied.get("/").status_code == 200


def test_without_the_setting_the_proxy_is_refused(store: Store) -> None:
    client = TestClient(console_app(store), base_url=PROXIED)
    assert client.get("/sign-in").status_code == 403


def test_who_is_not_signed_in_gets_in_nowhere_else(store: Store, anybody: TestClient) -> None:
    for method, path, permission in routes(store):
        if permission != "public":
            assert anybody.request(method, path, json={}).status_code == 401, (method, path)
    page = anybody.get("/", headers=HTML)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/")
