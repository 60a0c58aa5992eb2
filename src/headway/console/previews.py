"""What a file that somebody sent is, found out in a process of its own, which may fail or be ended."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from headway.child_processes import module_command, same_modules
from headway.errors import DataError

_SECONDS = 120.0
_STEP = "Import it with `headway import FILE`, which says more."
# One at a time: a workbook may take as much memory as all else.
_turn = threading.Lock()


def preview_of(path: Path, seconds: float = _SECONDS) -> dict[str, Any]:
    """What `sources.preview` says of a file. Raises `DataError` where it cannot be read, or not in time."""
    command = module_command("headway.sources.preview", str(path.resolve()))
    try:
        with _turn:
            done = subprocess.run(  # noqa: S603 - our own module and a file of ours
                command, capture_output=True, env=same_modules(), timeout=seconds, check=False
            )
    except subprocess.TimeoutExpired:
        raise DataError(f"{path.name} takes longer to look at than there is time.", next_step=_STEP) from None
    try:
        content: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise DataError(f"{path.name} cannot be looked at.", next_step=_STEP) from None
    if "error" in content:
        # Where it lies is no business of who sent it.
        words = content["error"].replace(f"{path.resolve().parent}{os.sep}", "")
        raise DataError(words, next_step=content["next_step"])
    return content
