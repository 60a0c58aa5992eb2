"""Personal data in a text: found with their kind and place, and masked by kind or by a stable pseudonym."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from headway.text.addresses import find_chinese_addresses, find_western_addresses
from headway.text.contacts import find_emails, find_ips, find_secrets
from headway.text.contexts import Span
from headway.text.documents import find_documents, find_papers, find_plates, has_papers
from headway.text.names import find_names, may_have_names
from headway.text.phones import find_phones

#: what is found; of two findings that overlap a secret stays, else the longer, else that of the earlier kind
KINDS = (
    "url_token",
    "email",
    "resident_id",
    "permit",
    "credit_code",
    "card",
    "ip",
    "passport",
    "plate",
    "phone",
    "address",
    "name",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of personal data: its kind, where it stands in the raw text, and what stands there."""

    kind: str
    #: half-open, in code points
    start: int
    end: int
    value: str


def find(text: str) -> list[Finding]:
    """All personal data in a raw text, in the order they stand there, none overlapping another.

    Full-width characters, dashes and spaces of any kind are read as their ASCII forms.
    """
    with_names = may_have_names(text)
    if not with_names and not _SIGNS.search(text):
        return []
    folded = _fold(text)
    spans = {*_spans(folded), *(find_names(folded) if with_names else ())}
    if not spans:
        return []
    return [Finding(kind, start, end, text[start:end]) for kind, start, end in _resolve(spans)]


def mask(text: str, key: bytes | None = None) -> str:
    """The text with `[KIND]` for each finding, or `[KIND:pseudonym]` with a key.

    A pseudonym is the beginning of the HMAC-SHA256 of kind and value: six hexadecimal digits, the same
    however a value is written. A masked text stays as it is, but without a key its pseudonyms are dropped.
    """
    if key is None:
        text = _MASKED.sub(r"[\1]", text) if "[" in text else text
    while findings := find(text):
        parts, position = [], 0
        for finding in findings:
            parts += [text[position : finding.start], _mask_of(finding, key)]
            position = finding.end
        text = "".join([*parts, text[position:]])
    return text


def _mask_of(finding: Finding, key: bytes | None) -> str:
    kind = finding.kind.upper()
    return f"[{kind}]" if key is None else f"[{kind}:{pseudonym(finding.kind, finding.value, key)}]"


def pseudonym(kind: str, value: str, key: bytes) -> str:
    """Six hexadecimal digits that stand for a value of a kind, the same for every way of writing it."""
    message = f"{kind}:{_normalise(kind, value)}".encode("utf-8", "replace")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:6]


def _normalise(kind: str, value: str) -> str:
    """A value as it is compared: without what differs between two ways of writing it."""
    value = _fold(value).strip()
    if kind == "url_token":
        return value
    if kind == "ip":
        return str(ip_address(value.lower()))
    if kind in ("email", "name"):
        return " ".join(value.lower().split())
    if kind != "phone":
        return re.sub(r"[\W_]", "", value).lower()
    for prefix in _COUNTRIES_AT_HOME:
        if prefix.match(value):
            value = prefix.sub("", value, count=1)
            break
    return re.sub("[^0-9]", "", value).lstrip("0")


#: what is left out of a number where one writes at home: the country code of China, America and Britain
_COUNTRIES_AT_HOME = (
    re.compile(r"\(?(?:\+|00) ?86\)?|\(86\)|86(?=[ -]|1[0-9]{10}$)"),
    re.compile(r"\(?(?:\+|00) ?1(?=[^0-9]|[0-9]{10}$)\)?|1(?=[ .(-])"),
    re.compile(r"\(?(?:\+|00) ?44\)?"),
)
_MASKED = re.compile(rf"\[({'|'.join(kind.upper() for kind in KINDS)})(?::[0-9a-f]{{6}})?\]")

_ASCII_OF = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_ASCII_OF |= dict.fromkeys(
    "\u3000\xa0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f", " "
)
_ASCII_OF |= dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63", "-")
_NOT_FOLDED = re.compile("[" + "".join(_ASCII_OF) + "]")

#: one of these stands in every text that anything but a name is found in
_SIGNS = re.compile("[0-9０-９@＠=＝/／号]")
_DIGIT = re.compile("[0-9]")
_SEVEN_DIGITS = re.compile("[0-9](?:[ .()/-]{0,4}[0-9]){6}")
_HOUSE = re.compile("[号弄栋幢座]")
_WESTERN_HOUSE = re.compile("[0-9][A-Za-z]? [A-Z0-9]|Box")


def _fold(text: str) -> str:
    """The text with ASCII forms where there are some, code point by code point; masks are blotted out."""
    if not text.isascii():
        text = _NOT_FOLDED.sub(lambda character: _ASCII_OF[character[0]], text)
    return _MASKED.sub(lambda masked: "\0" * len(masked[0]), text) if "[" in text else text


def _spans(text: str) -> Iterator[Span]:
    """What may be personal data in a folded text, names aside: looked for where its characters allow it."""
    if "@" in text:
        yield from find_emails(text)
    if "=" in text or "://" in text or "eyJ" in text:
        yield from find_secrets(text)
    if _HOUSE.search(text):
        yield from find_chinese_addresses(text)
    if _DIGIT.search(text):
        yield from _numbered_spans(text)


def _numbered_spans(text: str) -> Iterator[Span]:
    """The same for what has digits."""
    yield from find_plates(text)
    if _WESTERN_HOUSE.search(text):
        yield from find_western_addresses(text)
    if text.count(".") >= 3 or text.count(":") >= 2:
        yield from find_ips(text)
    if has_papers(text):
        yield from find_papers(text)
    if _SEVEN_DIGITS.search(text):
        yield from find_phones(text)
        yield from find_documents(text)


def _resolve(spans: set[Span]) -> list[Span]:
    """The spans that stay where some overlap, in the order of the text."""
    kept: list[Span] = []
    cluster: list[Span] = []
    reach = 0
    for span in sorted(spans, key=lambda span: span[1:]):
        if span[1] >= reach:
            kept += _best(cluster)
            cluster = []
        cluster.append(span)
        reach = max(reach, span[2])
    return sorted(kept + _best(cluster), key=lambda span: span[1])


def _best(cluster: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(
        cluster, key=lambda span: (span[0] != KINDS[0], span[1] - span[2], KINDS.index(span[0]), span[1])
    ):
        if all(span[2] <= other[1] or other[2] <= span[1] for other in kept):
            kept.append(span)
    return kept
