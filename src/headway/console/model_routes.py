"""The pages of models, runs and reports: what there is, how good it is, and which of them is champion."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from headway.comparison.contestants import find_contestants
from headway.console.job_forms import AskedComparison
from headway.console.model_content import models_page, version_page
from headway.console.refusals import told
from headway.console.report_files import find_report
from headway.console.run_content import run_page
from headway.jobs import Worker
from headway.registry import versions
from headway.store import Store
from headway.store.jobs import add_job, list_jobs
from headway.store.runs import get_run
from headway.web.context import signed_in
from headway.web.routes import JsonRoute, Strict, protected
from headway.web.site import Site
from headway.web.standalone import standalone_page

ModelName = Annotated[str, Path(pattern=r"^\w[\w.-]{0,99}$")]
Number = Annotated[int, Path(ge=1, le=1_000_000)]
RunId = Annotated[str, Path(pattern=r"^[0-9a-z]{20}$")]
ReportId = Annotated[str, Path(pattern=r"^[0-9a-f]{20}$")]


class Seen(Strict):
    """Which version was champion when the page was shown."""

    champion: int = Field(ge=1)


def model_router(store: Store, site: Site, worker: Worker) -> APIRouter:
    """The routes of models, runs and reports."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)

    @router.get("/models", **protected("view"))
    def show_all(request: Request) -> Response:
        """Show the models with their versions, and the runs."""
        return site.page(request, "models.html", tasks=models_page(store))

    @router.get("/models/{name}/{number}", **protected("view"))
    def show(request: Request, name: ModelName, number: Number) -> Response:
        """Show one version."""
        version = versions.resolve(store, f"{name}@{number}")
        return site.page(request, "model.html", version=version_page(store, version))

    @router.post("/models/{name}/{number}/promote", **protected("manage_models"))
    def promote(name: ModelName, number: Number) -> Response:
        """Make a version the champion."""
        reference = f"{name}@{number}"
        with told(reference):
            return JSONResponse({"champion": versions.promote(store, reference).reference})

    @router.post("/models/{name}/rollback", **protected("manage_models", body=True))
    def roll_back(name: ModelName, seen: Seen) -> Response:
        """Make the champion before the present one champion again."""
        with told(f"the champion before {name}@{seen.champion}"):
            version = versions.rollback(store, name, present=seen.champion)
        return JSONResponse({"champion": version.reference})

    @router.post("/comparisons", **protected("run_jobs", body=True))
    def compare(request: Request, asked: AskedComparison) -> Response:
        """Ask for a comparison of models and runs."""
        found = find_contestants(store, asked.models)
        job = add_job(store, asked.command(found[0].task), signed_in(request).name)
        worker.notice()
        return JSONResponse({"id": job.id}, 202)

    @router.get("/runs/{run}", **protected("view"))
    def show_run(request: Request, run: RunId) -> Response:
        """Show one training."""
        content = run_page(get_run(store, run), list_jobs(store, results=False), site.language(request))
        return site.page(request, "run.html", run=content)

    @router.get("/reports/{report}", **protected("view"))
    def show_report(report: ReportId) -> Response:
        """Show the page of a report."""
        return standalone_page(find_report(store, report).page)

    return router
