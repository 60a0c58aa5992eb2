"""Sending a file to the console, seeing what it is, and having it imported."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from headway.console.data_page import upload_content
from headway.console.file_names import checked_name
from headway.console.job_forms import SPLITS, AskedImport
from headway.console.reading_forms import AskedReading
from headway.console.uploads import Upload, Uploads
from headway.jobs import Worker
from headway.settings import ConsoleSettings
from headway.sources.encodings import ENCODINGS
from headway.store import Store
from headway.store.tasks import get_task, list_tasks
from headway.web.bodies import pieces_of
from headway.web.context import signed_in
from headway.web.routes import JsonRoute, protected
from headway.web.site import Site

UploadId = Annotated[str, Path(pattern=r"^[0-9a-z]{20}$")]
# Longer than a name may be, so that it is refused in words.
FileName = Annotated[str, Query(max_length=2_000)]
_MEDIA_TYPE = "application/octet-stream"


def upload_router(
    store: Store, site: Site, uploads: Uploads, worker: Worker, settings: ConsoleSettings
) -> APIRouter:
    """The routes of files that are sent. Who sent one sees it; to others it is not there."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)

    def found(request: Request, upload: str) -> Upload:
        one = uploads.find(upload, signed_in(request).id)
        if one is None:
            raise HTTPException(404, "There is nothing at this path.")
        return one

    @router.post("/data/uploads", **protected("manage_data", streamed=True, also=(415, 422, 507)))
    async def send(request: Request, name: FileName) -> Response:
        """Take a file: its bytes are the body."""
        if request.headers.get("content-type", "") != _MEDIA_TYPE:
            raise HTTPException(415, f"A file is sent as {_MEDIA_TYPE}.")
        pieces = pieces_of(request, settings.max_upload)
        kept = await uploads.keep(pieces, checked_name(name), signed_in(request).id)
        return JSONResponse({"id": kept.id}, 201)

    @router.get("/data/uploads/{upload}", **protected("manage_data"))
    def show(request: Request, upload: UploadId) -> Response:
        """Show what a file is, and ask how it is to be imported."""
        one = found(request, upload)
        preview = uploads.preview(one)
        return site.page(
            request,
            "upload.html",
            upload=upload_content(uploads, one),
            preview=preview,
            reading=AskedReading(**preview["asked"]).options(),
            encodings=ENCODINGS,
            tasks=[task.name for task in list_tasks(store)],
            splits=SPLITS,
        )

    @router.post("/data/uploads/{upload}/reading", **protected("manage_data", body=True))
    def read_anew(request: Request, upload: UploadId, asked: AskedReading) -> Response:
        """Find out what a file is where it is read as asked."""
        uploads.read_anew(found(request, upload), asked)
        return JSONResponse({})

    @router.post("/data/uploads/{upload}/import", **protected("manage_data", body=True))
    def begin(request: Request, upload: UploadId, asked: AskedImport) -> Response:
        """Ask for the job that imports a file."""
        one = found(request, upload)
        get_task(store, asked.task)
        preview = uploads.preview(one)
        reading = AskedReading(**preview["asked"]).options()
        command = asked.command(uploads.path(one), preview["columns"], reading)
        job = uploads.begin_import(one, command, signed_in(request).name)
        worker.notice()
        return JSONResponse({"id": job.id}, 202)

    @router.delete("/data/uploads/{upload}", **protected("manage_data"))
    def remove(request: Request, upload: UploadId) -> Response:
        """Delete a file without importing it."""
        uploads.remove(found(request, upload))
        return JSONResponse({})

    return router
