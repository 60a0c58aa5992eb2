"""Signing in and out, and the first page."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from headway.access.attempts import Attempts
from headway.access.passwords import LONGEST, SHORTEST
from headway.access.session_policy import COOKIE, session_secret
from headway.access.users import SESSION, choose_password, invited, sign_in, sign_out
from headway.annotation.background import Background
from headway.annotation.effort import effort
from headway.annotation.outlook_words import outlook_words
from headway.annotation.status import status
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store.tasks import list_tasks
from headway.store.users import folded
from headway.web.routes import JsonRoute, Strict, protected
from headway.web.site import SIGN_IN, Site

Secret = Annotated[str, Path(max_length=100)]


class Credentials(Strict):
    """Who wants to sign in."""

    name: str = Field(max_length=200)
    password: str = Field(max_length=LONGEST)


class NewPassword(Strict):
    """What somebody who was invited chose."""

    password: str = Field(max_length=LONGEST)


def console_router(
    store: Store, site: Site, settings: AnnotationSettings, background: Background
) -> APIRouter:
    """The routes of a project's console."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)
    attempts = Attempts()

    @router.get(SIGN_IN, **protected("public"))
    def show_sign_in(request: Request) -> Response:
        """Show the form to sign in."""
        return site.page(request, "sign_in.html")

    @router.post(SIGN_IN, **protected("public", body=True))
    def begin_session(request: Request, credentials: Credentials) -> Response:
        """Sign in."""
        name = folded(credentials.name)
        attempts.begin(name)
        _, secret = sign_in(store, credentials.name, credentials.password)
        attempts.succeeded(name)
        return _with_cookie(request, secret)

    @router.get("/welcome/{secret}", **protected("public"))
    def show_welcome(request: Request, secret: Secret) -> Response:
        """Show the form to choose a password."""
        return site.page(request, "welcome.html", name=invited(store, secret).name, shortest=SHORTEST)

    @router.post("/welcome/{secret}", **protected("public", body=True))
    def welcome(request: Request, secret: Secret, chosen: NewPassword) -> Response:
        """Use a link up, and sign in."""
        _, session = choose_password(store, secret, chosen.password)
        return _with_cookie(request, session)

    @router.post("/sign-out", **protected("view"))
    def end_session(request: Request) -> Response:
        """Sign out."""
        sign_out(store, session_secret(request.headers) or "")
        answer = JSONResponse({})
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
        return answer

    @router.get("/", **protected("view"))
    def home(request: Request) -> Response:
        """Show how far the project has come."""
        language = site.language(request)
        tasks = [_progress(store, task.name, settings, background, language) for task in list_tasks(store)]
        return site.page(request, "home.html", project=store.project.resolve().name, tasks=tasks)

    return router


def _progress(
    store: Store, task: str, settings: AnnotationSettings, background: Background, language: str
) -> dict[str, Any]:
    """How far a task has come, and whether to label on."""
    found = status(store, task, disputed=0)
    taken = effort(store, task, settings)
    measured = background.measured(task)
    ahead = measured.outlook if measured else None
    outlook = {**ahead, "words": outlook_words(ahead, language)} if ahead else None
    return {**found, "effort": taken, "outlook": outlook}


def _with_cookie(request: Request, secret: str) -> Response:
    answer = JSONResponse({"next": "/"})
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer
