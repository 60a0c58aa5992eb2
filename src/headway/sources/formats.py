"""Which parser reads which file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from headway.errors import UsageError
from headway.sources.delimited import read_delimited
from headway.sources.json_lines import read_json_lines
from headway.sources.rows import BadRow, Row, open_file

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
    with open_file(path) as file:
        yield from parser(file)
