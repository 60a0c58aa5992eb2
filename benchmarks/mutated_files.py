"""Damaged files of every format: none may show a traceback, and no row may be lost in silence.

Each file is read as `headway import` reads it: checked, its encoding and layout found, every row made an
item. What comes out is held against the file itself: each mark of a record that stands in it must be in a
row, or in the lines that a quarantined row stands for. A part of the files is imported into a real project,
where read = added + revised + known + quarantined is counted again in the database.

`tracebacks` counts files that raised anything but an error of ours, `rows_lost` the marks that were not found
again, `refused` the files that were refused in words.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import itertools
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.mutants import MARK, TEXT_FORMATS, Mutant, mutants
from benchmarks.options import positive
from headway.errors import HeadwayError

if TYPE_CHECKING:
    from benchmarks.inputs import Inputs
    from headway.sources.files import SourceFile
    from headway.sources.rows import BadRow, Reading, Row
    from headway.store import Store

_TASK = "intents"
_SHOWN = 20


@dataclasses.dataclass
class Found:
    """What became of one file."""

    rows: int = 0
    quarantined: int = 0
    refused: bool = False
    imported: bool = False
    lost: list[str] = dataclasses.field(default_factory=list)
    traceback: str | None = None


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add `--files`, `--imported` and `--seed`."""
    parser.add_argument("--files", type=positive, default=10_000, help="default: 10,000")
    parser.add_argument("--imported", type=positive, default=1_500, help="default: 1,500")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")


def run(inputs: Inputs, options: argparse.Namespace) -> dict[str, Any]:
    """Read all the files, and import some of them into one project."""
    from headway.store import Store
    from headway.store.tasks import add_task

    total: Counter[str] = Counter()
    findings: list[dict[str, Any]] = []
    slowest = 0.0
    every = max(1, options.files // options.imported)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "project")
        add_task(store, _TASK, "text-classification")
        for mutant in mutants(options.files, options.seed):
            start = time.perf_counter()
            # Coprime with the number of formats, so that all of them are imported.
            found = examine(mutant, Path(folder), store if mutant.number // 36 % every == 0 else None)
            slowest = max(slowest, time.perf_counter() - start)
            total.update(
                files=1,
                rows=found.rows,
                quarantined=found.quarantined,
                refused=found.refused,
                imported=found.imported,
                tracebacks=found.traceback is not None,
                rows_lost=len(found.lost),
            )
            if found.traceback or found.lost:
                findings.append(
                    {
                        "number": mutant.number,
                        "format": mutant.format,
                        "damage": mutant.damage,
                        "lost": found.lost,
                        "traceback": found.traceback,
                    }
                )
        store.close()
    figures = {
        name: total[name]
        for name in ("files", "tracebacks", "rows_lost", "refused", "imported", "rows", "quarantined")
    }
    return {**figures, "slowest_seconds": round(slowest, 2), "findings": findings[:_SHOWN]}


def examine(mutant: Mutant, folder: Path, store: Store | None = None) -> Found:
    """Read one damaged file, and import it too where there is a project."""
    from headway.sources.files import source_files

    path = folder / mutant.name
    path.write_bytes(mutant.data)
    found = Found()
    try:
        try:
            sources = source_files(path)
        except HeadwayError:
            found.refused = True
            return found
        for source in sources:
            _read(source, mutant, found)
        if store is not None:
            _import(path, store, found)
    except Exception:  # noqa: BLE001 - whatever it is, it is a finding
        found.traceback = traceback.format_exc(limit=-3)
    finally:
        path.unlink()
    return found


def _read(source: SourceFile, mutant: Mutant, found: Found) -> None:
    """Read one file as an import would; one that is refused for its columns is read all the same."""
    from headway.sources.formats import FORMATS, format_of, read_rows
    from headway.sources.items import Columns, ItemReader
    from headway.sources.plan import Asked, plan_file
    from headway.sources.rows import BadRow, Reading

    columns = Columns("text")
    try:
        plan = plan_file(source, columns, Asked())
        name, reading = plan.format, plan.reading
    except HeadwayError:
        found.refused = True
        name, reading = _known_format(source, mutant), Reading()
        if name == "tsv":
            reading = Reading(delimiter="\t")
        with contextlib.suppress(HeadwayError):
            name = format_of(source)
    if name not in FORMATS:
        return
    rows: list[Row | BadRow] = []
    try:
        rows += read_rows(source, name, reading)
    except HeadwayError:
        found.refused = True
        return
    reader = ItemReader(columns)
    items = [row if isinstance(row, BadRow) else reader.read(row) for row in rows]
    found.rows += len(rows)
    found.quarantined += sum(isinstance(item, BadRow) for item in items)
    if mutant.format in TEXT_FORMATS:
        found.lost += _lost(mutant.data, rows, reading, name)


def _known_format(source: SourceFile, mutant: Mutant) -> str:
    return {"json-pretty": "json", "csv.gz": "csv", "zip": source.suffix.removeprefix(".") or "jsonl"}.get(
        mutant.format, mutant.format.removesuffix("-min").split("-")[0].replace("label", "label-studio")
    )


def _lost(data: bytes, rows: list[Row | BadRow], reading: Reading, name: str) -> list[str]:
    """The marks of the file that stand neither in a row nor in the lines of a quarantined one."""
    from headway.sources.rows import BadRow, Row

    text = data.decode(reading.encoding, "replace")
    in_lines = name in {"csv", "tsv", "txt", "jsonl", "conll"}
    lines = text.split("\r" if in_lines and "\n" not in text else "\n")
    covered: set[int] = set()
    held: Counter[str] = Counter()
    # A JSON value may begin in the line in which another ends.
    ends = [row.line + (not in_lines) for row in rows[1:]]
    for row, end in itertools.zip_longest(rows, ends, fillvalue=len(lines) + 1):
        if isinstance(row, Row):
            held.update(_marks_of(row))
        if isinstance(row, BadRow):
            covered.update(range(row.line, max(end, row.line + 1)))
    for number, line in enumerate(lines, start=1):
        if number in covered:
            held.update(MARK.findall(line))
        elif name in {"csv", "tsv"} and number < (rows[0].line if rows else len(lines)):
            # Where the header is lost, the first row is taken for it, and its columns are shown.
            held.update(MARK.findall(line))
    needed = Counter(MARK.findall(text))
    return [mark for mark, count in needed.items() if held[mark] < count]


def _marks_of(row: Row) -> Iterator[str]:
    # The tokens of a sentence are those of its text.
    values = [value for name, value in row.fields.items() if name != "tokens"]
    for value in (*values, *row.fields, *(label.label for label in row.labels)):
        yield from MARK.findall(value)


def _import(path: Path, store: Store, found: Found) -> None:
    """Import a file; read = added + revised + known + quarantined, each of them counted where it is kept."""
    from headway.sources import Columns, check_files
    from headway.sources.importer import import_planned
    from headway.store.records import count_records

    try:
        plans = check_files([path], Columns("text"))
    except HeadwayError:
        found.refused = True
        return
    for plan in plans:
        before = count_records(store)
        try:
            done = import_planned(store, _TASK, plan)
        except HeadwayError:
            found.refused = True
            continue
        found.imported = True
        kept = 0
        if done.quarantine:
            kept = len((store.project / done.quarantine).read_text("utf-8").splitlines())
        new = count_records(store) - before
        if done.read != done.added + done.revised + done.known + done.quarantined:
            found.lost.append(f"{done.read} rows read are not the sum of {done}")
        if (kept, new) != (done.quarantined, done.added):
            found.lost.append(f"{kept} in quarantine and {new} new records are not those of {done}")
