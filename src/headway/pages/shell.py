"""The shell of every report: one self-contained HTML file, both languages, no script, nothing loaded."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from headway.pages.words import LANGUAGES, Language, in_language
from headway.terminal import percent

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(package: str, text: Callable[..., str]) -> Environment:
    """The templates of a package, which extend `page.html` and may import from `macros.html`.

    `text(language, key, **values)` gives the words of the package, the key `footer` among them.
    """
    made = templates(package, "headway.pages")
    made.globals.update(languages=LANGUAGES, text=text)
    made.filters.update(in_language=in_language)
    return made


def templates(*packages: str) -> Environment:
    """The templates of some packages, of equal names the first; what is filled in is escaped.

    The filter `percent` writes a share as people read it.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - slow to load

    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["percent"] = percent
    return made


def render_page(
    made: Environment,
    template: str,
    *,
    title: str,
    language: Language,
    styles: tuple[str, ...] = (),
    **content: Any,
) -> str:
    """Fill in a template that extends `page.html`; the page opens in the language given.

    Both languages are in the page, switched by a radio button and CSS alone. It runs under a content
    security policy that allows its own style sheet (`page.css` and the `styles` named) and nothing else.
    All content is escaped but what is `Markup`, such as charts.
    """
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    style = "".join(made.loader.get_source(made, name)[0] for name in ("page.css", *styles))  # type: ignore[union-attr]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return made.get_template(template).render(
        title=title,
        language=language,
        style=Markup(style),  # noqa: S704 - our own files
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        **content,
    )
