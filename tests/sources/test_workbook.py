from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest

from headway.errors import DataError
from headway.sources import workbook
from headway.sources.workbook import check_workbook

SHEET = "xl/worksheets/sheet1.xml"


def saved(cells: dict[str, str]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for place, value in cells.items():
        book.active[place] = value
    book.save(out)
    return out.getvalue()


def changed(data: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with some of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts.get(name) or old.read(name))
    return out.getvalue()


def test_ordinary_workbooks_are_taken() -> None:
    check_workbook(saved({"A1": "text", "A2": "退款", "B1048576": "the last row"}))
    check_workbook(saved({"A1": "text", "XFD10": "the last column"}))


@pytest.mark.parametrize("quote", [b'"', b"'"])
def test_two_cells_at_far_corners_are_refused(quote: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(saved({"A1": "text", "XFD20000": "far"}))) as archive:
        sheet = re.sub(rb'r="(\w+)"', rb"r=" + quote + rb"\1" + quote, archive.read(SHEET))
    with pytest.raises(DataError, match=r"20,000 × 16,384 cells; at most 20,000,000") as caught:
        check_workbook(changed(saved({"A1": "text", "XFD20000": "far"}), {SHEET: sheet}))
    assert "csv" in str(caught.value.next_step)


def test_a_long_text_that_many_cells_refer_to_is_refused() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>1</v></c></row>' % (n, n) for n in range(1, 2_000))
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    texts = b"<sst><si><t>short</t></si><si><t>" + b"x" * 600_000 + b"</t></si></sst>"
    data = changed(saved({"A1": "text"}), {SHEET: sheet, "xl/sharedStrings.xml": texts})
    assert len(data) < 30_000
    with pytest.raises(DataError, match=r"cells with 1,199,400,000 characters; at most 1,000,000,000"):
        check_workbook(data)
    check_workbook(changed(data, {SHEET: sheet.replace(b"<v>1</v>", b"<v>0</v>")}))


def test_what_is_too_large_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    data = changed(saved({"A1": "text"}), {"xl/theme/theme1.xml": b"0" * 3_000_000})
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 2_000_000)
    with pytest.raises(DataError, match=r"unpacks to 3,\d+,\d+ bytes; at most 2,000,000"):
        check_workbook(data)
    monkeypatch.setattr(workbook, "LARGEST_FILE", 100)
    with pytest.raises(DataError, match="more than 100 bytes"):
        check_workbook(data)


def test_what_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", "text")
    with pytest.raises(DataError, match="no xlsx workbook"):
        check_workbook(out.getvalue())
    with pytest.raises(DataError, match="damaged or no xlsx"):
        check_workbook(b"text,label\n")


@pytest.mark.parametrize(
    ("part", "words"),
    [
        (b'<worksheet><sheetData><row r="1"><c r="A1">', "no element found"),
        (
            b'<worksheet><row r="1"><c r="xxxxxxxxxxxxxxxxxxxxxxxxxxx1"/></row></worksheet>',
            "has a cell at 'xxx",
        ),
        (b'<worksheet><row r="1"><c r="A99999999999"/></row></worksheet>', "has a cell at 'A999"),
        (b'<worksheet><row r="1"><c r="ZZZ1"/></row></worksheet>', "column 18278"),
        (b'<worksheet><row r="1048577"/></worksheet>', "row 1048577"),
        (b'<worksheet><row r="-1"/></worksheet>', "has a row '-1'"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>', "declares a document type"),
        (b"\xff\xfe\0\0", "sheet1.xml"),
    ],
)
def test_a_sheet_that_is_none_is_refused_before_it_is_opened(part: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        check_workbook(changed(saved({"A1": "text"}), {SHEET: part}))


def test_a_sheet_in_disguise_is_refused() -> None:
    with pytest.raises(DataError, match=r"image\.png holds a sheet"):
        check_workbook(changed(saved({"A1": "text"}), {"xl/media/image.png": b"\x89PNG<sheetData>"}))


def test_a_damaged_part_is_told() -> None:
    data = bytearray(saved({f"A{n}": f"text {n}" for n in range(1, 500)}))
    place = data.find(b"xl/worksheets/sheet1.xml") + 200
    data[place : place + 50] = b"\xff" * 50
    with pytest.raises(DataError, match="damaged"):
        check_workbook(bytes(data))
