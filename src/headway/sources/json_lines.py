"""jsonl: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from headway.sources.rows import BadRow, Row, bad, read_lines


def read_json_lines(file: BinaryIO) -> Iterator[Row | BadRow]:
    """The objects of a jsonl file; values that are no text are kept as the JSON they were."""
    for line in read_lines(file):
        if line.problem:
            yield bad(line.number, line.problem, line.text)
            continue
        if not line.text.strip():
            continue
        try:
            value = json.loads(line.text)
        except RecursionError:
            yield bad(line.number, "the JSON is nested too deeply", line.text)
            continue
        except ValueError as error:
            yield bad(line.number, f"not valid JSON: {error}", line.text)
            continue
        if isinstance(value, dict):
            yield Row(line.number, {name: _as_text(item) for name, item in value.items()})
        else:
            yield bad(line.number, f"a JSON object was expected, not {type(value).__name__}", line.text)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
