"""What a service says on a terminal: its logs, one JSON object a line on stderr, and a line to try it."""

from __future__ import annotations

import json
import logging
import shlex
import sys


def log_to_stderr() -> None:
    """Send the access log (each message is a JSON object already) and errors to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    for name, level in (("headway.access", logging.INFO), ("headway.web", logging.ERROR)):
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.handlers = [handler]


def curl_line(url: str, model: str, text: str) -> str:
    """A command line that sends one text to a model, ready to be pasted."""
    body = shlex.quote(json.dumps({"inputs": [text], "top_k": 3}, ensure_ascii=False))
    return f"curl -s {url}/v1/models/{model}/predict -H 'Content-Type: application/json' -d {body}"
