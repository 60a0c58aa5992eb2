"""Results as files and as a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headway.store.files import write_atomically


def save_result(folder: Path, name: str, result: Mapping[str, Any], now: datetime | None = None) -> Path:
    """Keep a result as `folder/NAME-<UTC time>.json` and give the path.

    Raises `MachineError` where the file cannot be written.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    path = folder / f"{name}-{moment:%Y%m%dT%H%M%S.%fZ}.json"
    content = {**result, "measured_at": moment.isoformat()}
    write_atomically(path, json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8"))
    return path


def table(result: Mapping[str, Any]) -> str:
    """A result as two aligned columns; nested keys are joined with dots."""
    rows = list(_flat(result, ""))
    width = max((len(key) for key, _ in rows), default=0)
    return "\n".join(f"{key:<{width}}  {value}" for key, value in rows)


def _flat(content: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, _cell(value)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return "–" if value is None else str(value)
