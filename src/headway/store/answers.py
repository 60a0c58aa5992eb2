"""Rows of what people did with the items of the labelling queue."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from headway.records import Answer, Item
from headway.store.queue import ITEM, as_item, count_again
from headway.store.schema import answers, items, records, users

_ANSWER = tuple(answers.c[field.name] for field in dataclasses.fields(Answer))

# Built once, as those of the queue are.
_MINE = (
    answers.c.task == bindparam("of_task"),
    answers.c.record == bindparam("of_record"),
    answers.c.user == bindparam("of_user"),
)
_CURRENT = select(*_ANSWER).where(*_MINE, answers.c.current == 1)
_SENT = select(*_ANSWER).where(
    answers.c.task == bindparam("of_task"),
    answers.c.user == bindparam("of_user"),
    answers.c.key == bindparam("of_key"),
)
_LAST_VERSION = select(func.max(answers.c.version)).where(*_MINE)
_REPLACE = update(answers).where(*_MINE, answers.c.current == 1).values(current=0)
_ADD = insert(answers)
_COUNT_ANSWERED = (
    select(func.count(), func.count().filter(items.c.gold.is_not(None)))
    .select_from(answers)
    .join(items, and_(items.c.task == answers.c.task, items.c.record == answers.c.record))
    .where(answers.c.user == bindparam("of_user"), answers.c.task == bindparam("of_task"))
    .where(answers.c.current == 1, answers.c.action != "withdraw")
)


def find_submission(connection: Connection, task: str, user: str, key: str) -> Answer | None:
    """The answer that a submission came to, where it has arrived before."""
    sent = {"of_task": task, "of_user": user, "of_key": key}
    row = connection.execute(_SENT, sent).mappings().first()
    return _as_answer(row) if row else None


def current_answer(connection: Connection, item: Item, user: str) -> Answer | None:
    """What counts of a user's answers to an item."""
    row = connection.execute(_CURRENT, _of(item.task, item.record, user)).mappings().first()
    return _as_answer(row) if row else None


def last_version(connection: Connection, item: Item, user: str) -> int:
    """The newest version of a user's answers to an item, drafts among them; 0 = there is none."""
    return connection.execute(_LAST_VERSION, _of(item.task, item.record, user)).scalar() or 0


def add_answer(connection: Connection, answer: Answer) -> None:
    """Keep an answer, which counts instead of the one before if it is current."""
    if answer.current:
        connection.execute(_REPLACE, _of(answer.task, answer.record, answer.user))
    connection.execute(_ADD, vars(answer))
    count_again(connection, answer.task, answer.record)


def recent_answers(connection: Connection, task: str, user: str, n: int) -> list[tuple[Answer, Item]]:
    """A user's newest labels and skips, with their items, the newest first."""
    query = (
        select(*(column.label(f"answer_{column.name}") for column in _ANSWER), *ITEM)
        .join(items, and_(items.c.task == answers.c.task, items.c.record == answers.c.record))
        .join(records, records.c.id == items.c.record)
        .where(answers.c.user == user, answers.c.task == task, answers.c.current == 1)
        .where(answers.c.action != "withdraw")
        .order_by(answers.c.created_at.desc())
        .limit(n)
    )
    rows = connection.execute(query).mappings().all()
    return [
        (
            _as_answer({column.name: row[f"answer_{column.name}"] for column in _ANSWER}),
            as_item({field.name: row[field.name] for field in dataclasses.fields(Item)}),
        )
        for row in rows
    ]


def all_answers(connection: Connection, task: str) -> list[Answer]:
    """All that was ever done with the items of a task, drafts too, the oldest first."""
    query = select(*_ANSWER).where(answers.c.task == task)
    rows = connection.execute(query.order_by(answers.c.created_at, answers.c.version)).mappings()
    return [_as_answer(row) for row in rows]


class JudgedAnswer(NamedTuple):
    """A label that counts, with what is known of its item."""

    #: name of the user
    author: str
    label: str
    seconds: float
    gold: str | None
    picked: str | None
    suggestions: Sequence[Mapping[str, Any]]


def labels_given(connection: Connection, task: str) -> list[JudgedAnswer]:
    """The labels that count of a task, the oldest first."""
    columns = users.c.name, answers.c.label, answers.c.seconds, items.c.gold, items.c.picked
    query = (
        select(*columns, items.c.suggestions)
        .select_from(answers)
        .join(items, and_(items.c.task == answers.c.task, items.c.record == answers.c.record))
        .join(users, users.c.id == answers.c.user)
        .where(answers.c.task == task, answers.c.current == 1, answers.c.action == "label")
        .order_by(answers.c.created_at)
    )
    return [JudgedAnswer(*row) for row in connection.execute(query)]


def count_answered(connection: Connection, task: str, user: str) -> tuple[int, int]:
    """How many items a user has labelled or skipped, and how many of them were gold."""
    total, gold = connection.execute(_COUNT_ANSWERED, {"of_user": user, "of_task": task}).one()
    return int(total), int(gold)


def _of(task: str, record: str, user: str) -> dict[str, str]:
    return {"of_task": task, "of_record": record, "of_user": user}


def _as_answer(row: Any) -> Answer:
    return Answer(**{**row, "flagged": bool(row["flagged"]), "current": bool(row["current"])})
