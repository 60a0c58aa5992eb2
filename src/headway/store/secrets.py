"""Random values that never leave the project."""

from __future__ import annotations

import os

from sqlalchemy import insert, select

from headway.store.schema import secrets
from headway.store.store import Store


def get_secret(store: Store, name: str) -> bytes:
    """The 32 random bytes of a name, made when they are first asked for."""
    query = select(secrets.c.value).where(secrets.c.name == name)
    with store.reading() as connection:
        value = connection.execute(query).scalar()
    if value is None:
        with store.writing() as connection:
            value = connection.execute(query).scalar()
            if value is None:
                value = os.urandom(32).hex()
                connection.execute(insert(secrets).values(name=name, value=value))
    return bytes.fromhex(value)
