"""Sending files to the console: over HTTP, over a bare connection that is cut, and in a real browser."""

from __future__ import annotations

import io
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from headway.access.session_policy import COOKIE
from headway.access.users import add_user, begin_session, form_token
from headway.console import console_app
from headway.serving import RunningServer, start
from headway.settings import ConsoleSettings, Settings
from headway.store import Store
from headway.store.jobs import finish_job, get_job, list_jobs
from tests.annotated import import_texts
from tests.browsing import Browsed
from tests.console.conftest import URL, SignIn, sign_in_page
from tests.console.test_uploads import CONTENT, left

BYTES = {"Content-Type": "application/octet-stream"}
ATTACK = "<img src=x onerror=hacked()>.csv"


def send(client: TestClient, content: bytes | Iterator[bytes], name: str = "a.csv", **headers: str) -> Any:
    return client.post(f"/data/uploads?name={quote(name)}", content=content, headers={**BYTES, **headers})


def sent(client: TestClient, content: bytes = CONTENT, name: str = "a.csv") -> str:
    """The path of a file that was sent."""
    answer = send(client, content, name)
    assert answer.status_code == 201, answer.text
    return f"/data/uploads/{answer.json()['id']}"


@pytest.fixture
def lead(store: Store, sign_in: SignIn) -> TestClient:
    import_texts(store, ["一"])
    return sign_in("lead")


def refused(answer: Any, status: int) -> str:
    """What a problem document says."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


def test_a_file_is_shown_as_it_would_be_read(lead: TestClient) -> None:
    content = "编号,内容,类别\n1,我要退款,退款\n2,快递没到,物流\n".encode("gb18030")
    page = lead.get(sent(lead, content, "客服 反馈.csv")).text
    for words in ("客服 反馈.csv", "gb18030", "<code>,</code>", "我要退款", "快递没到"):
        assert words in page
    for chosen in ('value="内容" selected', 'value="类别" selected'):
        assert chosen in page
    assert "客服 反馈.csv" in lead.get("/data").text


def test_nothing_of_a_file_is_markup(lead: TestClient) -> None:
    content = b"<script>a()</script>,text\n<script>b()</script>,hello there\n"
    path = sent(lead, content, ATTACK)
    for page in (lead.get(path).text, lead.get("/data").text):
        assert "<img" not in page
        assert "&lt;img src=x onerror=hacked()&gt;.csv" in page
        assert "<script>" not in page


def test_an_import_is_asked_for_with_columns_of_the_file(lead: TestClient, store: Store) -> None:
    path = sent(lead, b"--help,--task,=\nhello there,greeting,2026-11-22\n", "-客服.csv")
    form = {"task": "intents", "text": "--help", "label": "--task", "time": "=", "split": "test"}
    answer = lead.post(f"{path}/import", json=form)
    assert answer.status_code == 202
    job = get_job(store, answer.json()["id"])
    file = store.folder.resolve() / "uploads" / path.rpartition("/")[2] / "file" / "-客服.csv"
    options = ("--text=--help", "--label=--task", "--time==", "--split=test", "--task", "intents")
    assert (job.command, job.author) == (("import", str(file), *options), "the lead")
    assert str(store.project.resolve()) not in lead.get(f"/jobs/{job.id}").text
    assert refused(lead.post(f"{path}/import", json=form), 409).startswith("-客服.csv is being imported")
    assert refused(lead.delete(path), 409)
    finish_job(store, job.id, "failed", error="no")
    assert f"/jobs/{job.id}" in lead.get(path).text
    assert lead.delete(path).status_code == 200
    assert left(store) == []


def test_nothing_else_is_asked_for(lead: TestClient, store: Store) -> None:
    path = sent(lead)
    forms: list[dict[str, Any]] = [
        {},
        {"text": ""},
        {"text": "words"},
        {"text": "text", "label": "intent"},
        {"text": "text", "id": "../id"},
        {"text": "text", "task": "nothing"},
        {"text": "text", "task": "--project"},
        {"text": "text", "split": "--format"},
        {"text": "text", "format": "csv"},
        {"text": ["text"]},
        {"text": "t" * 201},
    ]
    for form in forms:
        answer = lead.post(f"{path}/import", json={"task": "intents", **form})
        assert answer.status_code in (400, 422), form
    assert list_jobs(store) == []


def test_a_name_that_cannot_be_used_is_told(lead: TestClient, store: Store) -> None:
    names = ["../a.csv", "", "..", "a\0b.csv", "vsc.\u202etxt.csv", "a" * 300, "语" * 300, "<b>a</b>.csv"]
    for name in names:
        assert "name cannot be used" in refused(send(lead, CONTENT, name), 400), name
    assert left(store) == []


def test_a_file_without_a_name_is_refused(lead: TestClient, store: Store) -> None:
    for query, status in {"": 422, "?name=%FF.csv": 400, f"?name={'a' * 3_000}": 422}.items():
        refused(lead.post(f"/data/uploads{query}", content=CONTENT, headers=BYTES), status)
    assert left(store) == []


def test_what_is_no_file_is_refused(lead: TestClient, store: Store) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert "octet-stream" in refused(lead.post("/data/uploads?name=a.csv", content=b"", headers=headers), 415)
    assert left(store) == []


def workbook_bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(510):
                sheet.write(b" " * 1_000_000)
    return target.getvalue()


def test_what_cannot_be_read_is_told_and_leaves_nothing(lead: TestClient, store: Store) -> None:
    files = [
        (b"\x89PNG\r\n\x1a\n" + b"\0\1" * 999, "a.csv", "a.csv is a PNG picture."),
        (b"", "空.csv", "空.csv is empty."),
        (b"\0" * 9_999, "a.csv", "a.csv holds no row that can be read."),
        (workbook_bomb(), "a.xlsx", "unpacks to 510,000,"),
        (b"hello", "a.docx", "known are csv"),
        (b"PK\x03\x04" + b"\1" * 999, "a.xlsx", "zip"),
    ]
    for content, name, words in files:
        answer = send(lead, content, name)
        assert words in refused(answer, 422)
        assert str(store.project) not in answer.text
    assert left(store) == []


@pytest.fixture
def narrow(store: Store, lead: TestClient) -> TestClient:
    """A console that takes files of at most 10,000 bytes; the lead is signed in."""
    settings = Settings(console=ConsoleSettings(max_upload=10_000))
    client = TestClient(console_app(store, settings=settings), base_url=URL, headers=dict(lead.headers))
    client.cookies.set(COOKIE, lead.cookies[COOKIE])
    return client


def test_the_limit_holds_for_declared_and_for_chunked_files(narrow: TestClient, store: Store) -> None:
    fits = CONTENT + b"a long text,delivery\n" * 470
    assert send(narrow, fits).status_code == 201
    kept = left(store)
    for body in (fits * 2, iter([fits, fits])):
        assert "more than 10,000 bytes" in refused(send(narrow, body), 413)
    assert left(store) == kept


def test_other_routes_take_no_more_than_before(lead: TestClient) -> None:
    path = sent(lead)
    for answer in (
        lead.post(f"{path}/import", content=b" " * 2_000_001),
        lead.post(f"{path}/reading", content=b" " * 2_000_001),
        lead.post("/jobs", content=b" " * 2_000_001),
    ):
        assert "2,000,000" in refused(answer, 413)


@pytest.mark.parametrize("role", ["viewer", "annotator"])
def test_who_may_not_manage_data_sends_nothing(
    store: Store, sign_in: SignIn, role: str, lead: TestClient
) -> None:
    path, other = sent(lead), sign_in(role)
    kept = left(store)
    for answer in (
        send(other, CONTENT),
        other.get(path),
        other.post(f"{path}/import", json={"task": "intents", "text": "text"}),
        other.post(f"{path}/reading", json={"header": "no"}),
        other.delete(path),
    ):
        refused(answer, 403)
    assert left(store) == kept
    assert 'id="upload"' not in other.get("/data").text


def test_a_foreign_page_sends_nothing(lead: TestClient, store: Store) -> None:
    refused(send(lead, CONTENT, Origin="http://evil.example"), 403)
    refused(send(lead, CONTENT, **{"X-Headway-Form": "guessed"}), 403)
    assert left(store) == []
    path = sent(lead)
    for headers in ({"Origin": "http://evil.example"}, {"X-Headway-Form": "guessed"}):
        refused(lead.post(f"{path}/reading", json={"header": "no"}, headers=headers), 403)
    assert 'data-reading="[]"' in lead.get(path).text


def test_what_somebody_else_sent_is_not_there(lead: TestClient, sign_in: SignIn, store: Store) -> None:
    path, other = sent(lead), sign_in("admin")
    refused(other.get(path), 404)
    refused(other.post(f"{path}/import", json={"task": "intents", "text": "text"}), 404)
    refused(other.post(f"{path}/reading", json={"header": "no"}), 404)
    refused(other.delete(path), 404)
    assert 'data-reading="[]"' in lead.get(path).text
    assert "a.csv" not in other.get("/data").text
    assert lead.get(path).status_code == 200
    assert list_jobs(store) == []


def test_an_id_that_is_none_is_refused(lead: TestClient) -> None:
    for number in ("0" * 20, "%2e%2e", "%2e%2e%2fheadway.db", "..%5c..", "a" * 21, "A" * 20):
        for answer in (lead.get(f"/data/uploads/{number}"), lead.delete(f"/data/uploads/{number}")):
            assert answer.status_code in (404, 405, 422), number


def test_two_send_at_once(lead: TestClient, sign_in: SignIn, store: Store) -> None:
    other = sign_in("admin")
    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(sent, [lead, other]))
    assert [client.get(path).status_code for client, path in zip((lead, other), paths, strict=True)] == [
        200
    ] * 2
    assert len(left(store)) == 2


def until(there: Callable[[], bool]) -> None:
    while not there():
        time.sleep(0.02)


@pytest.fixture
def running(store: Store) -> Iterator[RunningServer]:
    import_texts(store, ["一"])
    server = start(console_app(store), 0)
    yield server
    server.stop()


def bare(running: RunningServer, store: Store, length: str, *body: bytes) -> socket.socket:
    """A connection on which a file of a declared length has begun to be sent."""
    user, _ = add_user(store, "Ann", "lead")
    _, secret = begin_session(store, user)
    host = running.url.removeprefix("http://")
    lines = [
        "POST /data/uploads?name=a.csv HTTP/1.1",
        f"Host: {host}",
        f"Origin: {running.url}",
        f"Cookie: {COOKIE}={secret}",
        f"X-Headway-Form: {form_token(secret)}",
        "Content-Type: application/octet-stream",
        length,
    ]
    connection = socket.create_connection((host.split(":")[0], int(host.split(":")[1])), timeout=60)
    connection.sendall("\r\n".join([*lines, "", ""]).encode() + b"".join(body))
    return connection


def test_what_is_too_large_is_told_before_any_of_it_is_sent(running: RunningServer, store: Store) -> None:
    with bare(running, store, "Content-Length: 60000000") as connection:
        assert connection.recv(4_096).startswith(b"HTTP/1.1 413 ")
    assert left(store) == []


@pytest.mark.parametrize("length", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_connection_that_is_cut_leaves_nothing(running: RunningServer, store: Store, length: str) -> None:
    chunk = b"%x\r\n%b\r\n" % (len(CONTENT), CONTENT) if "chunked" in length else CONTENT
    with bare(running, store, length, chunk):
        until(lambda: bool(left(store)))
    until(lambda: left(store) == [])


@pytest.mark.parametrize("length", ["Content-Length: many", "Content-Length: -1"])
def test_a_length_that_is_none_is_refused(running: RunningServer, store: Store, length: str) -> None:
    with bare(running, store, length, CONTENT) as connection:
        assert connection.recv(4_096).startswith(b"HTTP/1.1 400 ")
    assert left(store) == []


def press(place: Any, *keys: str) -> None:
    """Press keys one after the other, the first of them at a place of the page."""
    place.focus()
    for key in keys:
        place.page.keyboard.press(key)


def test_a_file_is_sent_and_imported_in_the_browser(
    running: RunningServer, store: Store, browsed: Browsed, tmp_path: Path
) -> None:
    file = tmp_path / "-客服 反馈.csv"
    file.write_bytes("问题,回答,类别\n我要退款,好的,退款\n快递没到,马上,物流\n,没有,物流\n".encode("gb18030"))
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    page = browsed.page
    sign_in_page(page, running, store, "lead")
    page.get_by_role("link", name="Data", exact=True).click()
    assert browsed.violations() == []
    page.get_by_label("Choose a file").set_input_files(picture)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_text("picture.csv is a PNG picture").wait_for()
    assert browsed.violations() == []
    page.get_by_label("Choose a file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    page.get_by_role("heading", name="-客服 反馈.csv").wait_for()
    press(page.get_by_text("Read it otherwise"), "Enter", "Tab", "ArrowDown", "Tab", "Tab", "Tab", "Enter")
    page.get_by_text("is not UTF-8").wait_for()
    assert page.locator(":focus").inner_text() == "Read it so"
    assert "--encoding" not in page.locator("#command").inner_text()
    press(page.get_by_label("Encoding"), "ArrowDown", "Tab", "Tab", "Tab", "Enter")
    page.locator("#command", has_text="--encoding=gb18030").wait_for()
    assert page.get_by_label("Encoding").input_value() == "gb18030"
    assert browsed.violations() == []
    page.locator('select[name="text"]').select_option("问题")
    shown = page.locator("#command").inner_text()
    options = "--encoding=gb18030 '--text=问题' '--label=类别' --task=intents"
    assert shown == f"headway import './-客服 反馈.csv' {options}"
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert browsed.violations() == []
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="-客服 反馈.csv").wait_for(timeout=60_000)
    page.get_by_role("cell", name="the text in column '问题' is empty").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert browsed.violations() == []
    until(lambda: left(store) == [])
    # The refused picture is the one message that is due.
    assert [text for text in browsed.messages if "422" not in text] == []
