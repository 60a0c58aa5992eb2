"""Pages of an application that people sign in to: one look, one navigation, both languages."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from headway.access.permissions import Permission
from headway.access.policy import Door
from headway.access.roles import permissions_of
from headway.access.users import form_token
from headway.errors import AuthenticationError, HeadwayError
from headway.pages.shell import templates
from headway.pages.words import LANGUAGES, Language
from headway.web.assets import Assets
from headway.web.context import context_of
from headway.web.problems import is_unexpected
from headway.web.problems import refuse as problem_of
from headway.web.words import SHARED, Words, joined

LANGUAGE_COOKIE = "headway_language"
THEME_COOKIE = "headway_theme"
THEMES = ("auto", "light", "dark")
SIGN_IN = "/sign-in"


@dataclass(frozen=True)
class Link:
    """An entry of the navigation: shown to whom the permission lets in; its words are `nav.` and the key."""

    path: str
    key: str
    permission: Permission


class Site:
    """Renders the pages of some rooms; each has `templates/` and words of its own, and maybe `static/`."""

    def __init__(
        self, rooms: Sequence[str], assets: Assets, words: Sequence[Words], navigation: Sequence[Link]
    ) -> None:
        self.assets = assets
        self._words = joined(SHARED, *words)
        self._navigation = tuple(navigation)
        self._templates = templates(*(f"headway.{room}" for room in rooms))

    def page(self, request: Request, template: str, *, status: int = 200, **content: Any) -> Response:
        """A page in the language of the reader. What it shows is escaped; its scripts carry a nonce."""
        context = context_of(request)
        language = self.language(request)
        nonce = secrets.token_urlsafe(16)
        session = context.session
        allowed = permissions_of(session.user.role) if session else frozenset()
        body = self._templates.get_template(template).render(
            t=partial(self.text, language),
            language=language,
            languages=LANGUAGES,
            theme=_known(request.cookies.get(THEME_COOKIE), THEMES),
            themes=THEMES,
            nonce=nonce,
            asset=self.assets.url,
            user=session.user if session else None,
            allowed=allowed,
            links=[link for link in self._navigation if link.permission in allowed],
            path=request.url.path,
            form_token=form_token(_secret(request)) if session else "",
            **content,
        )
        return HTMLResponse(body, status, headers={"Content-Security-Policy": _policy(nonce)})

    def text(self, language: Language, key: str, **values: object) -> str:
        """Words in a language, filled in."""
        return self._words[language][key].format(**values)

    def words(self, request: Request, prefix: str) -> dict[str, str]:
        """The words whose keys begin so, for a script of a page: by the rest of the key, not filled in."""
        words = self._words[self.language(request)]
        return {key.removeprefix(prefix): text for key, text in words.items() if key.startswith(prefix)}

    def language(self, request: Request) -> Language:
        """The language that the reader chose, else the first of ours that the browser asks for."""
        chosen = request.cookies.get(LANGUAGE_COOKIE)
        for language in LANGUAGES:
            if chosen == language:
                return language
        asked = [part.strip().lower() for part in request.headers.get("accept-language", "").split(",")]
        return next((language for part in asked for language in LANGUAGES if part[:2] == language), "en")

    def refuse(self, error: Exception, request: Request, request_id: str) -> Response:
        """What is answered to a refused request: a page to who asked for one, else a problem document.

        Who is not signed in is sent to the page where one can.
        """
        asks_for_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if not asks_for_page:
            return problem_of(error, request, request_id)
        if isinstance(error, AuthenticationError):
            return RedirectResponse(f"{SIGN_IN}?next={quote(request.url.path)}", 303)
        if isinstance(error, RequestValidationError):
            # A page is asked for without a body: it is the address that names nothing.
            error = HTTPException(404)
        status = error.status if isinstance(error, HeadwayError) else getattr(error, "status_code", 500)
        language = self.language(request)
        words = _reason(error, partial(self.text, language), request_id)
        return self.page(request, "refused.html", status=status, words=words)


def _reason(error: Exception, text: Callable[..., str], request_id: str) -> list[str]:
    if isinstance(error, HeadwayError) and not is_unexpected(error):
        return [error.message, *([error.next_step] if error.next_step else [])]
    if isinstance(error, HTTPException):
        return [text("refused.missing") if error.status_code == 404 else str(error.detail)]
    return [text("refused.failed", id=request_id)]


def _policy(nonce: str) -> str:
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


def _known(given: str | None, names: Sequence[str]) -> str:
    return next((name for name in names if name == given), names[0])


def _secret(request: Request) -> str:
    """The secret of the session the request was let in with."""
    policy: Door = request.app.state.policy
    return policy.secret_in(request.headers) or ""
