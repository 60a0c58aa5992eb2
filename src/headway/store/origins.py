"""Where records came from: their keys, the file they were read from, and the user's other columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from headway.store.schema import imports, records
from headway.store.store import Store

# SQLite allows some thousand variables a statement.
_VARIABLES = 500


class Origin(NamedTuple):
    """What is known of a record besides its text and its labels."""

    key: str
    #: the file it was imported from, as the import names it
    source: str
    fields: dict[str, str]


def get_origins(store: Store, record_ids: Sequence[str]) -> dict[str, Origin]:
    """Record id → its origin; ids that are not there, as of forgotten records, are left out."""
    columns = records.c.id, records.c.key, imports.c.source, records.c.fields
    found: dict[str, Origin] = {}
    with store.reading() as connection:
        for start in range(0, len(record_ids), _VARIABLES):
            query = (
                select(*columns)
                .join(imports, imports.c.id == records.c["import"])
                .where(records.c.id.in_(record_ids[start : start + _VARIABLES]))
            )
            for record, *rest in connection.execute(query):
                found[record] = Origin(*rest)
    return found
