"""The service as an application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Gauge

from headway.access import Policy
from headway.serving.routes import service_router
from headway.serving.service import Service
from headway.web import make_app


def service_app(service: Service, policy: Policy) -> FastAPI:
    """The HTTP interface of a service, for the host and the keys of a policy."""
    registry = CollectorRegistry()
    waiting = Gauge("headway_waiting_texts", "Texts waiting or being computed", registry=registry)
    waiting.set_function(lambda: service.worker.rows)
    running = False

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        nonlocal running
        running = True
        yield
        running = False
        service.close()

    return make_app(
        "Headway",
        [service_router(service)],
        policy=policy,
        registry=registry,
        ready=lambda: running,
        max_body=service.limits.max_body,
        lifespan=lifespan,
    )
