"""What a service says on a terminal: its logs, one JSON object a line on stderr."""

from __future__ import annotations

import logging
import sys


def log_to_stderr() -> None:
    """Send the access log (each message is a JSON object already) and errors to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name, level in (("headway.access", logging.INFO), ("headway.web", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [handler]
