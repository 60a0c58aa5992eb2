"""Debian's Chromium, driven by Playwright: one page, what it asked for and what it complained of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# WCAG 2.2 AA and what comes before it.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Browsed:
    """A page with its record."""

    page: Any
    #: what was written to the browser's console, and scripts that failed
    messages: list[str] = field(default_factory=list)
    #: hosts that were asked for anything
    hosts: set[str] = field(default_factory=set)

    def violations(self) -> list[str]:
        """What axe-core finds on the page as it is now, against WCAG 2.2 AA."""
        script = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
        # Evaluated by the debugger, which the page's policy does not concern.
        self.page.evaluate(script)
        run = "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
        found = self.page.evaluate(run, _RULES)
        return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


@contextmanager
def launched() -> Iterator[Any]:
    """A browser; skips where there is none."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def page_of(browser: Any, **options: Any) -> Iterator[Browsed]:
    """A page without a past, with options of Playwright's."""
    page = browser.new_page(**{"locale": "en-GB", **options})
    browsed = Browsed(page)
    page.on("console", lambda message: browsed.messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: browsed.messages.append(f"pageerror: {error}"))
    page.on("request", lambda request: browsed.hosts.add(urlsplit(request.url).netloc))
    yield browsed
    page.close()


@contextmanager
def browser_page(**options: Any) -> Iterator[Browsed]:
    """A page of a browser of its own."""
    with launched() as browser, page_of(browser, **options) as browsed:
        yield browsed
