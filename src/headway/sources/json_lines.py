"""jsonl: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from headway.sources.json_values import as_text, unique_keys
from headway.sources.rows import BadRow, Reading, Row, bad, read_lines


def read_json_lines(file: BinaryIO, reading: Reading) -> Iterator[Row | BadRow]:
    """The objects of a jsonl file; values that are no text are kept as the JSON they were."""
    for line in read_lines(file, reading.encoding):
        if line.problem:
            yield bad(line.number, line.problem, line.text)
            continue
        if not line.text.strip():
            continue
        try:
            value = json.loads(line.text, object_pairs_hook=unique_keys)
            fields = (
                {name: as_text(item) for name, item in value.items()} if isinstance(value, dict) else None
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
