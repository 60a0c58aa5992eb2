"""The labelling page in a real browser."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from headway.annotation.filling import fill_queue
from headway.annotation.labels import set_guideline, set_labels
from headway.console import console_app
from headway.datasets.labelled import agreed_labels, given_by_people
from headway.serving import RunningServer, start
from headway.store import Store
from headway.store.answers import all_answers
from headway.store.tasks import add_task
from tests.annotated import TASK, annotate, import_texts
from tests.browsing import Browsed
from tests.console.conftest import PASSWORD, Enter, choose_password_on_page, sign_in_page

LABELS = ["退款", "delivery", "other"]
TEXTS = [f"第 {n} 条 message" for n in range(30)]


@pytest.fixture
def console(store: Store) -> Iterator[RunningServer]:
    import_texts(store, TEXTS)
    running = start(console_app(store), 0)
    yield running
    running.stop()


def begin(browsed: Browsed, console: RunningServer, store: Store, enter: Enter = sign_in_page) -> Any:
    """The labelling page with its first text."""
    set_labels(store, TASK, LABELS)
    fill_queue(store, TASK)
    enter(browsed.page, console, store, "annotator")
    browsed.page.goto(f"{console.url}/annotate")
    shows(browsed.page, TEXTS[0])
    return browsed.page


def shows(page: Any, text: str) -> None:
    page.locator("#text").get_by_text(text, exact=True).wait_for()


def all_is_saved(page: Any) -> None:
    page.locator("#saved").get_by_text("All saved").wait_for()


def said(store: Store) -> dict[str, str]:
    """Text → the label that counts."""
    given, texts = given_by_people(store, TASK, store.now())
    return {texts[record]: labels["李雷"] for record, labels in given.items()}


def test_the_lead_sets_it_up_and_labels_by_keyboard(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = browsed.page
    sign_in_page(page, console, store, "lead")
    page.get_by_role("link", name="Annotate").click()
    page.get_by_role("link", name="Set up labelling").click()
    page.get_by_label("Labels, one a line").fill("退款\n\n delivery \nother")
    page.get_by_label("Guidelines").fill("退款：要钱回来。")
    page.get_by_role("button", name="Save, and queue").click()
    shows(page, TEXTS[0])
    for key, following in (("1", 1), ("2", 2), ("Space", 3), ("3", 4)):
        page.keyboard.press(key)
        shows(page, TEXTS[following])
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "退款", TEXTS[1]: "delivery", TEXTS[3]: "other"}
    page.keyboard.press("g")
    page.get_by_text("退款：要钱回来。").wait_for()
    page.keyboard.press("Escape")
    assert browsed.messages == []


def test_undo_goes_back_over_a_reload_and_redo_forward(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    for key in "12":
        page.keyboard.press(key)
    all_is_saved(page)
    page.reload()
    shows(page, TEXTS[2])
    page.keyboard.press("z")
    shows(page, TEXTS[1])
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "退款"}
    page.keyboard.press("z")
    shows(page, TEXTS[0])
    page.keyboard.press("Shift+Z")
    shows(page, TEXTS[1])
    page.keyboard.press("3")
    shows(page, TEXTS[2])
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "退款", TEXTS[1]: "other"}


def test_what_is_pressed_while_an_input_method_composes_is_no_answer(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    for event in ({"key": "1", "isComposing": True}, {"key": "1", "keyCode": 229}, {"key": "Process"}):
        page.evaluate(
            "init => document.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, ...init}))", event
        )
    page.keyboard.press("2")
    shows(page, TEXTS[1])
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "delivery"}


def test_a_minute_without_a_connection_loses_nothing(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    page.context.set_offline(True)
    for place in range(8):
        page.keyboard.press("1")
        shows(page, TEXTS[place + 1])
    page.get_by_text("8 not saved yet").wait_for()
    assert said(store) == {}
    # Even a browser that is closed meanwhile keeps them.
    page.context.set_offline(False)
    page.reload()
    all_is_saved(page)
    assert said(store) == dict.fromkeys(TEXTS[:8], "退款")
    with store.reading() as connection:
        assert len(all_answers(connection, TASK)) == 8


def test_an_answer_whose_receipt_was_lost_counts_once(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    lost: list[int] = []

    def lose(route: Any) -> None:
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/answers", lose)
    page.keyboard.press("1")
    page.get_by_text("1 not saved yet").wait_for()
    assert lost == [200]
    all_is_saved(page)
    with store.reading() as connection:
        assert len(all_answers(connection, TASK)) == 1


def test_what_waits_for_one_task_is_not_sent_to_another(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    second = f"{TASK}.v2"
    add_task(store, second, "text-classification")
    set_labels(store, second, LABELS)
    fill_queue(store, second)
    page.route(f"**/{second}/answers", lambda route: route.abort())
    page.goto(f"{console.url}/annotate/{second}")
    shows(page, TEXTS[0])
    page.keyboard.press("1")
    page.get_by_text("1 not saved yet").wait_for()
    page.goto(f"{console.url}/annotate/{TASK}")
    shows(page, TEXTS[0])
    page.keyboard.press("2")
    shows(page, TEXTS[1])
    all_is_saved(page)
    page.unroute(f"**/{second}/answers")
    page.goto(f"{console.url}/annotate/{second}")
    all_is_saved(page)
    with store.reading() as connection:
        kept = [[answer.label for answer in all_answers(connection, task)] for task in (TASK, second)]
    assert kept == [["delivery"], ["退款"]]


def test_what_is_answered_while_texts_are_on_their_way_is_not_shown_again(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    late: list[tuple[Any, Any]] = []

    def delay(route: Any) -> None:
        if late:
            route.continue_()
        else:
            late.append((route, route.fetch()))

    page.route("**/items", delay)
    for place in range(14):
        page.keyboard.press("1")
        shows(page, TEXTS[place + 1])
    all_is_saved(page)
    ((route, response),) = late
    with page.expect_response("**/items"):
        route.fulfill(response=response)
    for place in range(14, 29):
        page.keyboard.press("1")
        shows(page, TEXTS[place + 1])
    page.keyboard.press("1")
    page.locator("#empty").get_by_text("nothing to label").wait_for()
    all_is_saved(page)
    with store.reading() as connection:
        assert {answer.version for answer in all_answers(connection, TASK)} == {1}
    assert said(store) == dict.fromkeys(TEXTS, "退款")


@pytest.mark.parametrize(
    ("language", "words", "saved"),
    [
        ("en", "kept as a draft; reload the page. It says: delivery · 查 $& 一下", "All saved"),
        ("zh", "已存为草稿，请刷新页面。 草稿内容：delivery · 查 $& 一下", "已全部保存"),
    ],
)
def test_a_draft_is_shown_with_its_label_and_comment(
    console: RunningServer, store: Store, browsed: Browsed, language: str, words: str, saved: str
) -> None:
    cookie = {"name": "headway_language", "value": language, "url": console.url}
    browsed.page.context.add_cookies([cookie])
    page = begin(browsed, console, store)
    set_labels(store, TASK, ["退款", "other"])
    page.keyboard.press("c")
    page.keyboard.type("查 $& 一下")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.locator("#notice").get_by_text(words).wait_for()
    page.keyboard.press("1")
    shows(page, TEXTS[2])
    page.locator("#saved").get_by_text(saved).wait_for()
    assert said(store) == {TEXTS[1]: "退款"}


def test_who_is_signed_out_signs_in_again_and_goes_on(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store, choose_password_on_page)
    cookies = [one for one in page.context.cookies() if one["name"] != "headway_session"]
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    page.keyboard.press("1")
    page.get_by_text("1 not saved yet: you were signed out").wait_for()
    page.get_by_role("link", name="Sign in").click()
    page.get_by_label("Name").fill("李雷")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/annotate/{TASK}")
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "退款"}


def test_a_comment_and_a_flag_stay_with_the_answer(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    before = time.monotonic()
    page = begin(browsed, console, store)
    page.keyboard.press("f")
    page.keyboard.press("c")
    page.keyboard.type("一 bit unsure 1 2 3")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("2")
    all_is_saved(page)
    with store.reading() as connection:
        (answer,) = all_answers(connection, TASK)
    assert (answer.label, answer.comment, answer.flagged) == ("delivery", "一 bit unsure 1 2 3", True)
    # More would be another unit than seconds.
    assert 0 < answer.seconds <= time.monotonic() - before


def test_a_label_is_found_by_typing(console: RunningServer, store: Store, browsed: Browsed) -> None:
    page = begin(browsed, console, store)
    page.keyboard.press("/")
    page.keyboard.type("Deli")
    assert page.locator("#labels button:visible").count() == 1
    page.keyboard.press("Enter")
    shows(page, TEXTS[1])
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "delivery"}


def test_keys_can_be_changed_and_switched_off(console: RunningServer, store: Store, browsed: Browsed) -> None:
    page = begin(browsed, console, store)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Skip").press("x")
    dialog.get_by_label("Undo").press("x")
    dialog.get_by_text("x is the key of “Skip” already.").wait_for()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("x")
    shows(page, TEXTS[1])
    page.reload()
    shows(page, TEXTS[1])
    page.keyboard.press("?")
    dialog.get_by_label("As in").select_option("prodigy")
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("1")
    shows(page, TEXTS[1])
    page.keyboard.press("a")
    shows(page, TEXTS[2])
    page.keyboard.press("Backspace")
    shows(page, TEXTS[1])
    page.keyboard.press("?")
    dialog.get_by_label("Label by keys").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("a")
    page.get_by_role("button", name="other").click()
    page.get_by_role("button", name="Accept").click()
    shows(page, TEXTS[2])
    all_is_saved(page)
    assert said(store) == {TEXTS[1]: "other"}


def test_a_focused_button_is_pressed_by_the_space_bar(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = begin(browsed, console, store)
    page.get_by_role("button", name="delivery").focus()
    page.keyboard.press("Space")
    shows(page, TEXTS[1])
    all_is_saved(page)
    assert said(store) == {TEXTS[0]: "delivery"}


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
def test_the_pages_are_accessible(
    console: RunningServer, store: Store, browsed: Browsed, language: str, theme: str
) -> None:
    page = browsed.page
    cookies = {"headway_language": language, "headway_theme": theme}
    page.context.add_cookies(
        [{"name": name, "value": value, "url": console.url} for name, value in cookies.items()]
    )
    sign_in_page(page, console, store, "lead")
    for path in (f"/annotate/{TASK}", f"/annotate/{TASK}/set-up"):
        page.goto(console.url + path)
        assert browsed.violations() == []
    set_labels(store, TASK, LABELS)
    set_guideline(store, TASK, "退款：要钱回来。", "李雷")
    fill_queue(store, TASK)
    page.goto(f"{console.url}/annotate/{TASK}")
    shows(page, TEXTS[0])
    assert browsed.violations() == []
    for key in "?gc":
        page.keyboard.press(key)
        assert browsed.violations() == []
        page.keyboard.press("Escape")


def test_a_phone_shows_all_of_it(console: RunningServer, store: Store, browsed: Browsed) -> None:
    browsed.page.set_viewport_size({"width": 360, "height": 640})
    page = begin(browsed, console, store)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_reviewer_decides_and_takes_it_back(console: RunningServer, store: Store, browsed: Browsed) -> None:
    page = browsed.page
    set_labels(store, TASK, LABELS)
    fill_queue(store, TASK)
    annotate(store, TEXTS[0], [("Ann", "退款"), ("Bob", "other")])
    sign_in_page(page, console, store, "lead")
    page.goto(f"{console.url}/annotate/{TASK}")
    page.get_by_role("link", name="Review").click()
    page.get_by_text(TEXTS[0], exact=True).wait_for()
    assert browsed.violations() == []
    page.goto(f"{console.url}/annotate/{TASK}/quality")
    page.get_by_text("What they say of which label: Bob").click()
    assert browsed.violations() == []
    page.go_back()
    button = page.get_by_role("button", name="delivery")
    for pressed, label in (("true", "delivery"), ("false", "other")):
        button.click()
        page.locator(f"button[data-label=delivery][aria-pressed={pressed}]").wait_for()
        ((_, found),) = agreed_labels(store, TASK, store.now())
        assert found == label


def test_a_reviewer_who_is_faster_than_the_console_decides_once_after_the_other(
    console: RunningServer, store: Store, browsed: Browsed
) -> None:
    page = browsed.page
    set_labels(store, TASK, LABELS)
    fill_queue(store, TASK)
    annotate(store, TEXTS[0], [("Ann", "退款"), ("Bob", "other")])
    sign_in_page(page, console, store, "lead")
    page.goto(f"{console.url}/annotate/{TASK}/review")
    first, second = (page.get_by_role("button", name=label) for label in ("delivery", "退款"))
    disabled: list[bool] = []

    def look(route: Any) -> None:
        disabled.append(second.is_disabled())
        page.locator("button:focus").wait_for(state="detached")
        route.continue_()

    page.route("**/decisions", look, times=1)
    first.press("Enter")
    page.locator("button[data-label=delivery][aria-pressed=true]").wait_for()
    assert disabled == [True]
    assert first.evaluate("button => button === document.activeElement")
    second.click()
    page.locator("button[data-label=退款][aria-pressed=true]").wait_for()
    ((_, found),) = agreed_labels(store, TASK, store.now())
    assert found == "退款"
    assert page.locator("#notice").inner_text() == ""


def test_suggestions_are_shown_to_who_wants_them_and_kept_with_the_answer(
    store: Store, browsed: Browsed, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from headway.annotation.assistant import open_assistant
    from headway.annotation.encoding import prepare
    from headway.settings import AnnotationSettings
    from headway.store.writer import GroupWriter
    from tests.projects import tiny_base

    import_texts(store, TEXTS)
    set_labels(store, TASK, LABELS)
    fill_queue(store, TASK)
    prepare(store, TASK, str(tiny_base(tmp_path_factory.getbasetemp())), "fp32")
    writer = GroupWriter(store)
    assistant = open_assistant(store, writer, TASK, AnnotationSettings())
    assert assistant is not None
    assistant.refresh()
    running = start(console_app(store), 0)
    try:
        page = browsed.page
        sign_in_page(page, running, store, "annotator")
        page.goto(f"{running.url}/annotate/{TASK}")
        page.locator("#text:not(:empty)").wait_for()
        box = page.get_by_label("Show suggestions")
        while not box.count():
            page.reload()
            page.locator("#text:not(:empty)").wait_for()
        assert page.locator("#suggestions:visible").count() == 0
        page.keyboard.press("1")
        all_is_saved(page)
        box.check()
        # A text that measures the learner shows none: then the next one does.
        while not page.locator("#suggestions:visible").count():
            page.keyboard.press("Space")
        assert browsed.violations() == []
        said_first = page.locator("#suggestions").inner_text().removeprefix("Suggested: ")
        page.locator("#text").focus()
        page.keyboard.press("Enter")
        all_is_saved(page)
    finally:
        running.stop()
        writer.close()
    with store.reading() as connection:
        labels = [answer for answer in all_answers(connection, TASK) if answer.action == "label"]
    assert labels[0].shown == {"suggestions": []}
    shown = labels[-1].shown["suggestions"]
    assert len(shown) == 3
    assert labels[-1].label == shown[0]["label"]
    assert said_first.startswith(shown[0]["label"])
