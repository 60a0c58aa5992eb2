"""API keys: made once, shown once, kept only as a digest.

A secret is `hw_`, 43 URL-safe characters of 256 random bits and 8 characters of checksum. So much
chance needs no slow hash: SHA-256 cannot be searched backwards, and looking a digest up in an
index leaks nothing about the secret by its timing.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib

from headway.errors import AuthenticationError, UsageError
from headway.ids import new_id
from headway.records import ApiKey
from headway.store import Store
from headway.store import keys as rows

_FORM = re.compile(r"(hw_[A-Za-z0-9_-]{43})([0-9a-f]{8})")
_PREFIX_LENGTH = 8
_LONGEST_NAME = 100


def create_key(store: Store, name: str) -> tuple[ApiKey, str]:
    """Make a key and give it with its secret, which cannot be had again later.

    Raises `UsageError` where the name is empty, longer than 100 characters or not printable.
    """
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError(
            f"A key cannot be called {name[:_LONGEST_NAME]!r}: its name has 1 to {_LONGEST_NAME} printable "
            "characters.",
            next_step="Name it after who or what uses it: `headway keys create web-shop`.",
        )
    body = "hw_" + secrets.token_urlsafe(32)
    secret = body + _checksum(body)
    key = ApiKey(
        id=new_id(),
        name=name.strip(),
        prefix=secret[:_PREFIX_LENGTH],
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        created_at=store.now(),
    )
    rows.add_key(store, key)
    return key, secret


def list_keys(store: Store) -> list[ApiKey]:
    """All keys, revoked ones too, the oldest first."""
    return rows.list_keys(store)


def revoke_key(store: Store, key_id: str) -> ApiKey:
    """Make a key invalid for ever: this cannot be undone, a new key is made instead.

    Raises `UsageError` for an unknown id.
    """
    return rows.revoke_key(store, key_id, store.now())


def verify(store: Store, secret: str) -> ApiKey:
    """The valid key of a secret. Raises `AuthenticationError` for any other."""
    return accept(rows.find_key(store, digest_of(secret)))


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256. Raises `AuthenticationError` where the checksum is wrong."""
    form = _FORM.fullmatch(secret)
    if form is None or form[2] != _checksum(form[1]):
        raise AuthenticationError(
            "What was sent is not an API key of Headway.",
            next_step="Check that the key was copied whole: it starts with hw_ and has 54 characters.",
        )
    return hashlib.sha256(secret.encode()).hexdigest()


def accept(key: ApiKey | None) -> ApiKey:
    """The key itself where it is known and valid. Raises `AuthenticationError` otherwise."""
    if key is None:
        raise AuthenticationError(
            "The API key is unknown here.", next_step="`headway keys create NAME` makes one for this project."
        )
    if key.revoked_at is not None:
        raise AuthenticationError(
            "The API key was revoked, which cannot be undone.",
            next_step="`headway keys create NAME` makes a new one.",
        )
    return key


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):08x}"
