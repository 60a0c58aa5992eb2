"""HTML in a text: tags, entities, comments, scripts and styles taken out; what only looks like them stays."""

from __future__ import annotations

import html
import re
import unicodedata

#: elements that stand within a line: without their tags, the text around them is one word still
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span "
    "strike strong sub sup time tt u var wbr"
)
#: elements that part what stands before and after them
_BLOCK = (
    "address article aside audio base blockquote body br button canvas caption center col colgroup dd "
    "details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 "
    "h6 head header hgroup hr html iframe img input legend li link main map marquee menu meta meter nav "
    "noscript object ol optgroup option output p param picture pre progress script section select source "
    "style summary svg table tbody td template textarea tfoot th thead title tr track ul video"
)
#: attributes that need no value
_FLAGS = (
    "allowfullscreen async autoplay checked controls defer disabled hidden loop multiple muted nowrap "
    "readonly required reversed selected"
)


def _one_of(names: str) -> str:
    return "|".join(sorted(names.split(), key=len, reverse=True))


# An attribute needs a value, or a name that HTML knows: `a <b and c> d` is no tag. Possessive quantifiers and
# bounds keep every attempt short, so that no text takes more than linear time.
_ATTRIBUTE = (
    rf"\s{{1,50}}+(?:[\w:.-]{{1,50}}+\s{{0,5}}+=\s{{0,5}}+"
    rf"(?:\"[^\"<>]{{0,5000}}+\"|'[^'<>]{{0,5000}}+'|[^\s\"'<>]{{1,5000}}+)|(?:{_one_of(_FLAGS)})(?![\w-]))"
)
_TAG = re.compile(
    rf"</?(?:(?P<inline>{_one_of(_INLINE)})|{_one_of(_BLOCK)}|[ovwm]:[a-z]{{1,20}}+)(?![\w:-])"
    rf"(?:{_ATTRIBUTE}){{0,50}}+\s{{0,50}}+/?>|<!doctype\s[^<>]{{0,300}}+>|<\?xml\s[^<>]{{0,300}}+>",
    re.IGNORECASE,
)
# Without its semicolon an entity may as well be the parameter of a link (`?a=1&copy=2`); `&nbsp` never is.
_ENTITY = re.compile(
    "&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|&nbsp(?![A-Za-z0-9=;])"
)
_AMPERSANDS = re.compile("&(?:amp;|#0{0,4}38;|#[xX]0{0,4}26;)+")
#: what goes with all it holds: how it begins, how it ends
_HOLDERS = (
    (re.compile("<!--"), re.compile("-->")),
    (
        re.compile(r"<script(?:\s[^<>]{0,5000}+)?>", re.IGNORECASE),
        re.compile(r"</script\s{0,50}>", re.IGNORECASE),
    ),
    (
        re.compile(r"<style(?:\s[^<>]{0,5000}+)?>", re.IGNORECASE),
        re.compile(r"</style\s{0,50}>", re.IGNORECASE),
    ),
)
_BEGINS_MARKUP = re.compile("<(?=[A-Za-z/!?])|&(?=[#A-Za-z])")

#: markup that was escaped is markup again once it is read; deeper than this nobody has escaped in earnest
_ROUNDS = 5


def strip_markup(text: str) -> str:
    """The text a browser would show for HTML; every other text as it is.

    Tags of blocks become a space, tags within a line vanish; an element HTML does not know, such as `<user>`,
    is no tag. Entities need their semicolon. Comments, scripts and styles go with what they hold.
    """
    if "<" not in text and "&" not in text:
        return text
    stripped = text
    for _ in range(_ROUNDS):
        before, stripped = stripped, _strip_once(stripped)
        if stripped == before:
            break
    else:
        stripped = _BEGINS_MARKUP.sub(" ", stripped)
    return stripped if stripped == text else unicodedata.normalize("NFC", stripped)


def _strip_once(text: str) -> str:
    if "<" in text:
        for begin, end in _HOLDERS:
            text = _cut(text, begin, end)
        text = _TAG.sub(lambda tag: "" if tag["inline"] else " ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), _AMPERSANDS.sub("&amp;", text))
    return text


def _cut(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str:
    """The text without what stands between a begin and the next end; a begin without an end stays."""
    kept, position = [], 0
    while (opened := begin.search(text, position)) and (closed := end.search(text, opened.end())):
        kept += [text[position : opened.start()], " "]
        position = closed.end()
    return "".join([*kept, text[position:]])
