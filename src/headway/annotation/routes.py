"""The labelling page over HTTP: what is given out, what comes back, and how the lead sets it up."""

from __future__ import annotations

import dataclasses
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from headway.annotation.background import Background
from headway.annotation.labels import names_in_use
from headway.annotation.pages import label_page, plain, quality_page, set_up_page
from headway.annotation.queue import Queue, Submission
from headway.annotation.review import decide, to_review
from headway.annotation.schemas import Decision, Given, Setup, Wanted
from headway.annotation.setting_up import set_up
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store.tasks import get_task, list_tasks
from headway.store.writer import GroupWriter
from headway.web.context import signed_in
from headway.web.routes import JsonRoute, protected
from headway.web.site import Site

TaskName = Annotated[str, Path(max_length=200)]


def annotation_router(
    store: Store, site: Site, writer: GroupWriter, settings: AnnotationSettings, background: Background
) -> APIRouter:
    """The routes of labelling; what all queues change goes through one writer."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)

    def queue(task: str) -> Queue:
        return Queue(store, writer, get_task(store, task).name, settings)

    @router.get("/annotate", **protected("annotate"))
    def choose(request: Request) -> Response:
        """Go to the only task, or show which there are."""
        names = [task.name for task in list_tasks(store)]
        if len(names) == 1:
            return RedirectResponse(f"/annotate/{quote(names[0], safe='')}", 303)
        return site.page(request, "choose_task.html", tasks=names)

    @router.get("/annotate/{task}", **protected("annotate"))
    def show(request: Request, task: TaskName) -> Response:
        """Show the labelling page."""
        content = label_page(
            store, queue(task), signed_in(request), background.last_round(task), blind=settings.blind
        )
        if content is None:
            return site.page(request, "not_set_up.html", task=task)
        return site.page(request, "annotate.html", words=site.words(request, "annotate.js."), **content)

    @router.get("/annotate/{task}/set-up", **protected("manage_labels"))
    def show_set_up(request: Request, task: TaskName) -> Response:
        """Show how labelling is set up."""
        return site.page(request, "set_up.html", **set_up_page(store, get_task(store, task).name))

    @router.put("/annotate/{task}/set-up", **protected("manage_labels", body=True))
    def change_set_up(request: Request, task: TaskName, setup: Setup) -> Response:
        """Set labels and guidelines, and put the texts without a label into the queue."""
        filled = set_up(store, get_task(store, task).name, signed_in(request), setup)
        background.notice()
        return JSONResponse(filled)

    @router.get("/annotate/{task}/review", **protected("manage_labels"))
    def show_review(request: Request, task: TaskName) -> Response:
        """Show the texts on which annotators disagree, or have something to say."""
        name = get_task(store, task).name
        measured = background.measured(name)
        rows = to_review(store, name, measured.suspects["rows"] if measured else ())
        return site.page(request, "review.html", task=name, labels=names_in_use(store, name), rows=rows)

    @router.get("/annotate/{task}/quality", **protected("manage_labels"))
    def show_quality(request: Request, task: TaskName) -> Response:
        """Show how far annotators agree, and how good each of them is."""
        name = get_task(store, task).name
        return site.page(request, "quality.html", **quality_page(store, name, settings))

    @router.post("/annotate/{task}/decisions", **protected("manage_labels", body=True))
    def decide_on(request: Request, task: TaskName, decision: Decision) -> Response:
        """Decide what a text's label is."""
        name = get_task(store, task).name
        decide(store, writer, name, signed_in(request), decision.record, decision.label, decision.seen)
        background.notice()
        return JSONResponse({})

    @router.post("/annotate/{task}/items", **protected("annotate", body=True))
    def take(request: Request, task: TaskName, wanted: Wanted) -> Response:
        """Give out texts, and keep them for who asked."""
        user, of_task = signed_in(request), queue(task)
        held = of_task.take(user, wanted.n)
        items = [plain(one, blind=settings.blind) for one in held]
        return JSONResponse({"items": items, "progress": of_task.progress(user)})

    @router.post("/annotate/{task}/answers", **protected("annotate", body=True))
    def answer(request: Request, task: TaskName, given: Given) -> Response:
        """Keep what somebody did with a text, be it as a draft (409): either answer says it is on disk."""
        submission = Submission(**{**dict(given), "shown": given.shown.model_dump()})
        receipt = queue(task).submit(signed_in(request), submission)
        background.notice()
        return JSONResponse(dataclasses.asdict(receipt), 409 if receipt.refusal else 200)

    return router
