"""Having a file that was sent read otherwise than it was found out, over HTTP."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pyarrow
import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet

from headway.store import Store
from headway.store.jobs import get_job
from tests.annotated import import_texts
from tests.console.conftest import SignIn
from tests.console.test_upload_routes import refused, sent
from tests.projects import call
from tests.sources.test_preview import SHEETS, workbook

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def lead(store: Store, sign_in: SignIn) -> TestClient:
    import_texts(store, ["一"])
    return sign_in("lead")


def offered(page: str) -> set[str]:
    """What the page offers to read a file otherwise."""
    form = re.search(r'<form id="reading".*?</form>', page, re.DOTALL)
    return set(re.findall(r'<select name="(\w+)"', form[0])) if form else set()


def reading_of(page: str) -> Any:
    """The options of the command on the page that say how the file is read."""
    (options,) = re.findall(r'data-reading="([^"]*)"', page)
    return json.loads(html.unescape(options))


def test_a_file_is_read_otherwise_and_imported_so(lead: TestClient, store: Store) -> None:
    content = "編號;文本,全文;標籤\n1;我要退貨,快;退貨\n2;快遞沒到,三天;物流\n".encode("big5")
    path = sent(lead, content, "客服.csv")
    assert offered(lead.get(path).text) == {"encoding", "delimiter", "header"}
    assert "<details>" in lead.get(path).text
    answer = lead.post(
        f"{path}/reading", json={"encoding": "big5", "delimiter": "semicolon", "header": "yes"}
    )
    assert (answer.status_code, answer.json()) == (200, {})
    page = lead.get(path).text
    for words in ("<details open>", "<code>;</code>", "<td>快遞沒到,三天</td>", "文本,全文"):
        assert words in page
    for chosen in ("big5", "semicolon", "yes"):
        assert f'value="{chosen}" selected' in page
    options = ["--encoding=big5", "--delimiter=semicolon", "--header"]
    assert reading_of(page) == options
    answer = lead.post(f"{path}/import", json={"task": "intents", "text": "文本,全文"})
    command = get_job(store, answer.json()["id"]).command
    assert command[2:] == (*options, "--text=文本,全文", "--task", "intents")


def test_another_sheet_of_a_workbook_is_shown_and_imported(lead: TestClient, store: Store) -> None:
    attack = "<b>--客户 '\"反馈"
    path = sent(lead, workbook({"说明": SHEETS["说明"], attack: SHEETS["客户 反馈"]}), "a.xlsx")
    page = lead.get(path).text
    assert offered(page) == {"header", "sheet"}
    assert "<bdi>说明</bdi>" in page
    assert lead.post(f"{path}/reading", json={"sheet": attack}).status_code == 200
    page = lead.get(path).text
    assert "快递没到" in page
    assert "<b>" not in page
    assert reading_of(page) == [f"--sheet={attack}"]
    answer = lead.post(f"{path}/import", json={"task": "intents", "text": "内容"})
    assert get_job(store, answer.json()["id"]).command[2] == f"--sheet={attack}"


def test_the_command_of_the_job_reads_the_file_so(
    lead: TestClient, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sent(lead, workbook(SHEETS), "a.xlsx")
    lead.post(f"{path}/reading", json={"sheet": "客户 反馈", "header": "no"})
    answer = lead.post(f"{path}/import", json={"task": "intents", "text": "column_1"})
    command = get_job(store, answer.json()["id"]).command
    (one,) = call(capsys, *command, "--project", str(store.project), "--json").json["imports"]
    assert (one["read"], one["added"]) == (3, 3)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", '{"text":"我要退款"}\n'.encode(), {"encoding"}),
        ("a.parquet", None, set()),
    ],
)
def test_what_cannot_be_chosen_is_not_offered(
    lead: TestClient, name: str, content: bytes | None, words: set[str]
) -> None:
    if content is None:
        out = io.BytesIO()
        parquet.write_table(pyarrow.table({"text": ["我要退款", "where is it"]}), out)
        content = out.getvalue()
    page = lead.get(sent(lead, content, name)).text
    assert offered(page) == words
    assert ("<details" in page) == bool(words)


def without_nonce(page: str) -> str:
    return re.sub(r'nonce="[^"]*"', "", page)


def test_a_file_is_not_read_as_it_cannot_be(lead: TestClient, store: Store) -> None:
    content = "编号,内容,类别\n1,我要退款,退款\n2,快递没到,物流\n".encode("gb18030")
    table, book = sent(lead, content), sent(lead, workbook(SHEETS), "a.xlsx")
    before = [without_nonce(lead.get(path).text) for path in (table, book)]
    refusals = [
        (table, {"encoding": "utf-8"}, 422, "a.csv: The header in line 1 cannot be read"),
        (table, {"sheet": "说明"}, 400, "a.csv has no sheet to choose."),
        (book, {"sheet": "三"}, 400, "a.xlsx has no sheet '三'."),
        (book, {"sheet": "\0"}, 400, "a.xlsx has no sheet"),
        (book, {"delimiter": "tab", "encoding": "utf-8"}, 400, "no encoding and no delimiter to choose"),
    ]
    for path, form, status, words in refusals:
        answer = lead.post(f"{path}/reading", json=form)
        assert words in refused(answer, status), form
        assert answer.json()["next_step"]
        assert str(store.project) not in answer.text
    unknown: list[dict[str, Any]] = [
        {"encoding": "base64"},
        {"encoding": "--project=/"},
        {"delimiter": ";"},
        {"header": True},
        {"sheet": "一" * 201},
        {"sheet": "\ud800"},
        {"format": "txt"},
    ]
    for form in unknown:
        body = json.dumps(form)
        refused(lead.post(f"{table}/reading", content=body, headers=JSON), 422)
    assert [without_nonce(lead.get(path).text) for path in (table, book)] == before


def test_a_file_that_is_imported_is_not_read_otherwise(lead: TestClient, store: Store) -> None:
    path = sent(lead)
    asked = lead.post(f"{path}/import", json={"task": "intents", "text": "text"}).json()["id"]
    assert "a.csv is being imported" in refused(lead.post(f"{path}/reading", json={"header": "no"}), 409)
    assert "--no-header" not in get_job(store, asked).command
    assert reading_of(lead.get(path).text) == []


def test_how_a_file_is_read_is_chosen_in_both_languages(lead: TestClient) -> None:
    path = sent(lead, workbook(SHEETS), "a.xlsx")
    for language, words in {
        "en": ("Read it otherwise", "The first row names the columns", "found out", "the first"),
        "zh": ("换一种方式读取", "第一行是列名", "自动判断", "第一个"),
    }.items():
        page = lead.get(path, headers={"Accept-Language": language}).text
        assert all(one in page for one in words)
