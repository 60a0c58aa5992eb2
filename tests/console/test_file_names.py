from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.console.file_names import LONGEST, checked_name
from headway.errors import UsageError


@pytest.mark.parametrize(
    "name",
    [
        "a.csv",
        "客服 反馈（十月）.xlsx",
        "客服　反馈.tsv",
        "-rf.csv",
        "--project.csv",
        ".csv",
        "a..b.csv",
        "<img src=x onerror=hacked()>.csv",
        "O'Brien & co.csv",
        "نص.csv",
        "语" * 83 + ".csv",
    ],
)
def test_a_name_that_is_safe_stays_as_it_is(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "empty"),
        (" ", "empty"),
        (".", "dots alone"),
        ("..", "dots alone"),
        ("../a.csv", "slash"),
        ("/etc/passwd", "slash"),
        ("..\\a.csv", "slash"),
        ("<b>a</b>.csv", "slash"),
        ("a\0.csv", "U+0000"),
        ("a\n.csv", "U+000A"),
        ("vsc.\u202etxt", "U+202E"),
        ("a\u200f.csv", "U+200F"),
        ("a\ud800.csv", "U+D800"),
        ("a\ufffd.csv", "U+FFFD"),
        ("a" * 296 + ".csv", "300 bytes"),
        ("语" * 84 + ".csv", "256 bytes"),
    ],
)
def test_a_name_that_is_not_is_refused_in_words(name: str, words: str) -> None:
    with pytest.raises(UsageError, match="cannot be used") as refused:
        checked_name(name)
    assert words in refused.value.message
    assert refused.value.message.isprintable()


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        checked_name("/\u202e" + "a" * 300)
    assert all(words in refused.value.message for words in ("slash", "U+202E", "bytes"))


@given(st.text(max_size=300))
def test_whatever_is_kept_is_one_name_in_a_folder(name: str) -> None:
    try:
        kept = checked_name(name)
    except UsageError:
        return
    assert "/" not in kept
    assert kept not in (".", "..")
    assert 0 < len(kept.encode()) <= LONGEST
