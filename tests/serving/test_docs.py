"""The documentation page in a real browser, under the policy that is served with it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from headway.serving import RunningServer
from tests.browsing import browser_page


def test_the_page_works_in_chromium_and_asks_no_other_host(run: Callable[..., RunningServer]) -> None:
    url = run().url
    with browser_page() as browsed:
        page = browsed.page
        page.goto(url + "/docs", wait_until="networkidle")
        operation = page.locator(".opblock", has_text="/v1/models/{name}/predict")
        operation.locator(".opblock-summary-control").click()
        operation.locator("input[placeholder=name]").fill("support")
        operation.locator("button.execute").click()
        answer = operation.locator(".live-responses-table tr.response .response-col_status").first
        answer.wait_for()
        status = answer.inner_text()
        shown = operation.locator(".live-responses-table .highlight-code").first.inner_text()
    assert status.startswith("200")
    assert "物流" in shown
    # Pictures within the page (data:) come from no host.
    assert browsed.hosts - {""} == {urlsplit(url).netloc}
    assert browsed.messages == []
