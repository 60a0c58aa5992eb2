"""Rows of the labels that rules gave: annotations like others, of authors that are no people."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from headway.records import RULE, Annotation
from headway.store import schema
from headway.store.schema import withdrawals

_GIVEN = schema.annotations

# Not LIKE, which knows no case in SQLite: somebody may be called "Rule: Ann".
BY_RULE = func.substr(_GIVEN.c.author, 1, len(RULE)) == RULE

_NOT_TAKEN_BACK = _GIVEN.c.id.not_in(select(withdrawals.c.annotation))


def rule_authors(connection: Connection, task: str) -> list[str]:
    """The authors of labels that rules gave in a task and that were not taken back, by name."""
    query = select(_GIVEN.c.author).where(_GIVEN.c.task == task, BY_RULE, _NOT_TAKEN_BACK)
    return sorted(connection.execute(query.distinct()).scalars())


def said_by(connection: Connection, task: str, author: str) -> list[tuple[str, str, str]]:
    """(record, annotation, label) of what an author says of a task's texts and has not taken back."""
    query = select(_GIVEN.c.record, _GIVEN.c.id, _GIVEN.c.label).where(
        _GIVEN.c.task == task, _GIVEN.c.author == author, _NOT_TAKEN_BACK
    )
    return [(record, annotation, label) for record, annotation, label in connection.execute(query)]


def change_labels(
    connection: Connection, taken_back: Sequence[str], given: Sequence[Annotation], at: str
) -> None:
    """Take some annotations back from a moment on, and keep others."""
    if taken_back:
        rows = [{"annotation": annotation, "at": at} for annotation in taken_back]
        connection.execute(insert(withdrawals), rows)
    if given:
        connection.execute(insert(_GIVEN), [vars(annotation) for annotation in given])
