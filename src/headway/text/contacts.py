"""What computers are reached by: e-mail addresses, IP addresses, and the secrets that links carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from headway.text.contexts import Span, before

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_%+-])?@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])"
)
#: top-level domains that a sentence may follow without a space; all others with two letters besides
_DOMAIN_ENDINGS = (
    "com net org edu gov mil int info biz name pro xyz top shop site online club vip app dev tech"
)
_DOMAINS = frozenset(_DOMAIN_ENDINGS.split())
#: endings of files, as in `icon@2x.png`
_FILE_ENDINGS = "png jpg jpeg gif svg webp css js ts py txt pdf html htm json xml md sh zip mp3 mp4 ico bmp"
_FILES = frozenset(_FILE_ENDINGS.split())

_IPV4 = re.compile(r"(?<![0-9A-Za-z._-])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?![0-9A-Za-z_]|[.-][0-9A-Za-z])")
_IPV6 = re.compile(r"(?<![0-9A-Za-z.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![0-9A-Za-z:])")
_VERSION_BEFORE = re.compile(
    r"(?:(?<![A-Za-z])(?:v|ver|version|release|build|firmware|sdk|driver|section|chapter|clause|update|upgrade)"
    r"s?\.?"
    r"|版本号?|版|固件|驱动|系统|章|节|条|升级到?|更新到?)"
    r"(?: ?(?:is|to|from|no\.?|number|是|为)){0,4}[ :]{0,2}$",
    re.IGNORECASE,
)
_IP_WORD = re.compile(
    r"(?:(?<![A-Za-z])(?:ip|host|server|dns|ping|address|addr)|地址|主机|服务器)[^0-9]{0,12}$", re.IGNORECASE
)

#: names of parameters that hold a secret whatever it looks like, and of those that also hold plain words
_ALWAYS = "(?:access|id|refresh|auth)_?token|api_?key|client_?secret|secret|signature|password|passwd|pwd"
_PERHAPS = (
    "token|key|sig|sign|auth|session(?:_?id)?|sid|pass|ticket|credential|x-amz-signature|x-amz-credential|jwt|"
    "accesskeyid"
)
_PARAMETER = re.compile(
    rf"(?<=[?&;#])(?:(?P<secret>(?:[a-z]{{1,12}}[_-])?(?:{_ALWAYS}))|(?P<perhaps>{_PERHAPS}))="
    r"(?P<value>[^&#;\s\"'<>()\[\]{}|,\u3000-\u303f\u4e00-\u9fff]{4,4096})",
    re.IGNORECASE,
)
_USER_INFO = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z0-9+.-]{1,15}://(?P<value>[^\s/@:?#]{1,64}:[^\s/@?#]{1,128})@"
)
_JWT = re.compile(
    r"(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{5,4000}\.[A-Za-z0-9_-]{10,1000}"
)


def find_emails(text: str) -> Iterator[Span]:
    """Spans of e-mail addresses in a folded text."""
    for match in _EMAIL.finditer(text):
        length = _address_length(match[0])
        if length and not (match[0].startswith("git@") and text[match.end() : match.end() + 1] == ":"):
            yield "email", match.start(), match.start() + length


def _address_length(address: str) -> int:
    """How much of a match is an address: a sentence that follows without a space is cut off; 0 for none."""
    local, _, domain = address.partition("@")
    labels = domain.split(".")
    while len(labels) > 2 and labels[-1][0].isupper() and labels[-2] in _DOMAINS:
        labels.pop()
    if labels[-1].lower() in _FILES or ".." in local:
        return 0
    return len(local) + 1 + len(".".join(labels))


def find_ips(text: str) -> Iterator[Span]:
    """Spans of IP addresses of machines in a folded text: no versions, no masks, no loopback."""
    for match in _IPV4.finditer(text):
        if _is_machine(match[0], before(text, match.start())):
            yield "ip", *match.span()
    for match in _IPV6.finditer(text):
        if _is_ipv6(match[0]):
            yield "ip", *match.span()


def _is_machine(value: str, words: str) -> bool:
    try:
        address = IPv4Address(value)
    except AddressValueError:
        return False
    if address.is_loopback or address.packed[0] in (0, 255) or _VERSION_BEFORE.search(words):
        return False
    # 1.2.3.4 numbers a section or a release far more often than a machine.
    return max(address.packed) >= 20 or _IP_WORD.search(words) is not None


def _is_ipv6(value: str) -> bool:
    groups = [group for group in value.split(":") if group]
    if len(groups) < 3 or not any(character.isdigit() for character in value):
        return False
    try:
        return not IPv6Address(value).is_loopback
    except AddressValueError:
        return False


def find_secrets(text: str) -> Iterator[Span]:
    """Spans of the values of secrets in links of a folded text: parameters, user and password, web tokens."""
    for match in _PARAMETER.finditer(text):
        value = match["value"].rstrip(".!?")
        if _is_random(value) or (match["secret"] and not _is_placeholder(value)):
            yield "url_token", match.start("value"), match.start("value") + len(value)
    for match in _USER_INFO.finditer(text):
        yield "url_token", *match.span("value")
    for match in _JWT.finditer(text):
        yield "url_token", *match.span()


def _is_random(value: str) -> bool:
    """Whether a value is long and mixed as no word is: 12 characters or more, letters and digits."""
    return len(value) >= 12 and any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _is_placeholder(value: str) -> bool:
    return (
        re.fullmatch(
            r"[*x.]+|.*(?:your|xxx|\$|%7B|example|token|password|secret|key).*", value, re.IGNORECASE
        )
        is not None
    )
