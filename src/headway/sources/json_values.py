"""JSON values as the fields of a row: what all formats made of JSON share."""

from __future__ import annotations

import json
from typing import Any


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; of a key that stands twice one value would be lost, so it is refused."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"the key {', '.join(map(repr, twice))} stands there more than once")
    return found


#: reads JSON; raises `ValueError` for what is none and `RecursionError` for what is nested too deeply
DECODER = json.JSONDecoder(object_pairs_hook=unique_keys)


def as_text(value: Any) -> str:
    """A JSON value as a field: text as it is, null as nothing, all else as the JSON it was."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def as_fields(value: Any) -> dict[str, str]:
    """The fields of a JSON object. Raises `ValueError` for another value, `RecursionError` for a deep one."""
    if not isinstance(value, dict):
        raise ValueError(f"a JSON object was expected, not {type(value).__name__}")
    return {name: as_text(item) for name, item in value.items()}
