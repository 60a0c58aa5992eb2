"""Rows of dataset versions and of the sticky splits."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from headway.records import DatasetVersion, Split
from headway.store.schema import datasets, splits
from headway.store.store import Store

# A million rows as dictionaries would take more memory than the texts themselves.
_ROWS_AT_ONCE = 10_000


def get_splits(store: Store, task: str) -> dict[str, Split]:
    """Cluster → the split it has been in since it was first seen."""
    with store.reading() as connection:
        rows = connection.execute(select(splits.c.cluster, splits.c.split).where(splits.c.task == task))
        return {row.cluster: Split(row.split) for row in rows}


def add_version(store: Store, version: DatasetVersion, new_splits: Mapping[str, Split]) -> DatasetVersion:
    """Keep a new version and the splits of texts first seen in it, in one transaction.

    A version equal to the newest one makes no second: that is returned, with what is known of it by now. One
    that is equal to an older version has a hash of its own, which covers that of the version before it, too.
    """
    with store.writing() as connection:
        names = list(new_splits)
        for start in range(0, len(names), _ROWS_AT_ONCE):
            rows = [
                {"task": version.task, "cluster": name, "split": str(new_splits[name])}
                for name in names[start : start + _ROWS_AT_ONCE]
            ]
            connection.execute(insert(splits), rows)
        same = datasets.c.task == version.task
        hashes = connection.execute(select(datasets.c.hash).where(same).order_by(datasets.c.number))
        earlier = list(hashes.scalars())
        digest = version.hash
        again = [_again(digest, before) for before in earlier[-2:]]
        if earlier and earlier[-1] in (digest, again[0]):
            newest = same & (datasets.c.hash == earlier[-1])
            # More rows may have been left out since, which changes nothing in the version itself.
            connection.execute(update(datasets).where(newest).values(statistics=version.statistics))
            return _version(connection.execute(select(datasets).where(newest)).mappings().one())
        last = select(func.coalesce(func.max(datasets.c.number), 0)).where(same)
        number = int(connection.execute(last).scalar_one()) + 1
        connection.execute(
            insert(datasets).values(
                task=version.task,
                number=number,
                hash=again[-1] if digest in earlier else digest,
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
        stored = select(datasets).where(same, datasets.c.number == number)
        return _version(connection.execute(stored).mappings().one())


def _again(digest: str, before: str) -> str:
    """The hash of a version that repeats the rows of one that is not the newest any more."""
    return hashlib.sha256(f"{digest}:{before}".encode()).hexdigest()


def list_versions(store: Store, task: str) -> list[DatasetVersion]:
    """All versions of a task's dataset, the oldest first."""
    query = select(datasets).where(datasets.c.task == task).order_by(datasets.c.number)
    with store.reading() as connection:
        return [_version(row) for row in connection.execute(query).mappings()]


def _version(row: Any) -> DatasetVersion:
    tuples = {name: tuple(row[name]) for name in ("labels", "preparation")}
    return DatasetVersion(**{**row, **tuples})
