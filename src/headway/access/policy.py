"""Who may do what: the one place where a request is let in or turned away."""

from __future__ import annotations

import ipaddress
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from headway.access.keys import accept, digest_of
from headway.access.permissions import LOCAL, Permission
from headway.errors import AuthenticationError
from headway.records import ApiKey, Session
from headway.store import Store
from headway.store import keys as rows

_REFRESH_SECONDS = 0.5
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class Caller:
    """Where a request came from (an IP address) and what it carried."""

    address: str
    secret: str | None = None
    #: whether the request may change something
    changes: bool = False
    #: whether a page of this very site has sent it, as the browser says
    same_origin: bool = False
    #: what only a page of the session can know
    form_token: str | None = None


class Door(Protocol):
    """What an application asks before it lets a request in: `Policy`, or `SessionPolicy` of the console."""

    host: str
    loopback: bool

    @property
    def stale(self) -> bool:
        """Whether the next decision reads from the store, which may take a moment."""

    @property
    def guarded(self) -> bool:
        """Whether nobody gets in without a secret, so that others may reach the application."""

    def secret_in(self, headers: Mapping[str, str]) -> str | None:
        """The secret that a request carries."""

    def admit(self, caller: Caller, permission: Permission) -> ApiKey | Session | None:
        """Let a caller in. Raises `AuthenticationError` or `PermissionDeniedError` otherwise."""

    def serves_host(self, header: str) -> bool:
        """Whether a Host header names this application."""


class Policy:
    """Decides for one service, bound to one host, with the keys of one project.

    On a loopback host everything is open until the first key is made. From then on, and on any
    other host from the start, a key is needed; revoking the last key does not open the service
    again. New and revoked keys take effect within half a second. Without a store there are no keys.
    `hosts` are further names of the service, as a proxy in front of it has them.
    """

    def __init__(
        self,
        store: Store | None,
        host: str = "127.0.0.1",
        *,
        hosts: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.host = host
        self.hosts = hosts
        self.loopback = is_loopback(host)
        self._store = store
        self._clock = clock
        self._keys: dict[str, ApiKey] = {}
        self._read_at = float("-inf")
        self._lock = threading.Lock()

    @property
    def stale(self) -> bool:
        """Whether the next decision reads the keys from the store first, which may take a moment."""
        return self._clock() - self._read_at > _REFRESH_SECONDS

    @property
    def guarded(self) -> bool:
        """Whether any key is valid now: on a host that others can reach, one has to be."""
        return any(key.revoked_at is None for key in self._current_keys().values())

    def admit(self, caller: Caller, permission: Permission) -> ApiKey | None:
        """Let a caller in, and give the key it used. Raises `AuthenticationError` otherwise."""
        if permission == "public":
            return None
        keys = self._current_keys()
        if self.loopback and not keys:
            return None
        if caller.secret is not None:
            return accept(keys.get(digest_of(caller.secret)))
        if permission in LOCAL and is_loopback(caller.address):
            return None
        raise AuthenticationError(
            next_step="Send `Authorization: Bearer KEY`; `headway keys create NAME` makes a key."
        )

    def secret_in(self, headers: Mapping[str, str]) -> str | None:
        """The key of an Authorization or X-API-Key header."""
        scheme, _, credentials = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return credentials.strip()
        return headers.get("x-api-key")

    def serves_host(self, header: str) -> bool:
        """Whether a Host header names this service."""
        return names_host(header, self.host, self.hosts)

    def _current_keys(self) -> dict[str, ApiKey]:
        with self._lock:
            if self.stale:
                self._keys = {key.digest: key for key in rows.list_keys(self._store)} if self._store else {}
                self._read_at = self._clock()
            return self._keys


def names_host(header: str, host: str, further: Collection[str] = ()) -> bool:
    """Whether a Host header names an application that listens on a host and has further names.

    A further name with a port holds for that port alone.

    A page of the internet can point its own name at 127.0.0.1 (DNS rebinding) and so reach a
    loopback service through a visitor's browser; the Host header then still holds that name.
    """
    name, colon, port = header.rpartition(":")
    if not (colon and port.isdecimal()):
        name = header
    own = f"[{host}]" if ":" in host else host
    if not is_loopback(host) or name.lower() in _LOCAL_NAMES | {own.lower()}:
        return True
    return name.lower() in further or header.lower() in further


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be reached from the same machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
