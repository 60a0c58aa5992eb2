"""Rows of dataset versions and of the sticky splits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select

from headway.records import DatasetVersion, Split
from headway.store.schema import datasets, splits
from headway.store.store import Store


def get_splits(store: Store, task: str) -> dict[str, Split]:
    """Cluster → the split it has been in since it was first seen."""
    with store.reading() as connection:
        rows = connection.execute(select(splits.c.cluster, splits.c.split).where(splits.c.task == task))
        return {row.cluster: Split(row.split) for row in rows}


def add_version(store: Store, version: DatasetVersion, new_splits: Mapping[str, Split]) -> DatasetVersion:
    """Keep a new version and the splits of clusters first seen in it, in one transaction.

    Equal rows make no second version: the one with the same hash is returned as it was.
    """
    with store.writing() as connection:
        same = datasets.c.task == version.task
        row = (
            connection.execute(select(datasets).where(same, datasets.c.hash == version.hash))
            .mappings()
            .first()
        )
        if row is not None:
            return _version(row)
        number = int(
            connection.execute(select(func.coalesce(func.max(datasets.c.number), 0)).where(same)).scalar_one()
        )
        connection.execute(
            insert(datasets).values(
                task=version.task,
                number=number + 1,
                hash=version.hash,
                consensus=version.consensus,
                cut_off=version.cut_off,
                created_at=version.created_at,
                labels=list(version.labels),
                sizes=version.sizes,
                statistics=version.statistics,
                blob=version.blob,
                preparation=list(version.preparation),
                options=version.options,
                forgotten=version.forgotten,
            )
        )
        if new_splits:
            connection.execute(
                insert(splits),
                [
                    {"task": version.task, "cluster": cluster, "split": str(split)}
                    for cluster, split in new_splits.items()
                ],
            )
        stored = select(datasets).where(same, datasets.c.number == number + 1)
        return _version(connection.execute(stored).mappings().one())


def list_versions(store: Store, task: str) -> list[DatasetVersion]:
    """All versions of a task's dataset, the oldest first."""
    query = select(datasets).where(datasets.c.task == task).order_by(datasets.c.number)
    with store.reading() as connection:
        return [_version(row) for row in connection.execute(query).mappings()]


def _version(row: Any) -> DatasetVersion:
    tuples = {name: tuple(row[name]) for name in ("labels", "preparation")}
    return DatasetVersion(**{**row, **tuples})
