"""Two hundred hostile strings, wherever the console shows what somebody wrote, in a real browser."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import jinja2
import pytest

from headway.access.session_policy import COOKIE
from headway.access.users import add_user, begin_session
from headway.annotation.filling import fill_queue
from headway.annotation.labels import set_guideline, set_labels
from headway.annotation.review import to_review
from headway.console import console_app
from headway.datasets.labelled import REVIEW
from headway.ids import new_id
from headway.jobs.files import log_path
from headway.records import Annotation, Answer, User
from headway.serving import RunningServer, start
from headway.store import Store
from headway.store.answers import add_answer
from headway.store.files import write_atomically
from headway.store.jobs import add_job, finish_job
from headway.store.records import add_annotation
from headway.store.tasks import add_task
from headway.store.users import add_user as add_row
from tests.annotated import TASK, annotate, import_texts
from tests.browsing import Browsed, page_of
from tests.hostile import COUNT, FOREIGN, HOSTILE, INERT

TEXTS = [one.text for one in HOSTILE]
_UNSAFE = "http://unsafe.test"


def printable(longest: int) -> list[str]:
    """The texts that can be a name."""
    names = dict.fromkeys(unicodedata.normalize("NFC", text).strip() for text in TEXTS)
    return [name for name in names if name.isprintable() and len(name) <= longest]


LABELS = printable(200)
NAMES = printable(60)
# The first page computes figures for each task: one of each place is enough.
TASKS = list({one.place: one.text for one in HOSTILE}.values())


@dataclass
class Watched:
    """A page, and the numbers of the strings that did something in it; 0 = one opened a dialog."""

    browsed: Browsed
    hits: set[int] = field(default_factory=set)

    @property
    def page(self) -> Any:
        return self.browsed.page


@pytest.fixture
def watched(browser: Any) -> Iterator[Watched]:
    """A page in which nothing happens unseen."""
    with page_of(browser) as browsed:
        watched, page = Watched(browsed), browsed.page

        def dismiss(dialog: Any) -> None:
            watched.hits.add(0)
            dialog.dismiss()

        def refuse(route: Any) -> None:
            watched.hits.add(int(urlsplit(route.request.url).path.strip("/")))
            route.abort()

        page.expose_function("hit", lambda number: watched.hits.add(int(number)))
        page.on("dialog", dismiss)
        page.route(f"**://{FOREIGN}/**", refuse)
        yield watched


def test_there_are_two_hundred_and_most_of_them_can_be_names() -> None:
    assert len(set(TEXTS)) == len(HOSTILE) == COUNT
    assert len(LABELS) > 170
    assert len(NAMES) > 130


def test_each_does_something_on_a_page_that_escapes_nothing(watched: Watched) -> None:
    """The positive control: what is not seen here would not be seen in the console."""
    live = {one.number: one.page for one in HOSTILE if one.place not in (INERT, "template")}
    page = watched.page
    page.route(f"{_UNSAFE}/**", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    page.goto(_UNSAFE)
    page.evaluate(
        """pages => { for (const page of pages) {
            const frame = document.createElement("iframe");
            frame.srcdoc = page;
            document.body.append(frame);
        } }""",
        list(live.values()),
    )
    for _ in range(200):
        if live.keys() <= watched.hits:
            break
        page.wait_for_timeout(100)
    assert live.keys() - watched.hits == set()
    assert 0 in watched.hits
    for one in HOSTILE:
        if one.place == "template":
            called: list[int] = []
            jinja2.Template(one.text).render(hit=called.append)
            assert called == [one.number]


@pytest.fixture
def console(store: Store) -> Iterator[RunningServer]:
    """A console in which everything that can be written is hostile."""
    records = import_texts(store, TEXTS)
    set_labels(store, TASK, LABELS)
    set_guideline(store, TASK, "\n".join(TEXTS), NAMES[0])
    fill_queue(store, TASK)
    for name in TASKS:
        add_task(store, name, "text-classification")
    users = insert_users(store)
    files = [f"import:{text}.csv" for text in TEXTS]
    annotate(store, TEXTS[0], [(name, LABELS[n % 2]) for n, name in enumerate(files)])
    with store.writing() as connection:
        for n, (record, text) in enumerate(zip(records, TEXTS, strict=True)):
            said = Answer(
                TASK, record, users[n % len(users)], 1, "skip", f"key-{n}", store.now(), comment=text
            )
            add_answer(connection, said)
    job = add_job(store, ["train", "--task", *TEXTS], "\n".join(TEXTS))
    finish_job(store, job.id, "failed", dict.fromkeys(TEXTS, "x"), "\n".join(TEXTS))
    write_atomically(log_path(store, job.id), "\n".join(TEXTS).encode())
    running = start(console_app(store), 0)
    yield running
    running.stop()


def insert_users(store: Store) -> list[str]:
    """A user of each hostile name; gives their ids."""
    users = [User(id=new_id(), name=name, role="annotator", created_at=store.now()) for name in NAMES]
    for user in users:
        add_row(store, user)
    return [user.id for user in users]


def sign_in(page: Any, console: RunningServer, store: Store) -> None:
    """Somebody whose name is hostile, too, comes to lead."""
    user, _ = add_user(store, f"{NAMES[0]} lead", "lead")
    _, secret = begin_session(store, user)
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": console.url}])
    page.goto(f"{console.url}/")


def parsed(texts: list[str]) -> list[str]:
    """Texts as an HTML parser gives them back, in an order of their own."""
    return sorted(text.replace("\0", "").replace("\r\n", "\n") for text in texts)


def shown(page: Any, places: str) -> list[str]:
    """The texts in the elements of a selector, in an order of their own."""
    return sorted(page.locator(places).all_text_contents())


def label_everything(page: Any) -> list[str]:
    """Press the first label's key until no text is left; gives the texts that were shown."""
    return list(
        page.evaluate(
            """async n => {
                const find = id => document.getElementById(id);
                const seen = [];
                while (seen.length < n) {
                    if (!find("work").hidden && find("saved").textContent === "All saved") {
                        seen.push(find("text").textContent);
                        find("text").dispatchEvent(new KeyboardEvent("keydown", {key: "1", bubbles: true}));
                    }
                    await new Promise(later => setTimeout(later, 1));
                }
                return seen;
            }""",
            COUNT,
        )
    )


def test_no_text_anywhere_in_the_console_is_more_than_text(
    store: Store, console: RunningServer, watched: Watched
) -> None:
    page = watched.page
    sign_in(page, console, store)
    assert shown(page, "h2") == sorted([TASK, *parsed(TASKS)])
    page.goto(f"{console.url}/annotate")
    assert shown(page, "main li") == sorted([TASK, *parsed(TASKS)])
    page.goto(f"{console.url}/annotate/{TASK}")
    assert shown(page, "#labels span") == sorted(LABELS)
    assert sorted(label_everything(page)) == sorted(TEXTS)
    page.locator("#saved").get_by_text("All saved").wait_for()
    page.keyboard.press("g")
    assert parsed(page.locator(".guideline").all_text_contents()) == parsed(["\n".join(TEXTS).strip()])
    check_set_up(page, console)
    check_review(page, console, store)
    check_jobs(page, console)
    assert watched.hits == set()
    assert watched.browsed.hosts == {urlsplit(console.url).netloc}
    assert [message for message in watched.browsed.messages if "400" not in message] == []


def check_set_up(page: Any, console: RunningServer) -> None:
    """What stands in the form, and what is said of labels that cannot be."""
    page.goto(f"{console.url}/annotate/{TASK}/set-up")
    field = page.get_by_label("Labels, one a line")
    assert field.input_value().split("\n") == LABELS
    field.fill("\n".join(LABELS * 2))
    page.get_by_role("button", name="Save, and queue").click()
    page.locator(".error:not(:empty)").wait_for()
    said = page.locator(".error").inner_text()
    assert all(f"{label!r} is there more than once" in said for label in LABELS[:20])
    page.goto(f"{console.url}/annotate/{quote('<b>' + LABELS[0].replace('/', ''))}")
    assert LABELS[-1] in page.locator("main").inner_text()


def check_review(page: Any, console: RunningServer, store: Store) -> None:
    """Texts, comments, names of people and of files; as many texts at once as a page shows."""
    texts: list[str] = []
    said = ""
    while rows := to_review(store, TASK):
        page.goto(f"{console.url}/annotate/{TASK}/review")
        assert shown(page, ".quoted") == parsed([row["text"] for row in rows])
        texts += shown(page, ".quoted")
        said += "\n".join(page.locator(".card > ul").all_text_contents())
        # The labels were all there once; without most of them the pages are small.
        set_labels(store, TASK, LABELS[:2])
        with store.writing() as connection:
            for row in rows:
                decision = Annotation(
                    new_id(), TASK, row["record"], LABELS[0], f"{REVIEW}{NAMES[0]}", store.now()
                )
                add_annotation(connection, decision)
    assert sorted(texts) == parsed(TEXTS)
    for text in [*TEXTS, *NAMES, *(f"import:{text}.csv" for text in TEXTS)]:
        assert parsed([text])[0] in said


def check_jobs(page: Any, console: RunningServer) -> None:
    """A job's command, author, error, result and words."""
    page.goto(f"{console.url}/jobs")
    assert shown(page, "select[name=task] option") == sorted([TASK, *parsed(TASKS)])
    row = page.locator("tbody tr").text_content()
    assert all(text in row for text in parsed(TEXTS))
    page.locator("tbody a").click()
    page.wait_for_url("**/jobs/*")
    result, log = page.locator("pre").all_text_contents()
    assert json.loads(result).keys() == set(TEXTS)
    assert parsed([log]) == parsed(["\n".join(TEXTS)])
