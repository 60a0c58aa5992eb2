"""Whole pages that were written to a file, such as reports: shown as they are, and allowed nothing."""

from __future__ import annotations

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from headway.store.files import machine_errors

# Of an origin of its own (sandbox), so that whatever is in it could not speak for who reads it.
_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def standalone_page(path: Path) -> Response:
    """The page in a file: it may hold its own style and pictures, runs no script and loads nothing.

    Raises `HTTPException` 404 where there is none.
    """
    with machine_errors("reading a page"):
        if not path.is_file():
            raise HTTPException(404, "There is nothing at this path.")
        return HTMLResponse(path.read_bytes(), headers={"Content-Security-Policy": _POLICY})
