"""Serving: takes registered models, gives their predictions over HTTP."""

from headway.serving.app import service_app
from headway.serving.loading import load_models
from headway.serving.server import RunningServer, serve, start
from headway.serving.service import Limits, ServedModel, Service

__all__ = [
    "Limits",
    "RunningServer",
    "ServedModel",
    "Service",
    "load_models",
    "serve",
    "service_app",
    "start",
]
