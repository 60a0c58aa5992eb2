"""The pages of models and of the service in a real browser: what only a browser can show."""

from __future__ import annotations

import pytest

from headway.access.keys import list_keys, verify
from headway.console import console_app
from headway.project import Project
from headway.registry.versions import resolve
from headway.serving import start
from headway.store import Store
from tests.browsing import Browsed
from tests.console.conftest import sign_in_page

ATTACK = '<img src=x onerror=hacked()> it\'s "late"'


@pytest.fixture
def store(trained: Store) -> Store:
    with Project.open(trained.project) as project:
        project.evaluate("intents@1")
    return trained


def test_models_are_promoted_compared_and_tried(store: Store, browsed: Browsed) -> None:
    running = start(console_app(store), 0)
    try:
        sign_in_page(browsed.page, running, store, "admin")
        promote_and_roll_back(browsed, store)
        compare(browsed)
        try_the_champion(browsed)
        make_and_revoke_a_key(browsed, store)
        assert browsed.messages == []
        assert browsed.hosts == {running.url.removeprefix("http://")}
    finally:
        running.stop()


def promote_and_roll_back(browsed: Browsed, store: Store) -> None:
    """Nothing happens before the second yes."""
    page = browsed.page
    page.get_by_role("link", name="Models", exact=True).click()
    row = page.get_by_role("row").filter(has_text="intents@3").first
    row.get_by_role("button", name="Make champion").click()
    page.get_by_text("headway models promote intents@3").wait_for()
    assert browsed.violations() == []
    page.get_by_role("button", name="Leave it").click()
    assert resolve(store, "intents").version == 1
    row.get_by_role("button", name="Make champion").click()
    page.get_by_role("button", name="Yes").click()
    page.get_by_role("button", name="Roll back to intents@1").click()
    assert resolve(store, "intents").version == 3
    page.get_by_role("button", name="Yes").click()
    page.get_by_text("Champions so far (3)").wait_for()
    assert resolve(store, "intents").version == 1


def compare(browsed: Browsed) -> None:
    """What is ticked becomes a job, whose page leads to a report that runs no script."""
    page = browsed.page
    button = page.get_by_role("button", name="Compare what is ticked")
    page.get_by_label("Compare intents@1").check()
    assert button.is_disabled()
    page.get_by_label("Compare intents@2").check()
    page.get_by_text("headway compare intents@2 intents@1").wait_for()
    button.click()
    page.get_by_role("link", name="Open the report").click(timeout=60_000)
    page.wait_for_url("**/reports/*")
    heading = page.get_by_role("heading", level=1)
    english = heading.inner_text()
    page.get_by_text("中文", exact=True).click()
    # Its two languages are switched by style alone, and it knows nothing of the session.
    assert heading.inner_text() != english
    assert page.evaluate("window.origin") == "null"
    page.go_back()


def try_the_champion(browsed: Browsed) -> None:
    """What was typed is shown as text, whatever it looks like."""
    page = browsed.page
    page.get_by_role("link", name="Service", exact=True).click()
    page.get_by_label("Texts, one a line").fill(f"{ATTACK}\n\n快递三天了还没到")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("cell", name=ATTACK).wait_for()
    page.get_by_role("cell", name="快递三天了还没到").wait_for()
    assert page.locator("#answers img").count() == 0
    assert page.locator("#answers tbody tr").count() == 2
    page.get_by_text("curl -s").filter(has_text="快递三天了还没到").wait_for()
    assert browsed.violations() == []


def make_and_revoke_a_key(browsed: Browsed, store: Store) -> None:
    """The secret is on the page until it is left."""
    page = browsed.page
    page.get_by_label("Who or what the key is for").fill("网店")
    page.get_by_role("button", name="Make a key").click()
    secret = page.locator("#made code")
    secret.wait_for()
    assert verify(store, secret.inner_text()).name == "网店"
    page.get_by_role("cell", name="网店", exact=True).wait_for()
    page.get_by_text("Bearer $KEY").wait_for()
    assert browsed.violations() == []
    page.get_by_role("button", name="Revoke the key of 网店").click()
    page.get_by_role("button", name="Yes").click()
    page.get_by_role("cell", name="revoked").wait_for()
    assert not secret.is_visible()
    assert list_keys(store)[0].revoked_at is not None
