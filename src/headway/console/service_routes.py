"""The page of the service: its keys, and a place to try the champions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from headway.access.keys import create_key, list_keys, revoke_key
from headway.access.policy import is_loopback
from headway.console.champions import OpenChampions
from headway.console.refusals import told
from headway.serving.loading import champions
from headway.serving.schemas import Texts
from headway.serving.server import url_of
from headway.serving.service import Scored
from headway.settings import ServeSettings
from headway.store import Store
from headway.terminal import curl_line
from headway.web.departure import unless_left
from headway.web.routes import JsonRoute, Strict, protected
from headway.web.site import Site

KeyId = Annotated[str, Path(pattern=r"^[0-9a-z]{20}$")]
TOP_K = 3
#: a longer command line would be of no use to anybody
_LONGEST_LINE = 4_000
_SAMPLE = ["Where is my parcel?", "快递三天了还没到"]


class Question(Strict):
    """Texts for the champion of a model."""

    model: str = Field(pattern=r"^\w[\w.-]{0,99}$")
    inputs: Texts


class NewKey(Strict):
    """Who or what a key is for."""

    name: str = Field(max_length=200)


def service_router(store: Store, site: Site, settings: ServeSettings, opened: OpenChampions) -> APIRouter:
    """The routes of the page about the service."""
    router = APIRouter(route_class=JsonRoute, include_in_schema=False)

    @router.get("/service", **protected("view"))
    def show(request: Request) -> Response:
        """Show how the service is reached, and its keys."""
        names = champions(store)
        content: dict[str, Any] = {
            "models": names,
            "line": _line(store, settings, names[0], _SAMPLE) if names else None,
            "keys": list_keys(store),
            "guarded": _is_guarded(store, settings),
            "settings": settings,
            "url": _url(settings),
        }
        return site.page(request, "service.html", **content)

    @router.post("/service/predictions", **protected("view", body=True))
    async def predict(request: Request, question: Question) -> Response:
        """Ask the champion of a model."""
        texts = question.inputs
        with told(f"{question.model}@champion"):
            model, found = await unless_left(request, opened.predict(question.model, texts, TOP_K))
        line = await run_in_threadpool(_line, store, settings, model.name, texts)
        answers = [_answer(text, scored) for text, scored in zip(texts, found, strict=True)]
        return JSONResponse(
            {"model": model.name, "version": model.version, "predictions": answers, "line": line}
        )

    @router.post("/service/keys", **protected("manage_keys", body=True))
    def make_key(new: NewKey) -> Response:
        """Make a key; its secret is in the answer and nowhere else."""
        key, secret = create_key(store, new.name)
        return JSONResponse({"id": key.id, "name": key.name, "key": secret}, 201)

    @router.post("/service/keys/{key}/revoke", **protected("manage_keys"))
    def revoke(key: KeyId) -> Response:
        """Make a key invalid."""
        return JSONResponse({"revoked_at": revoke_key(store, key).revoked_at})

    return router


def _url(settings: ServeSettings) -> str:
    return url_of(settings.host, settings.port or "PORT")


def _is_guarded(store: Store, settings: ServeSettings) -> bool:
    """Whether the service asks for a key: once one was made it does, even where all were revoked."""
    return not is_loopback(settings.host) or bool(list_keys(store))


def _line(store: Store, settings: ServeSettings, model: str, texts: list[str]) -> str | None:
    """The command line that asks the service the same; None where it would be too long to be used."""
    key = "KEY" if _is_guarded(store, settings) else None
    line = curl_line(_url(settings), model, *texts, top_k=TOP_K, key=key)
    return line if len(line) <= _LONGEST_LINE else None


def _answer(text: str, scored: Scored) -> dict[str, Any]:
    scores = [{"label": label, "score": score} for label, score in scored.scores]
    return {"text": text, "scores": scores, "truncated": bool(scored.truncated)}
