"""Labelling many texts: a stream of texts in, a stream of plain results out."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from headway.errors import DataError, UsageError
from headway.inference import Predictor
from headway.sources import Asked, Columns, Plan, check_files
from headway.sources.files import source_files
from headway.sources.formats import FORMATS, format_of
from headway.sources.rows import BadRow, Row, open_file, read_lines
from headway.text.unicode import is_unicode

_CHUNK = 512
_ENDINGS = {f".{name}" for name in FORMATS}


def predict_lines(folder: Path, texts: Iterable[str], top_k: int | None = None) -> Iterator[dict[str, Any]]:
    """`{"text", "label", "score", "scores"}` for each raw text, in its order."""
    predictor = Predictor.load(folder)
    stream = iter(texts)
    while chunk := list(itertools.islice(stream, _CHUNK)):
        for text, prediction in zip(chunk, predictor.predict(chunk), strict=True):
            scores = dict(itertools.islice(prediction.scores.items(), top_k))
            yield {"text": text, "label": prediction.label, "score": prediction.score, "scores": scores}


def is_file_name(word: str) -> bool:
    """Whether a word that may be a model or a file is a file: `-`, one that is there, or one named so."""
    return word == "-" or Path(word).is_file() or Path(word).suffix.lower() in {".txt", *_ENDINGS}


def texts_of(file: str, column: str | None, format_name: str | None) -> Iterator[str]:
    """The texts of a file: a column of a table, or the lines of a txt file or of stdin (`-`).

    Raises `UsageError` where a table's text column is not named and `DataError` naming the line of a row
    that cannot be read: a prediction must not be missing in silence.
    """
    if file == "-":
        return _lines("stdin", sys.stdin.buffer)
    path = Path(file)
    if (format_name or path.suffix.lower().removeprefix(".")) == "txt":
        return _lines(file, open_file(path))
    if column is None:
        kind = format_of(source_files(path)[0], format_name)
        raise UsageError(
            f"Which column of {file} holds the text?", next_step=f"Name it: --text COLUMN (a {kind} file)."
        )
    return _column(check_files([path], Columns(column), Asked(format=format_name)), column)


def _lines(name: str, file: BinaryIO) -> Iterator[str]:
    with file:
        for line in read_lines(file):
            if line.problem:
                raise DataError(f"{name}, line {line.number}: {line.problem}.", next_step="Save it as UTF-8.")
            yield line.text.rstrip("\r\n")


def _column(plans: Sequence[Plan], column: str) -> Iterator[str]:
    for plan in plans:
        for row in plan.rows():
            problem = _problem(row, column)
            if problem or isinstance(row, BadRow):
                place = f"{plan.source.name}, line {row.line}"
                raise DataError(f"{place}: {problem}.", next_step="Correct or remove that row.")
            yield row.fields[column]


def _problem(row: Row | BadRow, column: str) -> str | None:
    if isinstance(row, BadRow):
        return row.reason
    if column not in row.fields:
        return f"there is no column {column!r}"
    return None if is_unicode(row.fields[column]) else f"column {column!r} is not valid Unicode"
