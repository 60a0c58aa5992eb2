"""The documentation page in a real browser, under the policy that is served with it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from headway.serving import RunningServer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_page_works_in_chromium_and_asks_no_other_host(run: Callable[..., RunningServer]) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    url = run().url
    requests: list[str] = []
    messages: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: messages.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: messages.append(f"pageerror: {error}"))
        page.goto(url + "/docs", wait_until="networkidle")
        operation = page.locator(".opblock", has_text="/v1/models/{name}/predict")
        operation.locator(".opblock-summary-control").click()
        operation.locator("input[placeholder=name]").fill("support")
        operation.locator("button.execute").click()
        answer = operation.locator(".live-responses-table tr.response .response-col_status").first
        answer.wait_for()
        status = answer.inner_text()
        shown = operation.locator(".live-responses-table .highlight-code").first.inner_text()
        browser.close()
    assert status.startswith("200")
    assert "物流" in shown
    assert {urlsplit(asked).netloc for asked in requests if not asked.startswith("data:")} == {
        urlsplit(url).netloc
    }
    assert messages == []
