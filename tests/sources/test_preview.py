from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from headway.errors import DataError
from headway.sources.importer import import_file
from headway.sources.items import Columns
from headway.sources.plan import Asked
from headway.sources.preview import MOST_FILES, main, preview_files
from headway.store import Store
from headway.store.tasks import add_task
from tests.sources.conftest import Write

CHINESE = "编号,内容,类别\n1,我要退款,退款\n2,快递没到,物流\n"
SHEETS = {
    "说明": [["这张表是什么"], ["客服的反馈"]],
    "客户 反馈": [["内容", "类别"], ["我要退款", "退款"], ["快递没到", "物流"]],
}


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(out)
    return out.getvalue()


def test_a_file_is_shown_as_an_import_would_read_it(write: Write, store: Store) -> None:
    path = write("客服.csv", CHINESE.replace(",", ";").encode("gb18030"))
    found = preview_files(path)
    (file,) = found["files"]
    assert (file["source"], file["format"], file["encoding"], file["delimiter"]) == (
        "客服.csv",
        "csv",
        "gb18030",
        ";",
    )
    assert file["names"] == found["columns"] == ["编号", "内容", "类别"]
    assert file["rows"][0] == {"line": 2, "values": ["1", "我要退款", "退款"], "labels": ""}
    add_task(store, "意图", "text-classification")
    done = import_file(store, "意图", path, Columns(found["text"], found["label"]))
    assert (done.added, done.labels, done.source) == (2, 2, "客服.csv")
    assert file["notes"] == list(done.notes)


def test_where_two_columns_could_be_the_text_both_are_offered(write: Write) -> None:
    rows = "eins,zwei\nhow are you today,fine and how are you\nwhat is it,it is a thing\n"
    found = preview_files(write("a.csv", rows))
    assert (found["columns"], found["text"], found["label"]) == (["eins", "zwei"], None, None)


def test_a_row_that_cannot_be_used_says_why(write: Write) -> None:
    (file,) = preview_files(write("a.csv", "text,label\nhello there,a\nragged\n"))["files"]
    assert file["rows"][1]["line"] == 3
    assert "1 fields" in file["rows"][1]["reason"]


def test_labels_that_rows_bring_along_are_shown(write: Write) -> None:
    (file,) = preview_files(write("a.jsonl", '{"text":"我要退款","label":["退款","急"]}\n'))["files"]
    assert file["rows"][0]["labels"] == "退款, 急"


def test_long_and_strange_values_are_shortened_and_made_visible(write: Write) -> None:
    rows = [{"text": "a b " * 1_000, "n" * 300: "x", "bad\0": "\x1b[31m\u202e", "\ud800": "\ud801"}]
    found = preview_files(write("a.jsonl", "\n".join(map(json.dumps, rows))))
    assert found["columns"] == ["text"]
    (file,) = found["files"]
    assert max(map(len, (*file["names"], *file["rows"][0]["values"]))) == 201
    shown = json.dumps(file, ensure_ascii=False).encode("utf-8").decode()
    assert not {"\x1b", "\u202e", "\0"} & set(shown)


def test_of_an_archive_the_columns_that_all_files_have_are_offered(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "text,label,x\nhello there,a,1\n")
        archive.writestr("b.csv", "label,text\n退款,我要退款\n")
    found = preview_files(path)
    assert [file["source"] for file in found["files"]] == ["a.zip/a.csv", "a.zip/b.csv"]
    assert (found["columns"], found["text"], found["more"]) == (["text", "label"], "text", 0)
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(MOST_FILES + 2):
            archive.writestr(f"{n}.csv", "text\nhello there\n")
    found = preview_files(path)
    assert (len(found["files"]), found["more"]) == (MOST_FILES, 2)


@pytest.mark.parametrize(
    ("name", "content", "choices"),
    [
        ("a.csv", CHINESE, ["encoding", "delimiter", "header"]),
        ("a.txt", "我要退款\nwhere is my order\n", ["encoding"]),
        ("a.txt", "我要退款\ta\nwhere is it\tb\nand now\ta\n", ["encoding", "delimiter", "header"]),
        ("a.jsonl", '{"text":"我要退款"}\n', ["encoding"]),
        ("a.xlsx", workbook({"数据": SHEETS["客户 反馈"]}), ["header"]),
        ("a.xlsx", workbook(SHEETS), ["header", "sheet"]),
    ],
)
def test_only_what_makes_a_difference_to_a_file_can_be_chosen(
    write: Write, name: str, content: str | bytes, choices: list[str]
) -> None:
    assert preview_files(write(name, content))["choices"] == choices


def test_a_file_is_read_as_asked_and_an_import_reads_it_so(write: Write, store: Store) -> None:
    content = "我要退款;我的 a,b\n快遞沒到;你的 c,d\n".encode("big5")
    path = write("客服.csv", content)
    asked = Asked(encoding="big5", delimiter="semicolon", header=False)
    found = preview_files(path, asked)
    (file,) = found["files"]
    assert (file["encoding"], file["delimiter"], file["header"]) == ("big5", ";", False)
    assert found["columns"] == ["column_1", "column_2"]
    assert [row["values"] for row in file["rows"]] == [["我要退款", "我的 a,b"], ["快遞沒到", "你的 c,d"]]
    add_task(store, "意图", "text-classification")
    done = import_file(store, "意图", path, Columns("column_1"), asked=asked)
    assert done.added == 2
    assert preview_files(path, dataclasses.replace(asked, header=True))["columns"] == ["我要退款", "我的 a,b"]


def test_another_sheet_of_a_workbook_is_read(write: Write) -> None:
    path = write("a.xlsx", workbook(SHEETS))
    found = preview_files(path)
    assert found["sheets"] == ["说明", "客户 反馈"]
    assert (found["files"][0]["sheet"], found["columns"]) == ("说明", ["这张表是什么"])
    other = preview_files(path, Asked(sheet="客户 反馈"))
    assert (other["files"][0]["sheet"], other["columns"]) == ("客户 反馈", ["内容", "类别"])
    assert other["sheets"] == found["sheets"]
    with pytest.raises(DataError, match="no sheet '三'; it has '说明', '客户 反馈'"):
        preview_files(path, Asked(sheet="三"))


def test_of_many_workbooks_the_sheets_that_all_have_can_be_chosen(tmp_path: Path) -> None:
    def packed(*books: dict[str, list[list[str]]]) -> Path:
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number, book in enumerate(books):
                archive.writestr(f"{number}.xlsx", workbook(book))
            archive.writestr("c.csv", CHINESE)
        return path

    rows = SHEETS["客户 反馈"]
    path = packed({"说明": rows, "一": rows}, {"一": rows, "二": rows})
    found = preview_files(path)
    assert found["sheets"] == ["一"]
    assert [file["sheet"] for file in found["files"]] == ["说明", "一", None]
    chosen = preview_files(path, Asked(sheet="一"))
    assert [file["sheet"] for file in chosen["files"]] == ["一", "一", None]
    # Each with one sheet of its own: there is nothing to choose.
    assert preview_files(packed({"一": rows}, {"一": rows}))["sheets"] == []


def test_a_sheet_that_cannot_stand_in_a_command_is_not_offered(write: Write) -> None:
    content = workbook({"一": SHEETS["客户 反馈"], "二": [], "三": []})
    spoilt = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as read, zipfile.ZipFile(spoilt, "w") as archive:
        for name in read.namelist():
            long = "二".encode(), ("二" * 201).encode()
            archive.writestr(name, read.read(name).replace(*long))
    assert preview_files(write("a.xlsx", spoilt.getvalue()))["sheets"] == ["一", "三"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"encoding": "big5"}, "header in line 1 cannot be read: byte 0x.. at position .* is not BIG5"),
        ({"encoding": "utf-8"}, "is not UTF-8"),
        ({"encoding": "utf-16-le"}, "is not UTF-16-LE"),
    ],
)
def test_a_file_that_cannot_be_read_as_asked_is_refused(
    write: Write, asked: dict[str, Any], words: str
) -> None:
    path = write("a.csv", "编号,说明书里的内容,类别\n1,简体这样写,退款\n".encode("gb18030"))
    with pytest.raises(DataError, match=words):
        preview_files(path, Asked(**asked))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\0" * 5_000, "no row that can be read"),
        ("a.csv", b"1,2\n3,4\n5,6\n", "no column that holds words"),
        ("a.csv", b"text,label\n", "no row that can be read"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0", "a (PNG|JPEG) picture"),
        ("a.xlsx", b"PK\x03\x04\0\0\0", "zip"),
    ],
)
def test_what_holds_no_text_is_refused(write: Write, name: str, content: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        preview_files(write(name, content))


def test_the_process_prints_what_a_file_is_or_why_it_is_refused(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(write("a.csv", CHINESE))])
    assert json.loads(capsys.readouterr().out)["text"] == "内容"
    main([str(write("b.csv", ""))])
    refused = json.loads(capsys.readouterr().out)
    assert refused.keys() == {"error", "next_step"}
    assert "is empty" in refused["error"]
    main([str(write("c.docx", "x"))])
    assert "known are csv" in json.loads(capsys.readouterr().out)["error"]


def test_the_process_reads_a_file_as_asked(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write("a.xlsx", workbook({**SHEETS, "--header": [["text"], ["hello there"]]})))

    def columns(sheet: str) -> Sequence[str]:
        main([path, json.dumps(dataclasses.asdict(Asked(sheet=sheet)))])
        found: Sequence[str] = json.loads(capsys.readouterr().out)["columns"]
        return found

    assert columns("客户 反馈") == ["内容", "类别"]
    assert columns("--header") == ["text"]
