"""A first look at a file that somebody sent: how it would be read, its columns and its first rows.

`python -m headway.sources.preview FILE` prints it as JSON: what it looks at is not to be trusted, so it is
looked at in a process that may be ended.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from headway.errors import DataError, HeadwayError
from headway.sources.files import source_files
from headway.sources.guess import guess_label, guess_text, text_columns
from headway.sources.items import Columns
from headway.sources.plan import Asked, Plan, first_rows, plan_reading
from headway.sources.rows import BadRow, Row
from headway.text.unicode import is_unicode

#: of an archive so many files are looked at
MOST_FILES = 10
_ROWS, _CELL, _LONGEST_NAME, _MOST_COLUMNS = 5, 200, 200, 200


def preview_files(path: Path) -> dict[str, Any]:
    """What the files that a path stands for are, as plain data that can be shown.

    `columns` are those that all of them have and that can be named in a command, `text` and `label` what is
    guessed to be so, or None. Raises `DataError` where one of them cannot be read or holds no text.
    """
    sources = source_files(path)
    plans = [plan_reading(source, Columns(), Asked()) for source in sources[:MOST_FILES]]
    looks = [(plan, *first_rows(plan)) for plan in plans]
    _, rows, names = looks[0]
    common = [name for name in names if _is_plain(name) and all(name in others for _, _, others in looks)]
    fields = [row.fields for row in rows if isinstance(row, Row)]
    if not text_columns(common, fields):
        raise DataError(
            f"{plans[0].source.name} has no column that holds words.",
            next_step="Is it the right file? `headway import FILE --text COLUMN` reads it anyway.",
        )
    return {
        "files": [_content(*look) for look in looks],
        "more": len(sources) - len(plans),
        "columns": common[:_MOST_COLUMNS],
        **_guessed(plans[0].source.name, common[:_MOST_COLUMNS], fields),
    }


def _guessed(name: str, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> dict[str, Any]:
    try:
        text, _how = guess_text(name, columns, rows)
    except DataError:
        return {"text": None, "label": None}
    return {"text": text, "label": guess_label(columns, rows, text)[0]}


def _content(plan: Plan, rows: Sequence[Row | BadRow], names: Sequence[str]) -> dict[str, Any]:
    """One file; its rows have a value for each of the columns that are shown."""
    shown = list(names[:_MOST_COLUMNS])
    return {
        "source": plan.source.name,
        "format": plan.format,
        "encoding": plan.reading.encoding if plan.start is not None else None,
        "delimiter": plan.reading.delimiter if plan.format in {"csv", "tsv"} else None,
        "header": plan.reading.header,
        "names": [_short(name) for name in shown],
        "notes": [_short(note) for note in plan.notes],
        "rows": [_row(row, shown) for row in rows[:_ROWS]],
    }


def _row(row: Row | BadRow, names: Sequence[str]) -> dict[str, Any]:
    if isinstance(row, BadRow):
        return {"line": row.line, "reason": _short(row.reason)}
    labels = ", ".join(given.label for given in row.labels)
    values = [_short(row.fields.get(name, "")) for name in names]
    return {"line": row.line, "values": values, "labels": _short(labels)}


def _is_plain(name: str) -> bool:
    """Whether a column can be named in a command line."""
    return 0 < len(name) <= _LONGEST_NAME and "\0" not in name and is_unicode(name)


def _short(value: str) -> str:
    text = value[:_CELL] + ("…" if len(value) > _CELL else "")
    return "".join(one if one.isprintable() or one.isspace() else "\ufffd" for one in text)


def main(arguments: Sequence[str]) -> None:
    """Print what a file is, or why it cannot be read."""
    try:
        content = preview_files(Path(arguments[0]))
    except HeadwayError as error:
        content = {"error": _short(error.message), "next_step": error.next_step}
    sys.stdout.write(json.dumps(content))


if __name__ == "__main__":
    main(sys.argv[1:])
