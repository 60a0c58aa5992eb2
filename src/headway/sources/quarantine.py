"""The quarantine file: every row that could not be used, with its line and the reason."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO

from headway.records import Import
from headway.sources.rows import BadRow
from headway.store.files import machine_errors, sync_folder

_LINES_SHOWN = 10


def read_reasons(path: Path, most: int) -> list[tuple[str, int, list[int]]]:
    """Why rows are in a quarantine file: (reason, rows, the first lines), the most frequent first.

    At most so many rows are looked at. A file that is gone, or a row that cannot be read, tells nothing.
    """
    lines: dict[str, list[int]] = {}
    if not path.is_file():
        return []
    with machine_errors(f"reading {path}"), path.open(encoding="utf-8") as file:
        for text in itertools.islice(file, most):
            try:
                row = json.loads(text)
                lines.setdefault(row["reason"], []).append(row["line"])
            except (ValueError, KeyError, TypeError):
                continue
    found = [(reason, len(each), each[:_LINES_SHOWN]) for reason, each in lines.items()]
    return sorted(found, key=lambda one: -one[1])


class Quarantine:
    """JSON Lines `{"line", "reason", "raw"}`, one file an import, made with its first row."""

    def __init__(self, folder: Path, started: Import) -> None:
        # A file name holds 255 bytes; 40 characters are at most 160.
        name = re.sub(r"[^\w.-]+", "_", started.source)[:40]
        self.path = folder / f"{started.id}-{name}.jsonl"
        self.count = 0
        self._reasons: Counter[str] = Counter()
        self._file: IO[str] | None = None

    @property
    def relative_path(self) -> str | None:
        """The file below the project folder, or None where no row was quarantined."""
        return f"{self.path.parent.name}/{self.path.name}" if self.count else None

    def add(self, row: BadRow) -> None:
        """Keep a row and its reason."""
        with machine_errors(f"writing {self.path}"):
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", encoding="utf-8")
                sync_folder(self.path.parent)
            line = {"line": row.line, "reason": row.reason, "raw": row.raw}
            self._file.write(json.dumps(line, ensure_ascii=True) + "\n")
        self.count += 1
        self._reasons[row.reason] += 1

    def sync(self) -> None:
        """Make what was added durable, before the rows that could be used are."""
        if self._file is not None:
            with machine_errors(f"writing {self.path}"):
                self._file.flush()
                os.fsync(self._file.fileno())

    def summary(self) -> str:
        """The most frequent reasons in a sentence."""
        frequent = "; ".join(f"{count:,} × {reason}" for reason, count in self._reasons.most_common(3))
        return f"Reasons: {frequent}."

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            with machine_errors(f"writing {self.path}"), self._file:
                self.sync()
