"""Rows of API keys."""

from __future__ import annotations

import dataclasses

from sqlalchemy import insert, select, update

from headway.errors import UsageError
from headway.records import ApiKey
from headway.store.schema import keys
from headway.store.store import Store


def add_key(store: Store, key: ApiKey) -> None:
    """Keep a key: its digest, never the secret."""
    with store.writing() as connection:
        connection.execute(insert(keys).values(**dataclasses.asdict(key)))


def find_key(store: Store, digest: str) -> ApiKey | None:
    """The key whose secret has this sha256, revoked or not."""
    with store.reading() as connection:
        row = connection.execute(select(keys).where(keys.c.digest == digest)).mappings().first()
    return ApiKey(**row) if row else None


def list_keys(store: Store) -> list[ApiKey]:
    """All keys, the oldest first."""
    with store.reading() as connection:
        return [ApiKey(**row) for row in connection.execute(select(keys).order_by(keys.c.id)).mappings()]


def revoke_key(store: Store, key_id: str, at: str) -> ApiKey:
    """Make a key invalid from a moment on. A key that was revoked before stays as it was.

    Raises `UsageError` for an unknown id.
    """
    with store.writing() as connection:
        connection.execute(
            update(keys).where(keys.c.id == key_id, keys.c.revoked_at.is_(None)).values(revoked_at=at)
        )
        row = connection.execute(select(keys).where(keys.c.id == key_id)).mappings().first()
    if row is None:
        raise UsageError(f"There is no key {key_id!r}.", next_step="`headway keys list` shows them all.")
    return ApiKey(**row)
