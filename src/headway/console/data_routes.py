"""The pages of data: what was imported, what was frozen of it, and what is wrong with it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from headway.cleaning.kept import report_path
from headway.console.data_page import (
    data_content,
    import_content,
    upload_content,
    version_content,
    version_of,
)
from headway.console.uploads import Uploads
from headway.datasets import diff_versions
from headway.datasets.page import reason_of
from headway.datasets.strings import text
from headway.settings import ConsoleSettings
from headway.store import Store
from headway.store.records import get_import
from headway.store.tasks import get_task
from headway.web.context import signed_in
from headway.web.routes import JsonRoute, protected
from headway.web.site import Site
from headway.web.standalone import standalone_page

ImportId = Annotated[str, Path(pattern=r"^[0-9a-z]{20}$")]
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


def data_router(store: Store, site: Site, uploads: Uploads, settings: ConsoleSettings) -> APIRouter:
    """The routes of data that change nothing."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)

    @router.get("/data", **protected("view"))
    def show_all(request: Request) -> Response:
        """Show what there is."""
        waiting = [upload_content(uploads, one) for one in uploads.of_author(signed_in(request).id)]
        most = settings.max_upload
        return site.page(request, "data.html", waiting=waiting, most=most, **data_content(store))

    @router.get("/data/imports/{number}", **protected("view"))
    def show_import(request: Request, number: ImportId) -> Response:
        """Show what came of one import."""
        return site.page(request, "import.html", one=import_content(store, get_import(store, number)))

    @router.get("/data/datasets/{version}", **protected("view"))
    def show_version(
        request: Request, version: Hash, against: Annotated[str, Query(max_length=64)] = ""
    ) -> Response:
        """Show one dataset version, and what changed since another one."""
        found, other = version_of(store, version), version_of(store, against)
        if found is None or (against and (other is None or other.task != found.task)):
            raise HTTPException(404, "There is nothing at this path.")
        language = site.language(request)
        changes = diff_versions(store, other, found)["summary"] if other else []
        return site.page(
            request,
            "dataset_version.html",
            said=partial(text, language),
            reason_of=partial(reason_of, language),
            against=against,
            changes=changes,
            **version_content(store, found),
        )

    @router.get("/data/clean", **protected("view"))
    def show_report(task: Annotated[str, Query(max_length=200)]) -> Response:
        """Show the newest report on the data of a task."""
        return standalone_page(report_path(store, get_task(store, task).name))

    return router
