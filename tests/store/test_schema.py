from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import headway.store
from headway.store import Store
from headway.store.datasets import list_versions
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


def test_the_rows_of_an_older_project_are_read_after_the_migration(tmp_path: Path) -> None:
    (tmp_path / ".headway").mkdir()
    old = Store(tmp_path)
    config = Config()
    config.set_main_option("script_location", str(Path(headway.store.__file__).parent / "migrations"))
    with old.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO tasks VALUES ('意图', 'text-classification', 'then')"))
        connection.execute(
            text(
                "INSERT INTO datasets (task, number, hash, consensus, cut_off, created_at, labels, sizes, "
                "statistics, blob) "
                "VALUES ('意图', 1, 'ab', 'latest', 'then', 'then', '[\"退款\"]', '{}', '{}', 'cd')"
            )
        )
    old.close()
    store = Store.open(tmp_path)
    (version,) = list_versions(store, "意图")
    store.close()
    assert (version.labels, version.preparation, version.options, version.forgotten) == (("退款",), (), {}, 0)
