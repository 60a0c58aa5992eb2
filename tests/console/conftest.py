"""A console over HTTP, and people who are signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from headway.access.session_policy import COOKIE
from headway.access.users import add_user, choose_password, form_token
from headway.console import console_app
from headway.serving import RunningServer
from headway.store import Store
from tests.browsing import Browsed, browser_page
from tests.projects import copy_of, trained_project

URL = "http://localhost:8001"
PASSWORD = "纸 horse 电池 staple"
#: role → a client that is signed in with it
SignIn = Callable[[str], TestClient]


@pytest.fixture
def trained(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Store]:
    """A project of three versions of a model, of which the first is champion; a test may change it."""
    project = copy_of(trained_project(tmp_path_factory.getbasetemp()), tmp_path / "trained")
    store = Store.open(project)
    yield store
    store.close()


@pytest.fixture
def anybody(store: Store) -> TestClient:
    """A browser in which nobody is signed in."""
    return TestClient(console_app(store), base_url=URL, headers={"Origin": URL}, follow_redirects=False)


@pytest.fixture
def sign_in(store: Store) -> SignIn:
    """Signs in a new user of a role."""

    def signed_in(role: str) -> TestClient:
        _, link = add_user(store, f"the {role}", role)
        _, secret = choose_password(store, link, PASSWORD)
        headers = {"Origin": URL, "X-Headway-Form": form_token(secret)}
        client = TestClient(console_app(store), base_url=URL, headers=headers, follow_redirects=False)
        client.cookies.set(COOKIE, secret)
        return client

    return signed_in


@pytest.fixture
def browsed() -> Iterator[Browsed]:
    """A page of a real browser."""
    with browser_page() as browsed:
        yield browsed


def sign_in_page(page: Any, console: RunningServer, store: Store, role: str) -> None:
    """A new user, 李雷, chooses a password in the browser and gets to the first page."""
    _, link = add_user(store, "李雷", role)
    page.goto(f"{console.url}/welcome/{link}")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{console.url}/")
