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
            value = json.loads(line.text, object_pairs_hook=_object)
            fields = (
                {name: _as_text(item) for name, item in value.items()} if isinstance(value, dict) else None
            )
        except RecursionError:
            yield bad(line.number, "the JSON is nested too deeply", line.text)
            continue
        except ValueError as error:
            yield bad(line.number, f"not valid JSON: {error}", line.text)
            continue
        if fields is None:
            yield bad(line.number, f"a JSON object was expected, not {type(value).__name__}", line.text)
        else:
            yield Row(line.number, fields)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; of a key that stands twice one value would be lost, so it is refused."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"the key {', '.join(map(repr, twice))} stands there more than once")
    return found


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
