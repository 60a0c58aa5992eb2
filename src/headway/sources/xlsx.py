"""xlsx: one sheet of a workbook, its first filled row the header."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from headway.errors import DataError
from headway.sources.cells import cell_text
from headway.sources.delimited import column_names
from headway.sources.rows import BadRow, Reading, Row
from headway.sources.workbook import LARGEST_FILE, check_workbook, damaged


def read_xlsx(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of a sheet, `line` its row number; the workbook is held in memory.

    Of merged cells the first has the value, the others are empty. A formula gives the value that was saved
    with it; one that was never calculated, and an error such as #DIV/0!, is empty. Raises `DataError` for a
    workbook that is damaged, encrypted or too large, or lacks the sheet.
    """
    data = file.read(LARGEST_FILE + 1)
    check_workbook(data)
    columns: list[str] = []
    for number, cells in enumerate(_cells(data, reading.sheet), start=1):
        values = [cell_text(cell) for cell in cells]
        if not any(value.strip() for value in values):
            continue
        if not columns:
            columns = column_names(values if reading.header else [""] * len(values))
            if reading.header:
                continue
        yield Row(number, dict(zip(columns, values, strict=True)))


def list_sheets(file: BinaryIO) -> list[str]:
    """The names of the sheets of a workbook of which rows were read before, and which so was checked.

    Those that are hidden come last: the first is read where none is named.
    """
    with _opened(file.read(LARGEST_FILE)) as workbook:
        visible = _visible(workbook)
        return [*visible, *(name for name in _tables(workbook) if name not in visible)]


def _cells(data: bytes, name: str | None) -> Iterator[list[Any]]:
    with _opened(data) as workbook:
        yield from workbook.get_sheet_by_name(_sheet(workbook, name)).iter_rows()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """A workbook; what the library raises while it is open becomes `DataError`."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only for this format

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            yield workbook
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise damaged(str(error)) from error
    # What makes the Rust library panic is no `Exception`, and of a class that cannot be imported.
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(str(error)) from error


def _sheet(workbook: Any, name: str | None) -> str:
    """The sheet with a name, or the first that is not hidden. Raises `DataError` where there is none."""
    names = _tables(workbook)
    chosen = name or next(iter(_visible(workbook) or names), None)
    if chosen not in names:
        raise DataError(
            f"The workbook has no sheet {name!r}; it has {', '.join(map(repr, names))}."
            if name
            else "The workbook has no sheet.",
            next_step="Name one of its sheets, or none for the first.",
        )
    return chosen


def _tables(workbook: Any) -> list[str]:
    """The names of the sheets of cells, in their order: a sheet may also be a chart."""
    from python_calamine import SheetTypeEnum  # noqa: PLC0415 - only for this format

    return [sheet.name for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


def _visible(workbook: Any) -> list[str]:
    from python_calamine import SheetVisibleEnum  # noqa: PLC0415 - only for this format

    shown = {sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible}
    return [name for name in _tables(workbook) if name in shown]
