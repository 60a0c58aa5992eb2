"""How each file is to be read, found out before the first row of any: encoding, layout and columns."""

from __future__ import annotations

import dataclasses
import difflib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from headway.errors import DataError, UsageError
from headway.sources.delimited import column_names
from headway.sources.encodings import find_encoding, preview, require_encoding
from headway.sources.files import SourceFile, source_files
from headway.sources.formats import DELIMITERS, TABLES, TEXT_FORMATS, format_of, read_rows
from headway.sources.guess import guess_label, guess_text, show_names
from headway.sources.items import Columns
from headway.sources.layout import find_delimiter, has_header, in_words, is_quoted, is_tabbed, parse_delimiter
from headway.sources.recognise import EXPORTS
from headway.sources.rows import BadRow, Reading, Row, read_lines

# So many rows are looked at for the columns, of very wide files fewer: in jsonl a row may lack what it has no
# value for, and labels come again only after some rows.
_ROWS_LOOKED_AT, _CELLS_LOOKED_AT = 1_000, 200_000
_LINES_LOOKED_AT, _LONGEST_LOOKED_AT = 200, 10_000
_EVERY_STEP = "Is the encoding right (--encoding), the delimiter (--delimiter), the format (--format)?"


@dataclass(frozen=True)
class Asked:
    """How the user wants files to be read; what is None is found out."""

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    label_after: str | None = None
    label_before: str | None = None


@dataclass(frozen=True)
class Plan:
    """How one file is to be read."""

    source: SourceFile
    format: str
    reading: Reading
    columns: Columns
    #: what was found out, in sentences
    notes: tuple[str, ...]
    #: the state of the file when it was looked at
    stamp: tuple[int, ...]
    #: how the first line reads, where there was an encoding to find; it is shown and never kept
    start: str | None = None

    def rows(self) -> Iterator[Row | BadRow]:
        """The rows of the file, one at a time, in its order."""
        return read_rows(self.source, self.format, self.reading)


def check_files(paths: Sequence[Path], columns: Columns, asked: Asked | None = None) -> list[Plan]:
    """Look at every file, and say how each is to be read or all that is wrong with any of them at once.

    Raises `UsageError` for options that cannot be, and `DataError` for a file that is missing, empty, without
    rows or without one of the columns, or whose text column nobody named and that cannot be told.
    """
    wanted = checked(asked or Asked())
    plans, problems, steps = [], [], []
    for path in paths:
        try:
            plans += [plan_file(source, columns, wanted) for source in source_files(path)]
        except DataError as error:
            problems.append(error.message)
            steps.append(error.next_step)
    if problems:
        raise DataError("\n".join(problems), next_step=next((step for step in steps if step), None))
    return plans


def stamp_of(source: SourceFile) -> tuple[int, ...]:
    """Size, time of change and number of a file on disk: where they are others, the file is another."""
    state = source.path.stat()
    return state.st_size, state.st_mtime_ns, state.st_ino


def plan_file(source: SourceFile, columns: Columns, asked: Asked) -> Plan:
    """How one file is to be read. Raises `DataError` where it cannot be."""
    plan = plan_reading(source, columns, asked)
    notes = list(plan.notes)
    found = _columns(plan, notes)
    return dataclasses.replace(plan, columns=found, notes=tuple(notes))


def plan_reading(source: SourceFile, columns: Columns, asked: Asked) -> Plan:
    """How one file is to be read, up to its columns: these are left as they were named."""
    stamp = stamp_of(source)
    name = format_of(source, asked.format)
    notes, start = [source.note] if source.note else [], None
    if name in EXPORTS and asked.format is None and source.suffix != f".{name}":
        notes.append(f"It is read as {name}, which it is by its content.")
    reading = Reading(sheet=asked.sheet, label_after=asked.label_after, label_before=asked.label_before)
    if name in TEXT_FORMATS:
        encoding, how = (asked.encoding, "as asked") if asked.encoding else find_encoding(source.open)
        reading = dataclasses.replace(reading, encoding=encoding)
        notes.append(f"Encoding {encoding} ({how}).")
        start = preview(source.open, encoding)
    if name == "txt" and asked.format is None and is_tabbed(_first_lines(source, reading)):
        name = "tsv"
        notes.append("Its lines are rows of fields parted by tabs: it was read as tsv.")
    if name in DELIMITERS:
        reading = _cut(source, name, reading, asked, notes)
    if name in TABLES:
        reading = _headed(source, name, reading, columns, asked, notes)
    return Plan(source, name, reading, columns, tuple(notes), stamp, start)


def first_rows(plan: Plan) -> tuple[list[Row | BadRow], list[str]]:
    """The rows of a file that are looked at, and the names of their columns.

    Raises `DataError` where there is none that can be read.
    """
    rows = list(_looked_at(plan.rows()))
    names = list(dict.fromkeys(name for row in rows if isinstance(row, Row) for name in row.fields))
    if not names:
        bad = next((row for row in rows if isinstance(row, BadRow)), None)
        why = f" Line {bad.line}: {bad.reason}." if bad else ""
        raise DataError(f"{plan.source.name} holds no row that can be read.{why}", next_step=_EVERY_STEP)
    return rows, names


def checked(asked: Asked) -> Asked:
    """The same as parsers know it. Raises `UsageError` for options that cannot be."""
    if asked.encoding is not None:
        require_encoding(asked.encoding)
    apart = [one for one in (asked.label_after, asked.label_before) if one is not None]
    if apart and asked.format not in {None, "txt"}:
        raise UsageError(
            f"--label-after and --label-before are for lines of text, not for {asked.format}.",
            next_step="Use --format txt with them, or --label COLUMN without.",
        )
    if len(apart) > 1:
        raise UsageError("--label-after and --label-before exclude each other.", next_step="Use one of them.")
    if "" in apart:
        raise UsageError(
            "What parts a text from its label cannot be empty.", next_step="Use for example --label-after @."
        )
    if apart:
        asked = dataclasses.replace(asked, format="txt")
    if asked.delimiter is not None:
        return dataclasses.replace(asked, delimiter=parse_delimiter(asked.delimiter))
    return asked


def _cut(source: SourceFile, name: str, reading: Reading, asked: Asked, notes: list[str]) -> Reading:
    """The reading with what parts the fields of a row."""
    usual = DELIMITERS[name]
    delimiter, lines = asked.delimiter, _first_lines(source, reading)
    if lines and "\ufeff" in lines[0]:
        notes.append("Byte order marks inside the first row were left out.")
    if delimiter is None:
        delimiter = find_delimiter(lines, usual)
        if delimiter != usual:
            notes.append(f"Its fields are parted by {in_words(delimiter)}, though it was taken for a {name}.")
    reading = dataclasses.replace(reading, delimiter=delimiter)
    quoted = is_quoted(source.open, reading)
    if not quoted:
        notes.append("Double quotes are ordinary characters in it: each line is a row of its own.")
    return dataclasses.replace(reading, quoted=quoted)


def _first_lines(source: SourceFile, reading: Reading) -> list[str]:
    with source.open() as file:
        lines = itertools.islice(read_lines(file, reading.encoding), _LINES_LOOKED_AT)
        return [line.text for line in lines if not line.problem and len(line.text) <= _LONGEST_LOOKED_AT]


def _headed(
    source: SourceFile, name: str, reading: Reading, columns: Columns, asked: Asked, notes: list[str]
) -> Reading:
    """The reading with whether the first row names the columns."""
    bare = read_rows(source, name, dataclasses.replace(reading, header=False))
    rows = [list(row.fields.values()) for row in _looked_at(bare) if isinstance(row, Row)]
    if not rows:
        return reading
    first = [value.strip() for value in rows[0]]
    header = asked.header
    if header is None:
        header = not first or any(one in first for one in columns.names()) or has_header(rows)
        if not header:
            notes.append(f"It has no header: its columns are {show_names(column_names([''] * len(first)))}.")
    if header:
        notes += _odd_names(first)
    return dataclasses.replace(reading, header=header)


def _odd_names(header: Sequence[str]) -> Iterator[str]:
    names = column_names(header)
    renamed = [name for name, plain in zip(names, header, strict=True) if name != plain]
    if renamed:
        yield f"Columns without a name of their own are called {show_names(renamed)}."


def _looked_at(rows: Iterator[Row | BadRow]) -> Iterator[Row | BadRow]:
    cells = 0
    for row in itertools.islice(rows, _ROWS_LOOKED_AT):
        yield row
        cells += len(row.fields) if isinstance(row, Row) else 1
        if cells > _CELLS_LOOKED_AT:
            return


def _columns(plan: Plan, notes: list[str]) -> Columns:
    """The columns that were named, where the file has them, and those that were not, guessed."""
    source, reading, columns = plan.source, plan.reading, plan.columns
    looked_at, names = first_rows(plan)
    rows = [row.fields for row in looked_at if isinstance(row, Row)]
    if columns.label not in {None, *names} and any(isinstance(row, Row) and row.labels for row in looked_at):
        notes.append(f"Its rows bring their labels along; there is no column {columns.label!r} to look at.")
        columns = dataclasses.replace(columns, label=None)
    _require(source, names, columns)
    label, text = columns.label, columns.text
    if label is None and (reading.label_after or reading.label_before):
        label = "label"
    if text is None:
        others = [name for name in names if name not in columns.names()]
        text, how = guess_text(source.name, others or names, rows)
        notes.append(f"Text: column {text!r} ({how}).")
        if label is None:
            label = _label(names, rows, text, notes)
    return dataclasses.replace(columns, text=text, label=label)


def _label(names: Sequence[str], rows: Sequence[dict[str, str]], text: str, notes: list[str]) -> str | None:
    label, possible = guess_label(names, rows, text)
    if label is not None:
        notes.append(f"Label: column {label!r} (by its name).")
    elif possible:
        notes.append(f"No labels were taken: {show_names(possible)} might hold them; name one with --label.")
    return label


def _require(source: SourceFile, found: Sequence[str], columns: Columns) -> None:
    missing = [name for name in columns.names() if name not in found]
    if missing:
        near = difflib.get_close_matches(missing[0], found, n=1, cutoff=0.5)
        raise DataError(
            f"{source.path} has no column {', '.join(map(repr, missing))}; it has {show_names(found)}.",
            next_step=f"Did you mean {near[0]!r}?" if near else "Name one of the columns it has.",
        )
