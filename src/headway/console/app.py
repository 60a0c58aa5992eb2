"""The console as an application."""

from __future__ import annotations

from fastapi import FastAPI

from headway.access.session_policy import SessionPolicy
from headway.console.routes import console_router
from headway.console.words import WORDS
from headway.store import Store
from headway.web import make_app
from headway.web.assets import Assets
from headway.web.site import Link, Site

_NAVIGATION = (Link("/", "home", "view"),)


def console_app(store: Store, host: str = "127.0.0.1") -> FastAPI:
    """The pages of a project, for who is signed in."""
    assets = Assets(["web", "console"])
    site = Site(["console", "web"], assets, [WORDS], _NAVIGATION)
    routers = [assets.router(), console_router(store, site)]
    return make_app("Headway console", routers, policy=SessionPolicy(store, host), refuse=site.refuse)
