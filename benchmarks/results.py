"""Results as files and as a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.inputs import MissingInputError
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


def kept_sets(
    folder: Path, name: str, sets: Sequence[str], asked: Mapping[str, Any], key: str = "sets"
) -> dict[str, dict[str, Any]]:
    """The newest kept figures of each set that were measured as asked, from results that have them by `key`.

    Says on stderr which sets are missing; raises `MissingInputError` where all are.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob(f"{name}-*.json")):
        content = json.loads(path.read_text("utf-8"))
        if any(content.get(option) != value for option, value in asked.items()):
            continue
        machine = content["machine"]
        place = {
            "measured_at": content["measured_at"],
            **{one: machine.get(one) for one in ("commit", "cpu", "flags")},
        }
        found |= {one: {**place, **figures} for one, figures in content[key].items() if one in sets}
    missing = [one for one in sets if one not in found]
    if missing:
        shown = ", ".join(f"{option} {value}" for option, value in asked.items() if value is not None)
        print(f"Not measured with {shown}: {', '.join(missing)}", file=sys.stderr)
    if not found:
        raise MissingInputError(
            f"{folder} holds no result of {name} for these sets, measured so.",
            next_step="Run it without --join first, or name the folder with --results DIR.",
        )
    return found


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
