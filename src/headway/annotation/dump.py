"""All that was ever said of a task's texts, as JSON Lines: written without loss, and read into any project.

The first line names the format. Each further line is a row: a label, a version of the guidelines, a text, an
item of the queue, a version of an answer, an annotation, or that it was taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from headway.errors import DataError, NewerProjectError
from headway.records import Split
from headway.store import Store
from headway.store import dump as rows
from headway.store.files import machine_errors
from headway.store.users import folded
from headway.text.unicode import is_unicode

FORMAT = "headway-annotations"
VERSION = 1
_PROBLEMS_SHOWN = 10
# kind of row → the column that names a row before it
_REFERS = {"annotation": "record", "withdrawal": "annotation", "item": "record", "answer": "record"}


def dump(store: Store, task: str) -> Iterator[dict[str, Any]]:
    """The lines of a task."""
    yield {"format": FORMAT, "version": VERSION, "task": task}
    with store.reading() as connection:
        for kind, values in rows.read_rows(connection, task):
            yield {"kind": kind, **values}


def load(store: Store, task: str, path: Path) -> dict[str, Any]:
    """Read a file of `dump` into a task, all of it or, where anything is wrong, nothing.

    What is there already stays as it is: the same file may be read twice, and what somebody said of a text
    here stands. Raises `DataError` naming the lines that cannot be used, and for labels of another task of
    the project; and `NewerProjectError` for a file of a later version.
    """
    with machine_errors(f"reading {path}"):
        content = path.read_bytes()
    found = _read(path, content)
    with store.exclusive("annotate import"), store.writing() as connection:
        added = rows.write_rows(connection, task, found, path.name, store.now())
    return {
        "file": str(path),
        "added": added.counts,
        "users": added.users,
        "forgotten": added.forgotten,
        "left_out": added.left_out,
    }


def _read(path: Path, content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a file, checked."""
    problems: list[str] = []
    found: list[tuple[str, dict[str, Any]]] = []
    known: set[tuple[str, ...]] = set()
    lines = content.splitlines()
    _check_head(path, lines[0] if lines else b"")
    for number, line in enumerate(lines[1:], start=2):
        try:
            kind, values = _row(json.loads(line), known)
        except (ValueError, RecursionError) as error:
            problems.append(f"line {number}: {error}")
        else:
            found.append((kind, values))
            known.add(_name(kind, values))
    if problems:
        shown = "; ".join(problems[:_PROBLEMS_SHOWN])
        more = f" and {len(problems) - _PROBLEMS_SHOWN} more" if len(problems) > _PROBLEMS_SHOWN else ""
        raise DataError(
            f"{path} cannot be used, and nothing of it was read: {shown}{more}.",
            next_step="Export it again: `headway annotate export FILE.jsonl`.",
        )
    order = list(rows.KINDS)
    return sorted(found, key=lambda row: order.index(row[0]))


def _check_head(path: Path, line: bytes) -> None:
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DataError(
            f"{path} is no file of `headway annotate export`: its first line does not say {FORMAT!r}.",
            next_step="Exports of other tools are read by `headway import`.",
        )
    if not isinstance(head.get("version"), int) or head["version"] > VERSION:
        raise NewerProjectError(f"{path} has version {head.get('version')!r}; this Headway reads {VERSION}.")


def _row(line: Any, known: set[tuple[str, ...]]) -> tuple[str, dict[str, Any]]:
    """A row of a file. Raises `ValueError` for what is none, came before, or refers to what did not."""
    if not isinstance(line, dict) or line.get("kind") not in rows.KINDS:
        raise ValueError("it is no row of a kind that is known")
    kind = str(line["kind"])
    values = {name: value for name, value in line.items() if name != "kind"}
    columns = set(rows.columns_of(kind))
    if columns != values.keys():
        wrong = ", ".join(sorted(columns ^ values.keys()))
        raise ValueError(f"its columns are not those of {kind!r}: {wrong}")
    for problem in _problems(kind, values):
        raise ValueError(problem)
    name = _REFERS.get(kind)
    if name is not None and (name, values[name]) not in known:
        raise ValueError(f"its {name} {values[name]!r} does not stand before it")
    own = _name(kind, values)
    if own in known:
        raise ValueError(f"a line before it is the same {kind}: {', '.join(own[1:])}")
    return kind, values


def _name(kind: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row goes by: no other one of a file does."""
    if kind == "answer":
        return kind, folded(values["user"]), values["key"]
    own = (column.name for column in rows.KINDS[kind].primary_key.columns if column.name != "task")
    return kind, *(str(values[name]) for name in own)


def _problems(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the values of a row."""
    for column in rows.KINDS[kind].columns:
        if column.name not in values:
            continue
        value = values[column.name]
        if value is None:
            if not column.nullable:
                yield f"its {column.name} is null"
            continue
        wanted = column.type.python_type
        allowed = {float: (int, float), dict: (dict, list)}.get(wanted, (wanted,))
        if not isinstance(value, allowed) or isinstance(value, bool):
            yield f"its {column.name} is {value!r}, not {wanted.__name__}"
        elif isinstance(value, str) and ("\0" in value or not is_unicode(value)):
            yield f"its {column.name} holds what no text can"
    if kind == "record":
        if not all(isinstance(value, str) for value in dict(values["fields"]).values()):
            yield "its fields are not all texts"
        if values["split"] not in (None, *Split):
            yield f"its split is {values['split']!r}"
