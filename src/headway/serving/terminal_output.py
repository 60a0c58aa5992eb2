"""What a service says on a terminal: its logs, one JSON object a line on stderr."""

from __future__ import annotations

import logging
import sys


def log_to_stderr() -> None:
    """Send the access log, the learners' rounds (each message is JSON already) and errors to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    levels = {
        "headway.access": logging.INFO,
        "headway.annotation": logging.INFO,
        "headway.web": logging.ERROR,
    }
    for name, level in levels.items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [handler]
