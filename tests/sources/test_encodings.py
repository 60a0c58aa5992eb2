from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.errors import UsageError
from headway.sources.encodings import ENCODINGS, find_encoding, preview, require_encoding
from headway.sources.rows import read_lines

CHINESE = "text,label\n我要退款，什么时候到账,退款\n快递还没到，已经三天了,物流\n发票开错了，能重开吗,发票\n"
TRADITIONAL = (
    "text,label\n我要退貨，請問什麼時候可以退款,退貨\n還沒有收到包裹，已經三天了,物流\n發票開錯了,發票\n"
)
FRENCH = "text,label\nJ'ai été débité deux fois,retrait\nOù est ma carte ? Je ne l'ai pas reçue,carte\n"
GERMAN = "text,label\nDie Lieferung war größer als erwartet,lieferung\nIch möchte mein Geld zurück,geld\n"


def of(data: bytes) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(data)


def readable(data: bytes, encoding: str) -> list[str]:
    return [line.text.strip() for line in read_lines(io.BytesIO(data), encoding) if line.problem is None]


@pytest.mark.parametrize(
    ("content", "encoding", "expected"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8"),
        (CHINESE, "gbk", "gb18030"),
        (CHINESE, "gb2312", "gb18030"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-16", "utf-16-le"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (CHINESE, "utf-16-be", "utf-16-be"),
        (CHINESE, "utf-32", "utf-32-le"),
        (TRADITIONAL, "utf-8", "utf-8"),
        (FRENCH, "utf-8", "utf-8"),
        (FRENCH, "cp1252", "cp1252"),
        (FRENCH, "latin-1", "cp1252"),
        (GERMAN, "cp1252", "cp1252"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        ("text,label\nplain,a\n", "ascii", "utf-8"),
        ("text,label\n“curly” – it’s 5 €,a\n", "cp1252", "cp1252"),
    ],
)
def test_a_file_is_read_as_it_was_written(content: str, encoding: str, expected: str) -> None:
    data = content.encode(encoding)
    found, _how = find_encoding(of(data))
    assert found == expected
    assert readable(data, found) == content.splitlines()


@pytest.mark.parametrize("encoding", ["big5", "gb18030"])
def test_traditional_chinese_in_either_encoding(encoding: str) -> None:
    data = (TRADITIONAL * 5).encode(encoding)
    found, how = find_encoding(of(data))
    assert readable(data, found) == (TRADITIONAL * 5).splitlines()
    assert how == "the most likely one"


@given(st.text(max_size=50))
def test_whatever_is_utf_8_is_read_as_utf_8(text: str) -> None:
    assert find_encoding(of(("退款" + text).encode()))[0] == "utf-8"


def test_zero_bytes_among_text_make_it_no_utf_16() -> None:
    data = "text,label\r\nhello 你好,a\r\n,退款\r\n;;\0;;;\0,退款\r\n\0\0,退款\r\n\n".encode()
    assert find_encoding(of(data)) == ("utf-8", "all of it")


@given(st.binary(max_size=200))
def test_any_bytes_have_an_encoding_that_reads_them(data: bytes) -> None:
    found, how = find_encoding(of(data))
    list(read_lines(io.BytesIO(data), found))
    assert how
    assert preview(of(data), found).isprintable()


def test_it_is_decided_by_the_whole_file_and_not_by_its_head() -> None:
    data = b"plain,a\n" * 300_000 + "我要退款,退款\n".encode("gb18030")
    assert find_encoding(of(data))[0] == "gb18030"
    assert find_encoding(of(b"plain,a\n" * 300_000 + "我要退款,退款\n".encode()))[0] == "utf-8"


def test_a_few_lines_in_another_encoding_do_not_turn_the_file_into_nonsense() -> None:
    utf_8, gbk = CHINESE.encode(), "退货,物流\n".encode("gbk")
    found, how = find_encoding(of(utf_8 * 20 + gbk))
    assert (found, how) == ("utf-8", "but for 6 places, whose lines go to quarantine")
    found, how = find_encoding(of(CHINESE.encode("gbk") * 20 + "退货吗,物流\n".encode()))
    assert (found, how) == ("gb18030", "it is not UTF-8, and reads like Chinese")


@pytest.mark.parametrize("share", [0.02, 0.2, 0.4, 0.6, 0.8, 0.98])
def test_of_two_encodings_no_line_is_read_as_nonsense(share: float) -> None:
    lines = [f"{number},我们退款吗{number}" for number in range(50)]
    first = lines[: int(50 * share)]
    data = "".join(f"{line}\n" for line in first).encode()
    data += "".join(f"{line}\n" for line in lines[len(first) :]).encode("gb18030")
    found, _how = find_encoding(of(data))
    read = readable(data, found)
    assert set(read) <= set(lines)
    assert len(read) >= 25


@pytest.mark.parametrize(("encoding", "expected"), [("utf-8", "utf-8"), ("gb18030", "gb18030")])
def test_a_file_cut_off_within_a_character(encoding: str, expected: str) -> None:
    assert find_encoding(of(CHINESE.strip().encode(encoding)[:-1]))[0] == expected


def test_a_nul_byte_does_not_make_a_file_utf_16() -> None:
    assert find_encoding(of(b"text,label\na\0b,1\n\0,2\n"))[0] == "utf-8"


def test_the_preview_is_the_first_line_with_more_than_ascii() -> None:
    data = b"text,label\nplain,a\n" + "我要  退款\x1b[31m,退款\n".encode()
    assert preview(of(data), "utf-8") == "我要 退款 [31m,退款"
    assert preview(of(b"\n\ntext\n"), "utf-8") == "text"
    assert preview(of("长".encode() * 100), "utf-8") == "长" * 60 + "…"


@pytest.mark.parametrize("name", ["utf-8", "GB18030", "cp1252", "latin-1", "big5", "utf_16"])
def test_the_name_of_an_encoding(name: str) -> None:
    assert require_encoding(name) == name


@pytest.mark.parametrize("name", ENCODINGS)
def test_those_that_are_offered_are_known(name: str) -> None:
    text = "text,label\nwhere is it,delivery\n"
    assert readable(text.encode(require_encoding(name)), name) == text.splitlines()


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "", "utf-8\0", "undefined"])
def test_what_is_no_encoding_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="no text encoding"):
        require_encoding(name)
