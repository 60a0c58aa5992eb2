"""Rows of cleaning policies: the newest of a task counts."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import func, insert, select

from headway.records import CleaningPolicy
from headway.store.schema import cleanings
from headway.store.store import Store


def get_policy(store: Store, task: str) -> CleaningPolicy:
    """The policy of a task now; one that changes nothing where none was ever set."""
    policies = list_policies(store, task)
    return policies[-1] if policies else CleaningPolicy()


def list_policies(store: Store, task: str) -> list[CleaningPolicy]:
    """Every policy a task had, the oldest first."""
    query = select(cleanings.c.policy).where(cleanings.c.task == task).order_by(cleanings.c.number)
    with store.reading() as connection:
        return [_policy(content) for content in connection.execute(query).scalars()]


def set_policy(store: Store, task: str, policy: CleaningPolicy) -> None:
    """Make a policy the one that counts."""
    last = select(func.coalesce(func.max(cleanings.c.number), 0)).where(cleanings.c.task == task)
    with store.writing() as connection:
        number = int(connection.execute(last).scalar_one()) + 1
        connection.execute(
            insert(cleanings).values(
                task=task, number=number, created_at=store.now(), policy=dataclasses.asdict(policy)
            )
        )


def _policy(content: dict[str, Any]) -> CleaningPolicy:
    return CleaningPolicy(
        steps=tuple(content["steps"]),
        drop=tuple(content["drop"]),
        labels=dict(content["labels"]),
        mask=bool(content["mask"]),
    )
