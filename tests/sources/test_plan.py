from __future__ import annotations

import gzip
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from headway.errors import DataError, UsageError
from headway.sources.items import Columns
from headway.sources.plan import Asked, Plan, check_files
from headway.sources.rows import BadRow, Row
from tests.sources.conftest import Write


def plan(path: Path, columns: Columns | None = None, **asked: object) -> Plan:
    (found,) = check_files([path], columns or Columns(), Asked(**asked))  # type: ignore[arg-type]
    return found


def said(found: Plan, words: str) -> bool:
    return any(words in note for note in found.notes)


def fields(found: Plan) -> list[dict[str, str]]:
    return [row.fields for row in found.rows() if isinstance(row, Row)]


def test_what_was_found_out_is_said(write: Write) -> None:
    found = plan(write("a.csv", "编号,内容,类别\n1,我要退款,退款\n2,快递没到,物流\n".encode("gbk")))
    assert found.columns == Columns("内容", "类别")
    assert found.reading.encoding == "gb18030"
    assert found.notes == (
        "Encoding gb18030 (it is not UTF-8, and reads like Chinese).",
        "Text: column '内容' (by its name).",
        "Label: column '类别' (by its name).",
    )


def test_a_tsv_that_is_called_csv_without_a_header_and_with_a_second_byte_order_mark(write: Write) -> None:
    content = "\ufeff1\t\ufeff怎么更改\t手机号\t1\r\n2\t也开不了\t真的吗\t0\r\n3\t为什么\t哪里\t0\r\n"
    found = plan(write("a.csv", content), Columns("column_2", "column_4"))
    assert (found.reading.delimiter, found.reading.header) == ("\t", False)
    assert fields(found)[0] == {
        "column_1": "1",
        "column_2": "怎么更改",
        "column_3": "手机号",
        "column_4": "1",
    }
    for words in ("by its byte order mark", "parted by tabs", "inside the first row", "has no header"):
        assert said(found, words)


def test_what_is_asked_for_is_not_found_out(write: Write) -> None:
    path = write("a.dat", "caf\xe9;1\nth\xe9;2\n".encode("latin-1"))
    found = plan(path, Columns("column_1"), format="csv", encoding="latin-1", delimiter=";", header=False)
    assert [row["column_1"] for row in fields(found)] == ["café", "thé"]
    forced = plan(path, Columns("café"), format="csv", encoding="latin-1", delimiter=";", header=True)
    assert fields(forced) == [{"café": "thé", "1": "2"}]


def test_a_column_that_is_named_settles_whether_there_is_a_header(write: Write) -> None:
    path = write("a.csv", "a,b\na,1\nb,2\n")
    assert plan(path, Columns("a")).reading.header
    assert not plan(path, Columns("column_1")).reading.header


def test_duplicate_and_missing_names_are_said(write: Write) -> None:
    found = plan(write("a.csv", "text,,text\nhello,1,b\nwhere is it,2,c\n"), Columns("text"))
    assert said(found, "'column_2', 'text (2)'")
    assert fields(found)[0] == {"text": "hello", "column_2": "1", "text (2)": "b"}


def test_a_label_is_only_guessed_where_nothing_was_named(write: Write) -> None:
    path = write("a.csv", "text,label\nhello you,a\nwhere is it,b\n")
    assert plan(path).columns == Columns("text", "label")
    assert plan(path, Columns("text")).columns == Columns("text")
    found = plan(write("b.csv", "text,category,intent\nhello,a,b\nwhere,a,b\n"))
    assert found.columns.label is None
    assert said(found, "'category', 'intent' might hold them")


def test_lines_of_text_with_their_labels(write: Write) -> None:
    path = write("reviews.train", "a@b.com is bad@negative\n很好@positive\n没有\n")
    found = plan(path, label_after="@")
    assert (found.format, found.columns) == ("txt", Columns("text", "label"))
    rows = list(found.rows())
    assert rows[0] == Row(1, {"text": "a@b.com is bad", "label": "negative"})
    assert isinstance(rows[2], BadRow)
    before = plan(write("sst.dev", "1 a stirring , funny film\n0 dull\n"), label_before=" ")
    assert fields(before)[0] == {"text": "a stirring , funny film", "label": "1"}


def test_a_text_file_of_rows_with_tabs_is_a_table(write: Write) -> None:
    found = plan(write("dev.txt", "体验2D巅峰\t8\n60年铁树\t5\n港股缩量\t2\n" * 9))
    assert (found.format, found.columns) == ("tsv", Columns("column_1"))
    assert said(found, "read as tsv")
    assert said(found, "'column_2' might hold them")
    assert plan(write("dev.txt", "a\tb\nc\td\ne\tf\n"), format="txt").format == "txt"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"encoding": "klingon"}, "no text encoding 'klingon'"),
        ({"delimiter": "::"}, "'::' cannot part"),
        ({"label_after": "@", "label_before": " "}, "exclude each other"),
        ({"label_after": ""}, "cannot be empty"),
        ({"label_before": " ", "format": "csv"}, "not for csv"),
        ({"format": "docx"}, "known are csv, tsv"),
    ],
)
def test_options_that_cannot_be_are_refused(write: Write, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        plan(write("a.csv", "text\nhello you\n"), **asked)


def test_each_file_of_an_archive_is_planned(tmp_path: Path, write: Write) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("train.csv", "text,label\n我要退款,a\nwhere is it,b\n".encode("gbk"))
        archive.writestr("文件/test.tsv", "text\tlabel\n我要退款\ta\n")
    plans = check_files([tmp_path / "a.zip"], Columns("text", "label"))
    assert [(one.source.name, one.format) for one in plans] == [
        ("a.zip/train.csv", "csv"),
        ("a.zip/文件/test.tsv", "tsv"),
    ]
    assert [fields(one)[0]["text"] for one in plans] == ["我要退款", "我要退款"]
    packed = write("b.csv.gz", gzip.compress(b"text\nhello you\n"))
    assert plan(packed).source.name == "b.csv"


def test_all_that_is_wrong_with_any_file_is_said_at_once(write: Write) -> None:
    ambiguous = write("a.csv", "q1,q2\nhow is it,where is it\nwhat is it,who is it\n")
    header_only = write("b.csv", "text,label\n")
    with pytest.raises(DataError) as caught:
        check_files([ambiguous, header_only], Columns())
    first, second = caught.value.message.splitlines()
    assert "'q1', 'q2' would do equally well" in first
    assert "b.csv holds no row that can be read" in second


def test_ten_thousand_columns_are_planned_quickly(write: Write) -> None:
    names = ",".join(f"c{number}" for number in range(9_999))
    row = ",".join(["3"] * 9_999)
    path = write("a.csv", f"{names},text\n" + f"{row},where is it\n" * 50)
    start = time.process_time()
    assert plan(path).columns.text == "text"
    with pytest.raises(DataError, match="and 9,980 more") as caught:
        plan(path, Columns("txt"))
    assert caught.value.next_step == "Did you mean 'text'?"
    assert time.process_time() - start < 20
