from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.rows import BadRow, Reading, Row
from headway.sources.txt import read_txt


def read(content: str | bytes, **reading: Any) -> list[Row | BadRow]:
    data = content if isinstance(content, bytes) else content.encode()
    return list(read_txt(io.BytesIO(data), Reading(**reading)))


def test_each_line_that_is_not_blank_is_a_text() -> None:
    assert read("\ufeff我要退款\r\n\n  \n two words \n") == [
        Row(1, {"text": "我要退款"}),
        Row(4, {"text": " two words "}),
    ]


def test_a_label_stands_after_the_last_separator_or_before_the_first() -> None:
    assert read("mail me@home.cn@complaint\n", label_after="@") == [
        Row(1, {"text": "mail me@home.cn", "label": "complaint"})
    ]
    assert read("1 a stirring , funny film\n0 好\n", label_before=" ") == [
        Row(1, {"text": "a stirring , funny film", "label": "1"}),
        Row(2, {"text": "好", "label": "0"}),
    ]
    assert read("体验2D巅峰\t8\n", label_after="\t") == [Row(1, {"text": "体验2D巅峰", "label": "8"})]


def test_a_line_without_the_separator_is_told() -> None:
    (bad_row,) = read("no label\n", label_after="@")
    assert bad_row == BadRow(1, "no '@' parts the text from a label", "no label")


def test_a_line_that_cannot_be_decoded_is_told() -> None:
    first, second = read("退款\n".encode("gbk") + "退款\n".encode())
    assert isinstance(first, BadRow)
    assert second == Row(2, {"text": "退款"})
    assert read("退款\n".encode("gb18030"), encoding="gb18030") == [Row(1, {"text": "退款"})]


@given(st.lists(st.text(alphabet=st.sampled_from([*"a退@\t ", "😀"]), max_size=5)))
def test_every_line_is_a_row_or_blank(lines: list[str]) -> None:
    rows = read("\n".join(lines))
    assert [row.fields["text"] for row in rows if isinstance(row, Row)] == [
        line for line in lines if line.strip()
    ]


@pytest.mark.parametrize(
    ("name", "rows", "reading"),
    [
        ("raw_corpora/uer/CLUECorpusSmall_sampled.txt", 2_500, {}),
        ("raw_corpora/uer/news-commentary-v13-en-zh_sampled.txt", 1_000, {}),
        ("thucnews_titles_zh/dev.txt", 10_000, {"label_after": "\t"}),
        ("sst_en/stsa.binary.test", 1_821, {"label_before": " "}),
    ],
)
def test_real_files(shared: Path, name: str, rows: int, reading: dict[str, Any]) -> None:
    with (shared / "data" / name).open("rb") as file:
        found = list(read_txt(file, Reading(**reading)))
    assert sum(isinstance(row, Row) for row in found) == len(found) == rows
