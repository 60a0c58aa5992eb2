from __future__ import annotations

import io
import os
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
    assert "".join(line.text for line in lines) == data.removeprefix(b"\xef\xbb\xbf").decode(
        "utf-8", "replace"
    )
    assert all(line.text.endswith("\n") for line in lines[:-1])


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
    assert first.problem == "the line is longer than 16,000,000 bytes"
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
