"""From a label's key to the next text painted, in Debian's Chromium, with a queue of ten thousand texts.

The page itself looks: the time runs from the time stamp of the keydown event until a second animation frame
after the text has changed, so that the frame with it was painted in between. Keys come as from somebody who
reads fast. The console runs in a process of its own on the same machine, and learns beside (`--no-assistant`
leaves that out).
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.annotators import TASK, Console, make_queue, opened
from benchmarks.inputs import Inputs, MissingInputError
from benchmarks.options import positive

LABELS = tuple(f"label {number}" for number in range(20))
_WATCH = """() => {
  window.painted = [];
  const text = document.getElementById('text');
  let pressed = null;
  document.addEventListener('keydown', (event) => { pressed = event.timeStamp; }, true);
  new MutationObserver(() => {
    const start = pressed;
    pressed = null;
    if (start === null) return;
    const painted = () => window.painted.push(performance.now() - start);
    requestAnimationFrame(() => requestAnimationFrame(painted));
  }).observe(text, { childList: true, characterData: true, subtree: true });
}"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how many texts and keys there are."""
    parser.add_argument("--texts", type=positive, default=10_000, help="default: 10000")
    parser.add_argument("--keys", type=positive, default=400, help="default: 400")
    parser.add_argument("--pause", type=positive, default=300, help="milliseconds between keys; default: 300")
    parser.add_argument("--no-assistant", action="store_true", help="no model learns beside")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Press so many keys."""
    with tempfile.TemporaryDirectory(prefix="headway-latency-") as scratch:
        project = Path(scratch, "project")
        texts = [
            f"第 {n} 条 message: where is my parcel, it is late by {n} days" for n in range(options.texts)
        ]
        (person,) = make_queue(project, texts, LABELS, 1, overlap=1)
        if not options.no_assistant:
            _prepare(project)
        with Console(project, Path(scratch, "console.log")) as console:
            milliseconds = press(console, person.secret, options.keys, options.pause)
        with opened(project) as store, store.reading() as connection:
            kept = connection.exec_driver_sql("SELECT count(*) FROM annotations").scalar_one()
    ordered = sorted(milliseconds)
    return {
        "texts": options.texts,
        "keys": options.keys,
        "labels_kept": kept,
        "p50_ms": ordered[len(ordered) // 2],
        "p95_ms": ordered[int(0.95 * len(ordered))],
        "worst_ms": ordered[-1],
        "assistant": not options.no_assistant,
    }


def press(console: Console, secret: str, keys: int, pause: int) -> list[float]:
    """Milliseconds of each key, as the page measured them."""
    from playwright.sync_api import sync_playwright

    from headway.access.session_policy import COOKIE

    browser_path = shutil.which("chromium")
    if browser_path is None:
        raise MissingInputError(
            "There is no Chromium.", next_step="Install Debian's: apt-get install chromium."
        )
    url = f"http://127.0.0.1:{console.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page()
        page.context.add_cookies([{"name": COOKIE, "value": secret, "url": url}])
        page.goto(f"{url}/annotate/{TASK}")
        page.locator("#text:not(:empty)").wait_for()
        page.evaluate(_WATCH)
        for number in range(keys):
            page.keyboard.press(str(number % 9 + 1))
            page.wait_for_timeout(pause)
        page.wait_for_function("n => window.painted.length >= n", arg=keys)
        found: list[float] = page.evaluate("window.painted")
        page.locator("#saved").get_by_text("All saved").wait_for()
        browser.close()
    return found


def _prepare(project: Path) -> None:
    from headway.annotation.encoding import prepare

    with opened(project) as store:
        prepare(store, TASK, "minilm")
