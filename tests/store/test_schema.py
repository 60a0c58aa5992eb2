from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from headway.store import Store
from headway.store.schema import metadata


def test_the_migrations_make_what_the_schema_says(store: Store) -> None:
    with store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_reference_between_tables_is_indexed(store: Store) -> None:
    """Deleting a dead import would else read a whole table for each of its rows."""
    with store.reading() as connection:
        inspector = inspect(connection)
        for table in ("records", "annotations"):
            indexed = {index["column_names"][0] for index in inspector.get_indexes(table)}
            columns = {key["constrained_columns"][0] for key in inspector.get_foreign_keys(table)}
            assert columns - {"task"} <= indexed
