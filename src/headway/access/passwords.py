"""Passwords: hashed by argon2id (RFC 9106), with what argon2-cffi recommends."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

from headway.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST = 10
# Hashing takes time in proportion to the length: nobody types more.
LONGEST = 200
# Each hash takes 64 MB for a moment: a flood of attempts waits in line.
_AT_ONCE = threading.BoundedSemaphore(2)


def hash_password(password: str, name: str) -> str:
    """The argon2id hash of a new password.

    Raises `UsageError` where it is shorter than 10 characters, longer than 200, all one character, or the
    name of its user.
    """
    problems = []
    if not SHORTEST <= len(password) <= LONGEST:
        problems.append(f"has {len(password)} characters; it needs {SHORTEST} to {LONGEST}")
    if len(set(password)) == 1:
        problems.append("is one character over and over")
    if name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST:
        problems.append("is little more than the user's name")
    if problems:
        raise UsageError(
            f"The password {' and '.join(problems)}.",
            next_step="Take three or four words that do not belong together.",
        )
    with _AT_ONCE:
        return _hasher().hash(password)


def is_right(hashed: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; takes as long where there is none."""
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - the console needs it alone

    if len(password) > LONGEST:
        return False
    try:
        with _AT_ONCE:
            return _hasher().verify(hashed or _nobodys(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - the console needs it alone

    return PasswordHasher()


@cache
def _nobodys() -> str:
    """A hash to compare with where there is no user, so that time does not tell who there is."""
    return _hasher().hash("nobody has this password")
