"""A job as it is shown."""

from __future__ import annotations

import shlex
from typing import Any

from headway.records import Job


def content_of(job: Job) -> dict[str, Any]:
    """A job as plain data; its command as one types it."""
    return {
        "id": job.id,
        "state": job.state,
        "command": shlex.join(["headway", *job.command]),
        "author": job.author,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "attempts": job.attempts,
        "cancel": job.cancel,
        "result": job.result,
        "error": job.error,
    }
