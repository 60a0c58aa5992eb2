"""The page of jobs: what the console is asked to do, how far it is, and what came of it."""

from __future__ import annotations

import os
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, Response

from headway.console.data_page import imports_of
from headway.console.job_forms import CONSENSUS, KINDS, RECIPES, AskedJob
from headway.console.job_made import made_by
from headway.console.report_files import report_made
from headway.jobs import Worker
from headway.jobs.content import content_of
from headway.jobs.files import read_log
from headway.records import Job
from headway.store import Store
from headway.store import jobs as rows
from headway.store.tasks import get_task, list_tasks
from headway.web.context import signed_in
from headway.web.routes import JsonRoute, protected
from headway.web.site import Site

JobId = Annotated[str, Path(pattern=r"^[0-9a-z]{20}$")]
_SHOWN = 50


def job_router(store: Store, site: Site, worker: Worker) -> APIRouter:
    """The routes of jobs."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)

    @router.get("/jobs", **protected("run_jobs"))
    def show_all(request: Request) -> Response:
        """Show the jobs, and what can be asked for."""
        jobs = [_content(store, job) for job in rows.list_jobs(store, _SHOWN)]
        tasks = [task.name for task in list_tasks(store)]
        choices: dict[str, Any] = {"kinds": KINDS, "tasks": tasks, "recipes": RECIPES, "consensus": CONSENSUS}
        return site.page(request, "jobs.html", jobs=jobs, **choices)

    @router.post("/jobs", **protected("run_jobs", body=True))
    def ask(request: Request, asked: AskedJob) -> Response:
        """Ask for a job."""
        get_task(store, asked.task)
        job = rows.add_job(store, asked.command(), signed_in(request).name)
        worker.notice()
        return JSONResponse({"id": job.id}, 202)

    @router.get("/jobs/{job}", **protected("run_jobs"))
    def show(request: Request, job: JobId) -> Response:
        """Show one job with what it said."""
        found = rows.get_job(store, job)
        return site.page(
            request,
            "job.html",
            job=_content(store, found),
            log=read_log(store, found.id),
            imports=imports_of(store, found),
            made=made_by(store, found),
            report=report_made(store, found.result),
        )

    @router.post("/jobs/{job}/cancel", **protected("run_jobs"))
    def cancel(job: JobId) -> Response:
        """Cancel a job."""
        return JSONResponse({"state": rows.cancel_job(store, job).state})

    return router


def _content(store: Store, job: Job) -> dict[str, Any]:
    lines = read_log(store, job.id).splitlines() if job.state == "running" else []
    content = content_of(job)
    # Where the project lies on the machine says nothing to who reads the page.
    place = f"{store.project.resolve()}{os.sep}"
    return {
        **content,
        **{name: (content[name] or "").replace(place, "") for name in ("command", "error")},
        "can_cancel": job.state in ("waiting", "running") and not job.cancel,
        "last_words": lines[-1] if lines else "",
    }
