"""Which parser reads which file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headway.errors import UsageError
from headway.records import Split
from headway.sources.delimited import read_delimited
from headway.sources.json_lines import read_json_lines
from headway.sources.rows import BadRow, Row, open_file
from headway.store.files import machine_errors

Parser = Callable[[BinaryIO], Iterator[Row | BadRow]]

FORMATS: dict[str, Parser] = {
    "csv": partial(read_delimited, delimiter=","),
    "tsv": partial(read_delimited, delimiter="\t"),
    "jsonl": read_json_lines,
}


def format_of(path: Path, name: str | None = None) -> str:
    """The format of a file: the one named, else the one its ending tells.

    Raises `UsageError` where neither is known.
    """
    chosen = name or path.suffix.lower().removeprefix(".")
    if chosen not in FORMATS:
        raise UsageError(
            f"{path} has the format {chosen or '(no ending)'!r}; known are {', '.join(FORMATS)}.",
            next_step="Name the format with --format NAME, or save the file as UTF-8 csv.",
        )
    return chosen


def read_rows(path: Path, name: str | None = None) -> Iterator[Row | BadRow]:
    """The rows of a file, one at a time, in its order."""
    parser = FORMATS[format_of(path, name)]
    with open_file(path) as file, machine_errors(f"reading {path}"):
        yield from parser(file)


def parse_split(name: str | None) -> Split | None:
    """The split of a name. Raises `UsageError` for a name that is none."""
    if name is None:
        return None
    try:
        return Split(name)
    except ValueError as error:
        raise UsageError(
            f"There is no split {name!r}; there are {', '.join(Split)}.", next_step="Use --split train."
        ) from error


def parse_timezone(name: str) -> tzinfo:
    """The time zone of a name such as Asia/Shanghai. Raises `UsageError` for a name that is none."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"There is no time zone {name!r}.", next_step="Use a name such as Asia/Shanghai."
        ) from error
