"""Pages of a site of its own, with two rooms of words; the console's tests look at real pages."""

from __future__ import annotations

import re

import pytest
from fastapi import APIRouter, Request
from fastapi.testclient import TestClient
from starlette.responses import Response

from headway.access.session_policy import COOKIE, SessionPolicy
from headway.access.users import add_user, choose_password, form_token
from headway.errors import CheckFailedError
from headway.store import Store
from headway.web import JsonRoute, make_app, protected
from headway.web.assets import Assets
from headway.web.site import Link, Site
from headway.web.words import Words

HTML = {"Accept": "text/html"}
WORDS: Words = {
    "en": {"nav.all": "For all", "nav.few": "For few"},
    "zh": {"nav.all": "所有人", "nav.few": "少数人"},
}


@pytest.fixture
def secret(store: Store) -> str:
    return choose_password(store, add_user(store, "李雷", "annotator")[1], "correct horse battery")[1]


@pytest.fixture
def client(store: Store) -> TestClient:
    assets = Assets(["web"])
    links = (Link("/all", "all", "view"), Link("/few", "few", "manage_users"))
    site = Site(["web"], assets, [WORDS], links)
    router = APIRouter(route_class=JsonRoute)

    @router.get("/all", **protected("view"))
    def show(request: Request, words: str = "") -> Response:
        """Show a page."""
        return site.page(request, "refused.html", words=[words])

    @router.get("/numbered/{number}", **protected("public"))
    def numbered(request: Request, number: int) -> Response:
        """Show a page with a number."""
        return site.page(request, "refused.html", words=[str(number)])

    @router.get("/broken", **protected("public"))
    def broken() -> Response:
        """Fail."""
        raise RuntimeError("/secret/path")

    @router.get("/no", **protected("public"))
    def no() -> Response:
        """Say no."""
        raise CheckFailedError("This was done already.", next_step="Do something else.")

    app = make_app("Site", [assets.router(), router], policy=SessionPolicy(store), refuse=site.refuse)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False, follow_redirects=False)


def test_the_navigation_shows_what_one_may(client: TestClient, secret: str) -> None:
    client.cookies.set(COOKIE, secret)
    page = client.get("/all")
    assert re.findall(r'<a href="(/\w+)"', page.text) == ["/all"]
    assert 'aria-current="page"' in page.text
    assert "For all" in page.text
    assert "For few" not in page.text
    assert f'content="{form_token(secret)}"' in page.text
    assert "Signed in as 李雷 (annotator)" in page.text


def test_the_appearance_is_one_of_ours(client: TestClient, secret: str) -> None:
    client.cookies.set(COOKIE, secret)
    assert 'data-theme="auto"' in client.get("/all").text
    for cookie, shown in (("dark", "dark"), ('"><b>', "auto")):
        client.cookies.set("headway_theme", cookie)
        assert f'data-theme="{shown}"' in client.get("/all").text


def test_what_a_page_shows_is_escaped(client: TestClient, secret: str) -> None:
    client.cookies.set(COOKIE, secret)
    page = client.get("/all", params={"words": "<img src=x onerror=alert(1)>"})
    assert "<img" not in page.text
    assert "&lt;img" in page.text


def test_who_asks_for_a_page_without_signing_in_is_sent_there(client: TestClient) -> None:
    page = client.get("/all", headers=HTML)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/all")
    assert client.get("/all").status_code == 401


def test_a_refusal_is_told_in_a_page_with_the_next_step(client: TestClient) -> None:
    page = client.get("/no", headers=HTML)
    assert page.status_code == 409
    assert "This was done already." in page.text
    assert "Do something else." in page.text
    assert "script-src 'nonce-" in page.headers["content-security-policy"]


def test_of_a_failure_nothing_is_shown_but_its_number(client: TestClient) -> None:
    page = client.get("/broken", headers={**HTML, "X-Request-ID": "abc-123", "Accept-Language": "zh"})
    assert page.status_code == 500
    assert "/secret/path" not in page.text
    assert "abc-123" in page.text
    assert "Headway 出错了" in page.text


def test_an_address_that_names_nothing_is_no_page(client: TestClient) -> None:
    page = client.get("/numbered/x", headers=HTML)
    assert (page.status_code, "There is no such page." in page.text) == (404, True)
    assert client.get("/numbered/x").status_code == 422
    assert client.get("/numbered/3", headers=HTML).status_code == 200
