from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart

from headway.errors import DataError
from headway.sources.rows import BadRow, Reading, Row
from headway.sources.xlsx import list_sheets, read_xlsx


def saved(fill: Callable[[Any], object]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    fill(book)
    book.save(out)
    return out.getvalue()


def read(data: bytes, **reading: Any) -> list[Row | BadRow]:
    return list(read_xlsx(io.BytesIO(data), Reading(**reading)))


def sheet_of(*rows: list[Any]) -> bytes:
    return saved(lambda book: [book.active.append(row) for row in rows])


def test_the_header_is_the_first_filled_row_and_rows_keep_their_numbers() -> None:
    data = sheet_of([], [], [" 文本 ", "label"], ["我要退款", "refund"], [], ["Where?", "delivery"])
    assert read(data) == [
        Row(4, {"文本": "我要退款", "label": "refund"}),
        Row(6, {"文本": "Where?", "label": "delivery"}),
    ]


def test_values_are_what_a_spreadsheet_would_save() -> None:
    values = {
        2.0: "2",
        -3: "-3",
        0.5: "0.5",
        1e20: "1e+20",
        True: "true",
        "00123": "00123",
        date(2024, 1, 2): "2024-01-02",
        datetime(2024, 1, 2, 3, 4, 5): "2024-01-02T03:04:05",
        time(1, 2, 3): "01:02:03",
        timedelta(hours=30): "30:00:00",
        " 退款 ": " 退款 ",
        "+86 10": "+86 10",
    }
    names = [f"c{place}" for place in range(len(values))]
    (row,) = read(sheet_of(names, list(values)))
    assert isinstance(row, Row)
    assert list(row.fields.values()) == list(values.values())


def test_cells_that_look_like_formulas_stay_text_and_formulas_never_calculated_are_empty() -> None:
    def fill(book: Any) -> None:
        book.active.append(["text", "formula"])
        book.active.append(["=HYPERLINK(1)", "=1+1"])
        book.active["A2"].data_type = "s"
        book.active.append(["@cmd", "-2+3"])

    assert [row.fields for row in read(saved(fill)) if isinstance(row, Row)] == [
        {"text": "=HYPERLINK(1)", "formula": ""},
        {"text": "@cmd", "formula": "-2+3"},
    ]


def test_of_merged_cells_the_first_has_the_value() -> None:
    def fill(book: Any) -> None:
        for row in (["text", "label"], ["two rows", "a"], [None, "b"]):
            book.active.append(row)
        book.active.merge_cells("A2:A3")

    assert read(saved(fill)) == [
        Row(2, {"text": "two rows", "label": "a"}),
        Row(3, {"text": "", "label": "b"}),
    ]


def test_a_column_without_a_name_is_named_by_its_place() -> None:
    assert read(sheet_of([None, "text", None], [0, "退款", "x"])) == [
        Row(2, {"column_1": "0", "text": "退款", "column_3": "x"})
    ]
    assert read(sheet_of(["a", "b"]), header=False) == [Row(1, {"column_1": "a", "column_2": "b"})]


def test_the_sheet_is_the_one_named_or_the_first_that_is_not_hidden() -> None:
    def fill(book: Any) -> None:
        book.active.append(["hidden"])
        book.active.sheet_state = "hidden"
        for name in ("第一", "second"):
            sheet = book.create_sheet(name)
            sheet.append(["text"])
            sheet.append([name])

    data = saved(fill)
    assert read(data) == [Row(2, {"text": "第一"})]
    assert read(data, sheet="second") == [Row(2, {"text": "second"})]
    with pytest.raises(DataError, match=r"no sheet '二'; it has 'Sheet', '第一', 'second'"):
        read(data, sheet="二")


def test_the_sheets_are_listed_the_one_that_is_read_without_a_name_first() -> None:
    def fill(book: Any) -> None:
        book.active.title = "隐藏"
        book.active.sheet_state = "hidden"
        for name in ("客户 反馈", "--sheet"):
            book.create_sheet(name).append(["text"])

    data = saved(fill)
    assert list_sheets(io.BytesIO(data)) == ["客户 反馈", "--sheet", "隐藏"]
    assert list_sheets(io.BytesIO(sheet_of(["text"]))) == ["Sheet"]


def test_a_chart_on_a_sheet_of_its_own_is_not_read() -> None:
    def fill(book: Any) -> None:
        book.active.append(["text"])
        book.active.append(["我要退款"])
        book.create_chartsheet("图表", 0).add_chart(BarChart())

    data = saved(fill)
    assert list_sheets(io.BytesIO(data)) == ["Sheet"]
    assert read(data) == [Row(2, {"text": "我要退款"})]
    with pytest.raises(DataError, match="no sheet '图表'; it has 'Sheet'"):
        read(data, sheet="图表")


def test_ten_thousand_columns_are_read_and_each_has_a_name_of_its_own() -> None:
    names: list[Any] = [f"c{place}" for place in range(10_000)]
    (row,) = read(sheet_of(names, list(range(10_000))))
    assert isinstance(row, Row)
    assert len(row.fields) == 10_000
    assert read(sheet_of(["text", " text"], ["a", "b"])) == [Row(2, {"text": "a", "text (2)": "b"})]


def test_a_sheet_without_rows_gives_none() -> None:
    assert read(sheet_of()) == read(sheet_of(["text", "label"])) == []


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_workbook_is_refused(share: float) -> None:
    data = sheet_of(["text"], *[[f"text {n}"] for n in range(200)])
    with pytest.raises(DataError, match="damaged") as caught:
        read(data[: int(len(data) * share)])
    assert caught.value.next_step


def test_what_is_no_workbook_is_refused() -> None:
    for data in (b"text,label\n", b"", b"PK\x03\x04" + b"x" * 50):
        with pytest.raises(DataError, match="damaged or no xlsx"):
            read(data)


def test_the_finance_news(shared: Path) -> None:
    with (shared / "data" / "fin_news_sentiment_zh" / "news_seed.xlsx").open("rb") as file:
        rows = list(read_xlsx(file, Reading()))
    assert len(rows) == 7_046
    assert [row.line for row in rows] == list(range(2, 7_048))
    labels = [row.fields["正/负面"] for row in rows if isinstance(row, Row)]
    assert (labels.count("1"), labels.count("0")) == (5_147, 1_899)
