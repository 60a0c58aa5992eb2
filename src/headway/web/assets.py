"""Style sheets and scripts of the pages: a closed set of our own files, known by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from headway.web.routes import JsonRoute, protected

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str
    #: beginning of its sha256
    version: str


class Assets:
    """The files below `static/` of some packages, read once: `web/site.css` is that of `headway.web`."""

    def __init__(self, rooms: Sequence[str]) -> None:
        self._found: dict[str, Asset] = {}
        for room in rooms:
            for file in files(f"headway.{room}").joinpath("static").iterdir():
                ending = file.name.rpartition(".")[2]
                if ending in _TYPES:
                    self._found[f"{room}/{file.name}"] = _read(file.read_bytes(), ending)

    def url(self, name: str) -> str:
        """Where a page loads a file from: a new address with each new content, so that it can be kept."""
        return f"/assets/{name}?v={self._found[name].version}"

    def get(self, name: str) -> Asset | None:
        """The file of a name."""
        return self._found.get(name)

    def router(self) -> APIRouter:
        """The route that gives the files. They hold nothing of the project: no sign-in is needed."""
        router = APIRouter(route_class=JsonRoute)

        @router.get("/assets/{room}/{name}", include_in_schema=False, **protected("public"))
        async def asset(room: str, name: str, v: str = "") -> Response:
            """Give a style sheet or a script."""
            found = self.get(f"{room}/{name}")
            if found is None:
                raise HTTPException(404, "There is nothing at this path.")
            # A script that another one imports is asked for without its version.
            keep = "public, max-age=31536000, immutable" if v == found.version else "no-cache"
            headers = {"Cache-Control": keep, "ETag": f'"{found.version}"'}
            return Response(found.content, media_type=found.media_type, headers=headers)

        return router


def _read(content: bytes, ending: str) -> Asset:
    return Asset(content, _TYPES[ending], hashlib.sha256(content).hexdigest()[:12])
