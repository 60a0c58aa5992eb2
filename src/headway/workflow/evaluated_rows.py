"""The rows of an evaluation: of the sealed test split or of a file, with what is known of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from headway.datasets import find_version, load_rows
from headway.errors import DataError, UsageError
from headway.evaluation.report import DataUsed
from headway.records import ModelVersion, Split
from headway.registry import Manifest
from headway.sources import Asked, Columns, check_files
from headway.sources.rows import BadRow, Row
from headway.store import Store
from headway.store.files import sha256_of
from headway.store.origins import Origin, get_origins
from headway.text import prepare
from headway.text.unicode import is_unicode


@dataclass(frozen=True)
class LabelledFile:
    """A file with labels that is not part of the project."""

    path: Path
    columns: Columns
    format_name: str | None = None


@dataclass(frozen=True)
class EvaluatedRows:
    """Rows to measure on, and the name under which looks at them are counted.

    `keys` names each row so that a person finds it, `columns` has the user's other columns, each with one
    value a row ("" where there is none). `sources` says which file each row of a split came from.
    """

    texts: list[str]
    labels: list[str]
    look_key: str
    used: DataUsed
    keys: list[str]
    columns: dict[str, list[str]]
    sources: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def labelled_file(
    path: Path | None, text: str | None, label: str | None, format_name: str | None = None
) -> LabelledFile | None:
    """The file to measure on, or None for the test split. Raises `UsageError` where a column is not named."""
    if path is None:
        return None
    if text is None or label is None:
        raise UsageError(
            f"Which columns of {path} hold text and label?", next_step="Name them: --text COL --label COL."
        )
    return LabelledFile(path, Columns(text, label), format_name)


def split_rows(store: Store, task: str) -> EvaluatedRows:
    """The test rows of a task's newest dataset version: the only place that opens them.

    Raises `DataError` where there are none.
    """
    dataset = find_version(store, task)
    rows = load_rows(store, dataset, [Split.TEST])
    if not rows:
        raise DataError(
            f"Version {dataset.number} of the dataset of {task!r} has no test rows.",
            next_step="Import some with --split test, or name a file: --data FILE --text COL --label COL.",
        )
    origins = get_origins(store, [row.record for row in rows])
    known = [origins.get(row.record) or Origin(row.record, "", {}) for row in rows]
    used: DataUsed = {
        "kind": "test",
        "name": f"test split, dataset version {dataset.number}",
        "dataset_hash": dataset.hash,
        "n": len(rows),
        "looks": 0,
    }
    return EvaluatedRows(
        [row.text for row in rows],
        [row.label for row in rows],
        # By task and not by content: a split only grows, and rows that were seen stay in it.
        f"test:{task}",
        used,
        keys=[origin.key for origin in known],
        columns=_columns([origin.fields for origin in known]),
        sources=[origin.source for origin in known],
    )


def file_rows(file: LabelledFile) -> EvaluatedRows:
    """The rows of a file that have text and label; how many were left out is among the warnings.

    Raises `DataError` where there is no such row.
    """
    kept: list[Row] = []
    left_out = 0
    for row in _read(file):
        if isinstance(row, Row) and _is_usable(row, file.columns):
            kept.append(row)
        else:
            left_out += 1
    if not kept:
        raise DataError(
            f"{file.path} has no row with both a text and a label.",
            next_step="Name the columns with --text COL --label COL.",
        )
    digest, name = sha256_of(file.path), file.path.name
    used: DataUsed = {"kind": "file", "name": name, "dataset_hash": digest, "n": len(kept), "looks": 0}
    text, label = file.columns.text or "", file.columns.label or ""
    others = [{name: row.fields[name] for name in row.fields if name not in (text, label)} for row in kept]
    words = f"{left_out:,} rows of {name} were left out: no text, no label, or not readable."
    return EvaluatedRows(
        [row.fields[text] for row in kept],
        [row.fields[label] for row in kept],
        f"file:{digest}",
        used,
        keys=[f"{name}:{row.line}" for row in kept],
        columns=_columns(others),
        warnings=[words] if left_out else [],
    )


def seen_in_training(store: Store, version: ModelVersion, manifest: Manifest, texts: Sequence[str]) -> int:
    """How many texts are, once prepared, one that the model learned from."""
    dataset = find_version(store, version.task, manifest.dataset)
    rows = load_rows(store, dataset, [Split.TRAIN, Split.VALIDATION])
    known = {prepare(row.text, manifest.preparation) for row in rows}
    return sum(prepare(text, manifest.preparation) in known for text in texts)


def _read(file: LabelledFile) -> Iterator[Row | BadRow]:
    for plan in check_files([file.path], file.columns, Asked(format=file.format_name)):
        yield from plan.rows()


def _is_usable(row: Row, columns: Columns) -> bool:
    text, label = row.fields.get(columns.text or "", ""), row.fields.get(columns.label or "", "")
    return bool(text.strip() and label.strip() and is_unicode(text + label))


def _columns(fields: Sequence[dict[str, str]]) -> dict[str, list[str]]:
    """Column → one value a row, the columns that most rows have first."""
    names = Counter(name for one in fields for name in one)
    return {name: [one.get(name, "") for one in fields] for name, _ in names.most_common()}
