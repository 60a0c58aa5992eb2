from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import DataError, MachineError
from headway.sources.rows import LONGEST_LINE, bad, open_file, read_lines


@given(st.binary(max_size=100))
def test_every_byte_is_in_some_line(data: bytes) -> None:
    lines = list(read_lines(io.BytesIO(data)))
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    text = "".join(line.text for line in lines)
    whole = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")
    # A broken sequence of several bytes is one U+FFFD there, and one for each byte here.
    assert re.sub("\ufffd+", "\ufffd", text) == re.sub("\ufffd+", "\ufffd", whole)
    end = "\n" if b"\n" in data else "\r"
    assert all(line.text.endswith(end) for line in lines[:-1])


def test_a_byte_order_mark_and_line_ends() -> None:
    lines = list(read_lines(io.BytesIO("\ufeff标题\r\n\nend".encode())))
    assert [(line.number, line.text) for line in lines] == [(1, "标题\r\n"), (2, "\n"), (3, "end")]


def test_a_line_that_is_not_utf8_is_told_and_the_next_is_read() -> None:
    first, second = read_lines(io.BytesIO("退款,a\n".encode("gbk") + "退款,a\n".encode()))
    assert first.problem == "byte 0xcd at position 1 of the line is not UTF-8"
    assert (second.number, second.text, second.problem) == (2, "退款,a\n", None)


def test_a_line_that_is_too_long_is_left_out_and_the_next_is_read() -> None:
    data = b"x" * (2 * LONGEST_LINE + 5) + b"\nnext\n"
    first, second = read_lines(io.BytesIO(data))
    assert first.problem == "the line is longer than 16,000,000 characters"
    assert len(first.text) == 2_000
    assert (second.number, second.text) == (2, "next\n")


def test_a_bad_row_keeps_what_one_needs_to_recognise_it() -> None:
    assert bad(3, "why", "短").raw == "短"
    assert bad(3, "why", "x" * 5_000).raw == "x" * 2_000 + "…"


def test_files_that_cannot_be_used_are_refused_with_their_name(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "folder.csv").mkdir()
    for name, reason in (("empty.csv", "is empty"), ("folder.csv", "is a folder"), ("no.csv", "no file")):
        with pytest.raises(DataError, match=reason) as caught:
            open_file(tmp_path / name)
        assert str(tmp_path / name) in caught.value.message
        assert caught.value.next_step
    with pytest.raises(MachineError, match="File name too long"):
        open_file(tmp_path / ("x" * 300))


def test_a_pipe_is_refused_for_it_cannot_be_read_twice(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(DataError, match="is a pipe or a device"):
        open_file(tmp_path / "pipe.csv")


def test_a_file_is_opened_at_its_beginning(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text\n")
    with open_file(tmp_path / "a.csv") as file:
        assert file.read() == b"text\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "gb18030", "big5", "cp1252"])
def test_lines_of_any_encoding(encoding: str) -> None:
    texts = ["café", "x" * 9_000] if encoding == "cp1252" else ["中文", "台北" * 9_000]
    data = "\n".join(texts).encode(encoding)
    assert [line.text.rstrip("\n") for line in read_lines(io.BytesIO(data), encoding)] == texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-be"])
def test_the_byte_order_mark_of_any_encoding_is_left_out(encoding: str) -> None:
    data = "\ufeff标题\nend".encode(encoding)
    assert [line.text for line in read_lines(io.BytesIO(data), encoding)] == ["标题\n", "end"]


def test_half_a_character_of_utf_16_is_told() -> None:
    data = "好\n坏".encode("utf-16-le")[:-1]
    first, second = read_lines(io.BytesIO(data), "utf-16-le")
    assert (first.text, first.problem) == ("好\n", None)
    assert second.problem == "byte 0x4f at position 1 of the line is not UTF-16-LE"


def test_a_line_of_utf_8_in_a_file_of_gb18030_is_told() -> None:
    data = "退款\n".encode("gb18030") + "我们\n".encode() + b"ASCII\n"
    lines = list(read_lines(io.BytesIO(data), "gb18030"))
    assert [line.problem for line in lines] == [None, "the line is UTF-8 in a file that is GB18030", None]


def test_lines_of_an_old_mac_end_with_cr() -> None:
    assert [line.text for line in read_lines(io.BytesIO(b"a\r\rb\rc"))] == ["a\r", "\r", "b\r", "c"]
    assert [line.text for line in read_lines(io.BytesIO(b"a\rb\nc"))] == ["a\rb\n", "c"]


def test_the_file_stays_open_when_its_lines_are_left() -> None:
    file = io.BytesIO(b"a\nb\n")
    lines = read_lines(file)
    next(lines)
    del lines
    assert not file.closed


def test_files_put_together_keep_none_of_their_byte_order_marks() -> None:
    content = "\ufefftext\n退款\n\ufefftext\nrefund \ufeff here\n".encode()
    lines = [line.text for line in read_lines(io.BytesIO(content))]
    assert lines == ["text\n", "退款\n", "text\n", "refund \ufeff here\n"]
