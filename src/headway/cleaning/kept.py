"""Where the newest clean report of a task is kept as a page."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from headway.store import Store


def report_path(store: Store, task: str) -> Path:
    """The page below the project's reports. Its name begins as the task's; a hash tells alike ones apart."""
    # A file name holds 255 bytes; 40 characters are at most 160.
    name = re.sub(r"[^\w.-]+", "_", task)[:40]
    digest = hashlib.sha256(task.encode()).hexdigest()[:8]
    return store.project / "reports" / f"clean-{name}-{digest}.html"
