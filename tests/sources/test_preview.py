from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from headway.errors import DataError
from headway.sources.importer import import_file
from headway.sources.items import Columns
from headway.sources.preview import MOST_FILES, main, preview_files
from headway.store import Store
from headway.store.tasks import add_task
from tests.sources.conftest import Write

CHINESE = "编号,内容,类别\n1,我要退款,退款\n2,快递没到,物流\n"


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
