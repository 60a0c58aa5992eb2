"""A console over HTTP, and people who are signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from headway.access.session_policy import COOKIE
from headway.access.users import add_user, begin_session, form_token
from headway.console import console_app
from headway.serving import RunningServer
from headway.store import Store
from tests.browsing import Browsed, launched, page_of
from tests.projects import copy_of, trained_project

URL = "http://localhost:8001"
PASSWORD = "纸 horse 电池 staple"
#: role → a client that is signed in with it
SignIn = Callable[[str], TestClient]
#: (page, console, store, role): how 李雷 gets in
Enter = Callable[[Any, RunningServer, Store, str], None]


@pytest.fixture
def trained(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Store]:
    """A project of three versions of a model, of which the first is champion; a test may change it."""
    project = copy_of(trained_project(tmp_path_factory.getbasetemp()), tmp_path / "trained")
    store = Store.open(project)
    yield store
    store.close()


@pytest.fixture
def app(store: Store) -> FastAPI:
    """The console of a project."""
    return console_app(store)


@pytest.fixture
def anybody(app: FastAPI) -> TestClient:
    """A browser in which nobody is signed in."""
    return TestClient(app, base_url=URL, headers={"Origin": URL}, follow_redirects=False)


@pytest.fixture
def sign_in(store: Store, app: FastAPI) -> SignIn:
    """Signs in a new user of a role; without a password, which takes its time."""

    def signed_in(role: str) -> TestClient:
        user, _ = add_user(store, f"the {role}", role)
        _, secret = begin_session(store, user)
        headers = {"Origin": URL, "X-Headway-Form": form_token(secret)}
        client = TestClient(app, base_url=URL, headers=headers, follow_redirects=False)
        client.cookies.set(COOKIE, secret)
        return client

    return signed_in


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A real browser."""
    with launched() as browser:
        yield browser


@pytest.fixture
def browsed(browser: Any) -> Iterator[Browsed]:
    """A page of it that knows nothing of what other tests did."""
    with page_of(browser) as browsed:
        yield browsed


def sign_in_page(page: Any, console: RunningServer, store: Store, role: str) -> None:
    """A new user, 李雷, is on the first page, signed in."""
    user, _ = add_user(store, "李雷", role)
    _, secret = begin_session(store, user)
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": console.url}])
    page.goto(f"{console.url}/")


def choose_password_on_page(page: Any, console: RunningServer, store: Store, role: str) -> None:
    """A new user, 李雷, chooses a password in the browser and gets to the first page."""
    _, link = add_user(store, "李雷", role)
    page.goto(f"{console.url}/welcome/{link}")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{console.url}/")
