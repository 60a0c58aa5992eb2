from __future__ import annotations

import io
from pathlib import Path

import pytest

from headway.errors import DataError, UsageError
from headway.project import Project
from headway.registry.artifacts import lay_out
from headway.workflow.predict import is_file_name, predict_lines, texts_of


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    content = io.BytesIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content, "ascii"))
    return content


def write(path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_every_text_gets_a_line_in_its_order(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.workflow.predict._CHUNK", 2)
    folder = lay_out(project.store, project.model("intents@2").artifact)
    texts = ["我要退款", "", "Where is my parcel?", "退", "还没到"]
    lines = list(predict_lines(folder, iter(texts)))
    assert [line["text"] for line in lines] == texts
    for line, prediction in zip(lines, project.predict(texts, "intents@2"), strict=True):
        assert line["label"] == prediction.label == next(iter(line["scores"]))
        assert line["score"] == pytest.approx(prediction.score, abs=1e-5)
        assert sum(line["scores"].values()) == pytest.approx(1, abs=1e-5)
    assert [len(line["scores"]) for line in predict_lines(folder, texts, top_k=3)] == [3] * 5


def test_stdin_is_utf_8_whatever_the_shell_says(stdin: io.BytesIO) -> None:
    stdin.write("\ufeff我要退款\r\n\nlast".encode())
    stdin.seek(0)
    assert list(texts_of("-", None, None)) == ["我要退款", "", "last"]


def test_a_line_of_stdin_that_is_not_utf_8_is_named(stdin: io.BytesIO) -> None:
    stdin.write(b"good\n" + "退款".encode("gbk") + b"\n")
    stdin.seek(0)
    with pytest.raises(DataError, match="stdin, line 2: byte 0xcd"):
        list(texts_of("-", None, None))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.csv", 'id,消息\n1,"我要\n退款"\n2,late parcel\n'),
        ("rows.tsv", 'id\t消息\n1\t"我要\n退款"\n2\tlate parcel\n'),
        ("rows.jsonl", '{"消息": "我要\\n退款"}\n{"消息": "late parcel", "id": 2}\n'),
    ],
)
def test_a_table_gives_the_texts_of_a_column(tmp_path: Path, name: str, content: str) -> None:
    file = write(tmp_path / name, content)
    assert list(texts_of(file, "消息", None)) == ["我要\n退款", "late parcel"]
    renamed = Path(file).rename(tmp_path / "rows.data")
    assert len(list(texts_of(str(renamed), "消息", name.split(".")[1]))) == 2


def test_a_text_file_gives_its_lines(tmp_path: Path) -> None:
    file = write(tmp_path / "texts.txt", "我要退款\r\nlate, parcel\n")
    assert list(texts_of(file, None, None)) == ["我要退款", "late, parcel"]
    assert list(texts_of(write(tmp_path / "texts.log", "a\nb"), None, "txt")) == ["a", "b"]


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.csv", 'text\ngood\n"never closed\n', "line 3: a quote opens"),
        ("a.csv", "text\n好的\n".encode() + b"\xcd\xcb\n", "line 3: byte 0xcd"),
        ("a.jsonl", '{"text": "a"}\nnot json\n', "line 2: not valid JSON"),
        ("a.jsonl", '{"text": "a"}\n\n{"other": "b"}\n', "line 3: there is no column 'text'"),
        ("a.jsonl", '{"text": "a"}\n{"text": "\\ud83d"}\n', "line 2: column 'text' is not valid Unicode"),
        ("a.txt", b"good\n\xff\n", "line 2: byte 0xff"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(
    tmp_path: Path, name: str, content: str | bytes, problem: str
) -> None:
    file = write(tmp_path / name, content)
    with pytest.raises(DataError, match=problem):
        list(texts_of(file, "text", None))


def test_a_table_needs_the_name_of_its_column(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "text\na\n")
    with pytest.raises(UsageError, match="Which column") as caught:
        texts_of(file, None, None)
    assert "--text COLUMN" in str(caught.value.next_step)
    with pytest.raises(DataError, match="no column 'message'"):
        texts_of(file, "message", None)


def test_a_file_of_unknown_kind_or_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'docx'"):
        texts_of(write(tmp_path / "a.docx", "x"), None, None)
    with pytest.raises(DataError, match="There is no file"):
        list(texts_of(str(tmp_path / "none.txt"), None, None))
    with pytest.raises(DataError, match="There is no file"):
        texts_of(str(tmp_path / "none.csv"), "text", None)


@pytest.mark.parametrize(
    ("word", "is_file"),
    [("-", True), ("there", True), ("missing.csv", True), ("missing.TXT", True)]
    + [(word, False) for word in ("intents", "intents@3", "意图@champion", "v1.2")],
)
def test_a_file_is_told_from_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, is_file: bool
) -> None:
    (tmp_path / "there").write_text("text")
    monkeypatch.chdir(tmp_path)
    assert is_file_name(word) is is_file
