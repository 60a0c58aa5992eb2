"""What a file that somebody sent is, found out in a process of its own, which may fail or be ended."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from headway.child_processes import module_command, same_modules
from headway.errors import DataError
from headway.sources.plan import Asked

_SECONDS = 120.0
_STEP = "Import it with `headway import FILE`, which says more."
# One at a time: a workbook may take as much memory as all else.
_turn = threading.Lock()


def preview_of(path: Path, asked: Asked | None = None, seconds: float = _SECONDS) -> dict[str, Any]:
    """What `sources.preview` says of a file that is read as asked.

    Raises `DataError` where it cannot be read so, or not in time.
    """
    # One word of JSON: nothing that was chosen can be an option of the command.
    words = json.dumps(dataclasses.asdict(asked or Asked()))
    command = module_command("headway.sources.preview", str(path.resolve()), words)
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
        error = content["error"].replace(f"{path.resolve().parent}{os.sep}", "")
        raise DataError(error, next_step=content["next_step"])
    return content
