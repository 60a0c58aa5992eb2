"""The console in a real browser: signing in by keyboard, both languages, light and dark, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from headway.access.keys import create_key
from headway.access.users import add_user
from headway.console import console_app
from headway.datasets import create_version
from headway.serving import RunningServer, start
from headway.store import Store
from headway.store.records import list_imports
from headway.store.runs import list_runs
from tests.annotated import TASK, annotate, import_texts
from tests.browsing import Browsed
from tests.console.conftest import PASSWORD, choose_password_on_page, sign_in_page


@pytest.fixture
def store(trained: Store) -> Store:
    return trained


@pytest.fixture
def console(store: Store) -> Iterator[RunningServer]:
    import_texts(store, ["我要退款", "where is my order"])
    annotate(store, "我要退款", [("Ann", "退款"), ("李", "退款")])
    running = start(console_app(store), 0)
    yield running
    running.stop()


def pages_of(store: Store) -> list[str]:
    """The pages about data, models and the service that are there without a file of somebody's."""
    version, run = create_version(store, TASK), list_runs(store)[-1].id
    of_data = ["/data", f"/data/imports/{list_imports(store)[0].id}", f"/data/datasets/{version.hash}"]
    return [*of_data, "/models", "/models/intents/3", f"/runs/{run}", "/service"]


def test_somebody_invited_gets_to_the_first_page_by_keyboard(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = browsed.page
    choose_password_on_page(page, console, store, "lead")
    assert page.locator("h1").inner_text() == store.project.name
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(console.url)
    page.wait_for_url("**/sign-in?next=/")
    page.keyboard.type("李雷")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    page.get_by_text("The name or the password is wrong.").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{console.url}/")
    # The refused password is the one message that is due.
    assert [text for text in browsed.messages if "401" not in text] == []
    assert browsed.hosts == {console.url.removeprefix("http://")}


def test_language_and_appearance_are_kept(console: RunningServer, store: Store, browsed: Browsed) -> None:
    page = browsed.page
    sign_in_page(page, console, store, "lead")
    page.get_by_label("Language").select_option("zh")
    page.get_by_role("button", name="退出登录").wait_for()
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.get_by_label("外观").select_option("dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.get_by_label("外观").select_option("light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
def test_the_pages_are_accessible(
    console: RunningServer, store: Store, browsed: Browsed, language: str, theme: str
) -> None:
    page = browsed.page
    cookies = {"headway_language": language, "headway_theme": theme}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": console.url} for name, value in cookies.items()]
    )
    _, link = add_user(store, "Ann")
    for path in ("/sign-in", f"/welcome/{link}", "/nothing"):
        page.goto(console.url + path)
        assert browsed.violations() == []
    sign_in_page(page, console, store, "admin")
    create_key(store, "网店")
    for path in ("/", *pages_of(store)):
        page.goto(console.url + path)
        assert browsed.violations() == [], path


def test_a_phone_shows_all_of_it(console: RunningServer, store: Store, browsed: Browsed) -> None:
    page = browsed.page
    page.set_viewport_size({"width": 360, "height": 640})
    sign_in_page(page, console, store, "admin")
    create_key(store, "x" * 100)
    for path in ("/", *pages_of(store)):
        page.goto(console.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


# What "next" may hold → where it leads: a page of the console, or else the first one.
NEXT = {
    "//evil.example/": "/",
    "/\\evil.example/": "/",
    "/\t/evil.example/": "/",
    "/\n\\evil.example/": "/",
    "https://evil.example/": "/",
    "http://[": "/",
    "javascript:alert(1)": "/",
    "/models?of=退款#版本": "/models?of=%E9%80%80%E6%AC%BE#%E7%89%88%E6%9C%AC",
}


def test_a_link_to_another_site_is_not_followed_after_signing_in(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = browsed.page
    choose_password_on_page(page, console, store, "lead")
    for asked, place in NEXT.items():
        page.goto(f"{console.url}/sign-in?{urlencode({'next': asked})}")
        page.get_by_label("Name").fill("李雷")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        assert page.url == console.url + place, asked
    assert browsed.hosts == {console.url.removeprefix("http://")}


def test_a_console_that_is_gone_is_told(console: RunningServer, store: Store, browsed: Browsed) -> None:
    page = browsed.page
    page.goto(f"{console.url}/sign-in")
    console.stop()
    page.get_by_label("Name").fill("李雷")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_text("The console does not answer. Is it still running?").first.wait_for()
