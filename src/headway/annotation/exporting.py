"""What was said of a task's texts, as files: ours without loss, and those of other labelling tools."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from headway.annotation.dump import dump
from headway.errors import DataError, UsageError
from headway.records import Annotation, Record
from headway.store import Store
from headway.store import records as record_rows
from headway.store.files import machine_errors, write_atomically

# What a spreadsheet would take for a formula, also behind apostrophes of ours.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_COLUMNS = ("id", "text", "label", "annotator", "created_at")
_LONGEST_CELL = 32_767
# Characters that no workbook may hold; they are written as the format has it.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|_x[0-9A-Fa-f]{4}_")


@dataclass(frozen=True)
class Labelled:
    """A text with the labels that count now, the oldest first."""

    record: Record
    annotations: tuple[Annotation, ...]

    @property
    def id(self) -> str:
        """The id that the user gave it, else ours."""
        return self.record.key.removeprefix("id:") if self.record.key.startswith("id:") else self.record.id


def export(store: Store, task: str, path: Path, format_name: str | None = None) -> dict[str, Any]:
    """Write what was said of a task's texts to a file; gives how many texts and labels are in it.

    The format is told by the file's ending where it is not named. Raises `UsageError` for a format that is
    unknown or cannot be told, and `DataError` for a text that the format cannot hold.
    """
    name = format_name or _by_ending(path)
    if name not in FORMATS:
        raise UsageError(f"There is no format {name!r}.", next_step=f"Formats are: {', '.join(FORMATS)}.")
    rows = list(labelled(store, task))
    content = FORMATS[name](store, task, rows)
    with machine_errors(f"writing {path}"):
        write_atomically(path, content)
    labels = sum(len(row.annotations) for row in rows)
    return {"file": str(path), "format": name, "texts": len(rows), "labels": labels}


def labelled(store: Store, task: str) -> Iterator[Labelled]:
    """Every text of a task that has a label, in the order of import; of each author the newest label.

    What rules say is left out: read from such a file it would count as somebody's label.
    """
    found: dict[str, tuple[Record, dict[str, Annotation]]] = {}
    for record, annotation in record_rows.labelled_records(store, task, store.now()):
        _, by_author = found.setdefault(record.id, (record, {}))
        by_author.pop(annotation.author, None)
        by_author[annotation.author] = annotation
    for _, (record, by_author) in sorted(found.items()):
        yield Labelled(record, tuple(by_author.values()))


def escape_formula(value: str) -> str:
    """A cell that no spreadsheet computes: what begins like a formula gets an apostrophe in front.

    >>> escape_formula("=1+1"), escape_formula("'=1"), escape_formula("退款")
    ("'=1+1", "''=1", '退款')
    """
    return f"'{value}" if _FORMULA.match(value) else value


def unescape_formula(value: str) -> str:
    """What `escape_formula` was given.

    >>> unescape_formula("'=1+1"), unescape_formula("'tis")
    ('=1+1', "'tis")
    """
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def _by_ending(path: Path) -> str:
    endings = {".jsonl": "jsonl", ".csv": "csv", ".xlsx": "xlsx"}
    if path.suffix.lower() not in endings:
        raise UsageError(
            f"The ending of {path.name} does not tell a format.",
            next_step=f"Add --format with one of: {', '.join(FORMATS)}.",
        )
    return endings[path.suffix.lower()]


def _jsonl(store: Store, task: str, _rows: Sequence[Labelled]) -> bytes:
    return _lines(dump(store, task))


def _csv(_store: Store, _task: str, rows: Sequence[Labelled]) -> bytes:
    text = io.StringIO(newline="")
    # A mark at the beginning: without it a spreadsheet would not read Chinese.
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    writer.writerows([escape_formula(cell) for cell in cells] for cells in _cells(rows))
    return text.getvalue().encode()


def _xlsx(_store: Store, _task: str, rows: Sequence[Labelled]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415 - slow to load, and only this needs it
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    table = [_COLUMNS, *_cells(rows)]
    for value in (value for cells in table for value in cells if len(value) > _LONGEST_CELL):
        raise DataError(
            f"{value[:40]!r}… has {len(value):,} characters; a cell holds {_LONGEST_CELL:,}.",
            next_step="Export as csv or jsonl.",
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("labels")
    for cells in table:
        written = [WriteOnlyCell(sheet, _NOT_XML.sub(_as_reference, value)) for value in cells]
        for cell in written:
            # A text stays a text, whatever it begins with.
            cell.data_type = "s"
        sheet.append(written)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _as_reference(found: re.Match[str]) -> str:
    text = found.group()
    # What looks like such a reference already gets its underscore written as one.
    return f"_x005F{text}" if len(text) > 1 else f"_x{ord(text):04X}_"


def _cells(rows: Iterable[Labelled]) -> Iterator[Sequence[str]]:
    for row in rows:
        for one in row.annotations:
            yield row.id, row.record.text, one.label, one.author, one.created_at


def _label_studio(_store: Store, task: str, rows: Sequence[Labelled]) -> bytes:
    tasks = [
        {
            "id": number,
            "data": {"text": row.record.text, **row.record.fields},
            "annotations": [
                {
                    "completed_by": {"email": one.author},
                    "created_at": one.created_at,
                    "updated_at": one.created_at,
                    "was_cancelled": False,
                    "result": [
                        {
                            "type": "choices",
                            "from_name": task,
                            "to_name": "text",
                            "value": {"choices": [one.label]},
                        }
                    ],
                }
                for one in row.annotations
            ],
        }
        for number, row in enumerate(rows, start=1)
    ]
    return json.dumps(tasks, ensure_ascii=False, indent=1).encode()


def _prodigy(_store: Store, _task: str, rows: Sequence[Labelled]) -> bytes:
    return _lines(
        {
            "id": row.id,
            "text": row.record.text,
            "meta": row.record.fields,
            "label": one.label,
            "answer": "accept",
            "_input_hash": zlib.crc32(row.record.text.encode()),
            "_task_hash": zlib.crc32(f"{row.record.text}\0{one.label}".encode()),
            "_annotator_id": one.author,
            "_session_id": one.author,
            "_timestamp": datetime.fromisoformat(one.created_at).timestamp(),
        }
        for row in rows
        for one in row.annotations
    )


def _doccano(_store: Store, _task: str, rows: Sequence[Labelled]) -> bytes:
    return _lines(
        {
            "text": row.record.text,
            **{
                name: value
                for name, value in row.record.fields.items()
                if name not in {"text", "annotations"}
            },
            "annotations": [
                {"label": one.label, "user": one.author, "created_at": one.created_at}
                for one in row.annotations
            ],
        }
        for row in rows
    )


def _lines(objects: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects).encode()


#: name → (store, task, rows) to the bytes of a file
FORMATS: dict[str, Callable[[Store, str, Sequence[Labelled]], bytes]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "xlsx": _xlsx,
    "label-studio": _label_studio,
    "prodigy": _prodigy,
    "doccano": _doccano,
}
