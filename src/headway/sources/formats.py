"""Which parser reads which file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from headway.errors import DataError, UsageError
from headway.records import Split
from headway.sources.cluener import read_cluener
from headway.sources.conll import read_conll
from headway.sources.delimited import read_delimited
from headway.sources.doccano import read_doccano
from headway.sources.files import SourceFile
from headway.sources.json_array import read_json
from headway.sources.json_lines import read_json_lines
from headway.sources.label_studio import read_label_studio
from headway.sources.parquet import read_parquet
from headway.sources.prodigy import read_prodigy
from headway.sources.recognise import HEAD, recognise
from headway.sources.rows import BadRow, Parser, Reading, Row
from headway.sources.txt import read_txt
from headway.sources.xlsx import read_xlsx
from headway.store.files import machine_errors

FORMATS: dict[str, Parser] = {
    "csv": read_delimited,
    "tsv": read_delimited,
    "jsonl": read_json_lines,
    "json": read_json,
    "xlsx": read_xlsx,
    "parquet": read_parquet,
    "txt": read_txt,
    "label-studio": read_label_studio,
    "prodigy": read_prodigy,
    "doccano": read_doccano,
    "cluener": read_cluener,
    "conll": read_conll,
}
#: other endings of files in these formats
_ENDINGS = {"tab": "tsv", "ndjson": "jsonl"}
#: what usually parts the fields, in the formats that have such a thing
DELIMITERS = {"csv": ",", "tsv": "\t"}
#: formats whose first row may name the columns
TABLES = {"csv", "tsv", "xlsx"}
#: formats that hold no text in an encoding of its own
_BINARY = {"xlsx", "parquet"}
TEXT_FORMATS = FORMATS.keys() - _BINARY


def format_of(source: SourceFile, name: str | None = None) -> str:
    """The format of a file: the one named, else what its content tells for sure, else its ending.

    Raises `UsageError` where none is known.
    """
    ending = source.suffix.removeprefix(".")
    chosen = name or _ENDINGS.get(ending, ending)
    if name is None:
        with source.open() as file:
            chosen = recognise(file.read(HEAD)) or chosen
    if chosen not in FORMATS:
        raise UsageError(
            f"{source.name} has the format {chosen or '(no ending)'!r}; known are {', '.join(FORMATS)}.",
            next_step="Name the format with --format NAME, or save the file as csv.",
        )
    return chosen


def read_rows(source: SourceFile, name: str, reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of a file, one at a time, in its order."""
    try:
        with source.open() as file, machine_errors(f"reading {source.path}"):
            yield from FORMATS[name](file, reading)
    except DataError as error:
        # A parser does not know what its file is called.
        words = error.message if source.name in error.message else f"{source.name}: {error.message}"
        raise DataError(words, next_step=error.next_step) from error


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
