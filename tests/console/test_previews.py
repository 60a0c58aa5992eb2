from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from headway.console.previews import preview_of
from headway.errors import DataError
from headway.sources.plan import Asked
from tests.sources.test_preview import SHEETS, workbook


def test_a_file_is_looked_at_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "-客服.csv"
    path.write_bytes("编号,内容,类别\n1,我要退款,退款\n2,快递没到,物流\n".encode("gb18030"))
    found = preview_of(path)
    assert found["files"][0]["encoding"] == "gb18030"
    assert (found["columns"], found["text"], found["label"]) == (["编号", "内容", "类别"], "内容", "类别")


def test_a_file_is_read_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("我要退款;退款\n快遞沒到;物流\n".encode("big5"))
    found = preview_of(path, Asked(encoding="big5", delimiter="semicolon", header=False))
    assert [row["values"] for row in found["files"][0]["rows"]] == [
        ["我要退款", "退款"],
        ["快遞沒到", "物流"],
    ]
    with pytest.raises(DataError, match=r"^a\.csv: The header in line 1 cannot be read.* is not UTF-8"):
        preview_of(path, Asked(encoding="utf-8"))


def test_a_sheet_of_any_name_is_read(tmp_path: Path) -> None:
    names = ("--header", '{"encoding"}', "客户 反馈; $(id) '")
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook({"说明": SHEETS["说明"]} | {name: [[name], ["好 的"]] for name in names}))
    for name in names:
        assert preview_of(path, Asked(sheet=name))["columns"] == [name]


def test_what_cannot_be_read_is_told_without_its_place(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.csv", b"0" * 101_000_000)
    path = tmp_path / "a.zip"
    path.write_bytes(bomb.getvalue())
    with pytest.raises(DataError, match="unpacks from") as refused:
        preview_of(path)
    assert refused.value.message.startswith("a.zip ")
    assert refused.value.next_step


def test_a_look_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text\nhello there\n")
    with pytest.raises(DataError, match="longer to look at"):
        preview_of(tmp_path / "a.csv", seconds=0.001)


def test_a_process_that_says_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text("text\nhello there\n")
    monkeypatch.setattr("sys.executable", "/bin/true")
    with pytest.raises(DataError, match=r"a\.csv cannot be looked at"):
        preview_of(tmp_path / "a.csv")


def test_a_module_beside_the_file_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('hacked')\n")
    (tmp_path / "a.csv").write_text("text,label\nhello there,a\n")
    assert preview_of(tmp_path / "a.csv")["text"] == "text"
