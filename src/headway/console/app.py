"""The console as an application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from headway.access.session_policy import SessionPolicy
from headway.annotation.background import Background
from headway.annotation.routes import annotation_router
from headway.annotation.words import WORDS as ANNOTATION_WORDS
from headway.console.champions import OpenChampions
from headway.console.data_routes import data_router
from headway.console.data_words import WORDS as DATA_WORDS
from headway.console.job_routes import job_router
from headway.console.model_routes import model_router
from headway.console.model_words import WORDS as MODEL_WORDS
from headway.console.routes import console_router
from headway.console.service_routes import service_router
from headway.console.service_words import WORDS as SERVICE_WORDS
from headway.console.upload_routes import upload_router
from headway.console.uploads import Uploads
from headway.console.words import WORDS
from headway.jobs import Worker
from headway.serving.service import Limits
from headway.settings import Settings
from headway.store import Store
from headway.store.writer import GroupWriter
from headway.web import make_app
from headway.web.assets import Assets
from headway.web.site import Link, Site

_NAVIGATION = (
    Link("/", "home", "view"),
    Link("/data", "data", "view"),
    Link("/annotate", "annotate", "annotate"),
    Link("/models", "models", "view"),
    Link("/service", "service", "view"),
    Link("/jobs", "jobs", "run_jobs"),
)


def console_app(store: Store, host: str = "127.0.0.1", settings: Settings | None = None) -> FastAPI:
    """The pages of a project, for who is signed in."""
    settings = settings or Settings()
    assets = Assets(["web", "annotation", "console"])
    words = [WORDS, DATA_WORDS, MODEL_WORDS, SERVICE_WORDS, ANNOTATION_WORDS]
    site = Site(["console", "annotation", "web"], assets, words, _NAVIGATION)
    writer = GroupWriter(store)
    uploads = Uploads(store)
    worker = Worker(store, after=uploads.tidy)
    opened = OpenChampions(store, Limits.of(settings.serve))
    background = Background(store)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        uploads.tidy()
        background.start()
        worker.start()
        yield
        worker.stop()
        background.stop()
        opened.close()
        writer.close()

    routers = [
        assets.router(),
        console_router(store, site, settings.annotation, background),
        annotation_router(store, site, writer, settings.annotation, background),
        model_router(store, site, worker),
        service_router(store, site, settings.serve, opened),
        job_router(store, site, worker),
        data_router(store, site, uploads, settings.console),
        upload_router(store, site, uploads, worker, settings.console),
    ]
    return make_app(
        "Headway console",
        routers,
        policy=SessionPolicy(store, host, hosts=settings.web.hosts),
        refuse=site.refuse,
        lifespan=lifespan,
    )
