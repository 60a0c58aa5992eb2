"""A first look at a file that somebody sent: how it would be read, its columns and its first rows.

`python -m headway.sources.preview FILE [ASKED]` prints it as JSON: what it looks at is not to be trusted, so
it is looked at in a process that may be ended. ASKED is how the file is to be read, a JSON object.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from headway.errors import DataError, HeadwayError
from headway.sources.files import SourceFile, source_files
from headway.sources.formats import DELIMITERS, TABLES, TEXT_FORMATS
from headway.sources.guess import guess_label, guess_text, text_columns
from headway.sources.items import Columns
from headway.sources.plan import Asked, Plan, checked, first_rows, plan_reading
from headway.sources.rows import BadRow, Row
from headway.sources.xlsx import list_sheets
from headway.text.unicode import is_unicode

#: of an archive so many files are looked at
MOST_FILES = 10
_ROWS, _CELL, _LONGEST_NAME, _MOST_COLUMNS, _MOST_SHEETS = 5, 200, 200, 200, 200


class _Look(NamedTuple):
    """What is seen of one file."""

    plan: Plan
    rows: list[Row | BadRow]
    names: list[str]
    #: of a workbook
    sheets: list[str]


def preview_files(path: Path, asked: Asked | None = None) -> dict[str, Any]:
    """What the files that a path stands for are, as plain data that can be shown.

    `columns` are those that all of them have and that can be named in a command, `text` and `label` what is
    guessed to be so, or None. `choices` are the fields of `Asked` that make a difference to such files, and
    `sheets` the names among which one can be chosen. Raises `DataError` where a file cannot be read or holds
    no text.
    """
    wanted = checked(asked or Asked())
    sources = source_files(path)
    looks = [_look(source, wanted) for source in sources[:MOST_FILES]]
    first, sheets = looks[0], _common_sheets(looks)
    common = [name for name in first.names if _is_plain(name) and all(name in look.names for look in looks)]
    fields = [row.fields for row in first.rows if isinstance(row, Row)]
    if not text_columns(common, fields):
        raise DataError(
            f"{first.plan.source.name} has no column that holds words.",
            next_step="Is it the right file? `headway import FILE --text COLUMN` reads it anyway.",
        )
    return {
        "files": [_content(look) for look in looks],
        "more": len(sources) - len(looks),
        "columns": common[:_MOST_COLUMNS],
        **_guessed(first.plan.source.name, common[:_MOST_COLUMNS], fields),
        "choices": _choices({look.plan.format for look in looks}, sheets),
        "sheets": sheets,
    }


def _look(source: SourceFile, asked: Asked) -> _Look:
    plan = plan_reading(source, Columns(), asked)
    rows, names = first_rows(plan)
    if plan.format != "xlsx":
        return _Look(plan, rows, names, [])
    with source.open() as file:
        return _Look(plan, rows, names, list_sheets(file))


def _common_sheets(looks: Sequence[_Look]) -> list[str]:
    """The sheets that all workbooks have and that can be named in a command; none without a choice."""
    workbooks = [look.sheets for look in looks if look.sheets]
    if not any(len(names) > 1 for names in workbooks):
        return []
    common = [name for name in workbooks[0] if all(name in names for names in workbooks)]
    return [name for name in common if _is_plain(name)][:_MOST_SHEETS]


def _choices(formats: set[str], sheets: Sequence[str]) -> list[str]:
    fitting = {
        "encoding": formats & TEXT_FORMATS,
        "delimiter": formats & DELIMITERS.keys(),
        "header": formats & TABLES,
        "sheet": sheets,
    }
    return [choice for choice, fits in fitting.items() if fits]


def _guessed(name: str, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    try:
        text, _how = guess_text(name, columns, rows)
    except DataError:
        return {"text": None, "label": None}
    return {"text": text, "label": guess_label(columns, rows, text)[0]}


def _content(look: _Look) -> dict[str, Any]:
    """One file; its rows have a value for each of the columns that are shown."""
    plan, shown = look.plan, look.names[:_MOST_COLUMNS]
    sheet = plan.reading.sheet or look.sheets[0] if look.sheets else None
    return {
        "source": plan.source.name,
        "format": plan.format,
        "encoding": plan.reading.encoding if plan.start is not None else None,
        "delimiter": plan.reading.delimiter if plan.format in DELIMITERS else None,
        "header": plan.reading.header if plan.format in TABLES else None,
        "sheet": _short(sheet) if sheet else None,
        "names": [_short(name) for name in shown],
        "notes": [_short(note) for note in plan.notes],
        "rows": [_row(row, shown) for row in look.rows[:_ROWS]],
    }


def _row(row: Row | BadRow, names: Sequence[str]) -> dict[str, Any]:
    if isinstance(row, BadRow):
        return {"line": row.line, "reason": _short(row.reason)}
    labels = ", ".join(given.label for given in row.labels)
    values = [_short(row.fields.get(name, "")) for name in names]
    return {"line": row.line, "values": values, "labels": _short(labels)}


def _is_plain(name: str) -> bool:
    """Whether a column or a sheet can be named in a command line."""
    return 0 < len(name) <= _LONGEST_NAME and "\0" not in name and is_unicode(name)


def _short(value: str) -> str:
    text = value[:_CELL] + ("…" if len(value) > _CELL else "")
    return "".join(one if one.isprintable() or one.isspace() else "\ufffd" for one in text)


def main(arguments: Sequence[str]) -> None:
    """Print what a file is, or why it cannot be read."""
    path, *asked = arguments
    try:
        content = preview_files(Path(path), Asked(**json.loads(asked[0])) if asked else None)
    except HeadwayError as error:
        content = {"error": _short(error.message), "next_step": error.next_step}
    sys.stdout.write(json.dumps(content))


if __name__ == "__main__":
    main(sys.argv[1:])
