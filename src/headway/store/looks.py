"""Rows of looks, as they are read back: which models were measured on some data, and with what result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from headway.store.schema import looks
from headway.store.store import Store


class StoredLook(NamedTuple):
    """One look: when it was, at which model, and what was noted."""

    at: str
    model: str
    metrics: Mapping[str, Any]


def list_looks(store: Store, data: str) -> list[StoredLook]:
    """The looks at some data, known by the name they were counted under, the oldest first."""
    query = select(looks.c.at, looks.c.model, looks.c.metrics).where(looks.c.data == data)
    with store.reading() as connection:
        return [StoredLook(*row) for row in connection.execute(query.order_by(looks.c.at, looks.c.id))]
