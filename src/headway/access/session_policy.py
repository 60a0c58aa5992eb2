"""Who may do what in the console: people, signed in by a browser, each with a role."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping

from headway.access.permissions import Permission
from headway.access.policy import Caller, is_loopback, names_host
from headway.access.roles import permissions_of
from headway.access.users import find_session, form_token
from headway.errors import PermissionDeniedError, SignInError
from headway.records import Session
from headway.store import Store

COOKIE = "headway_session"


class SessionPolicy:
    """Decides for the console of one project, bound to one host. A role taken away holds at once.

    `hosts` are further names of the console, as a proxy in front of it has them.
    """

    #: who is signed in is read anew for each request
    stale = True
    #: nobody gets in without signing in
    guarded = True

    def __init__(self, store: Store, host: str = "127.0.0.1", *, hosts: Collection[str] = ()) -> None:
        self.host = host
        self.hosts = hosts
        self.loopback = is_loopback(host)
        self._store = store

    def secret_in(self, headers: Mapping[str, str]) -> str | None:
        """The secret of the session cookie."""
        return session_secret(headers)

    def admit(self, caller: Caller, permission: Permission) -> Session | None:
        """Let a caller in, and give the session. What is public is so for a page of ours only, if it changes.

        Raises `SignInError` for who is not signed in, and `PermissionDeniedError` where the role
        does not suffice or a foreign page has sent the request.
        """
        if caller.changes and not caller.same_origin:
            raise PermissionDeniedError(
                "The request did not come from a page of this console.",
                next_step="Open the console and try there.",
            )
        session = find_session(self._store, caller.secret) if caller.secret else None
        if permission == "public":
            return session
        if session is None or caller.secret is None:
            raise SignInError("You are not signed in, or were signed out.", next_step="Sign in.")
        if permission not in permissions_of(session.user.role):
            raise PermissionDeniedError(
                f"The role {session.user.role} may not do this.", next_step="Ask an admin for another role."
            )
        # As bytes: of texts it takes ASCII alone, and a header may hold anything.
        given = (caller.form_token or "").encode()
        if caller.changes and not hmac.compare_digest(form_token(caller.secret).encode(), given):
            raise PermissionDeniedError("The page is out of date.", next_step="Reload it.")
        return session

    def serves_host(self, header: str) -> bool:
        """Whether a Host header names this console."""
        return names_host(header, self.host, self.hosts)


def session_secret(headers: Mapping[str, str]) -> str | None:
    """The secret of the session cookie; the last, where there are several.

    A browser sends the cookies of all programs of a host, whatever their port. Not all of them write what a
    strict parser reads to the end, so that only our own name is looked for.
    """
    secret = ""
    for part in headers.get("cookie", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            secret = value
    return secret or None
