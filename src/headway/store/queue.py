"""Rows of the labelling queue: items, and who has them before them now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from headway.records import Item
from headway.store import schema
from headway.store.schema import answers, imports, items, leases, records

#: the columns of an item
ITEM = tuple(
    records.c.text if field.name == "text" else items.c[field.name] for field in dataclasses.fields(Item)
)
_ORDER = items.c.rank, items.c.record


@dataclasses.dataclass(frozen=True)
class Lease:
    """How long items are kept for somebody: from one moment until another.

    One that would end later than that was given before the clock went back, and is over.
    """

    now: str
    until: str

    def holds(self) -> ColumnElement[bool]:
        """Which rows of `leases` are in force."""
        return and_(leases.c.until > self.now, leases.c.until <= self.until)


def add_items(connection: Connection, task: str, overlap: int, *, labelled: bool = False) -> int:
    """Put the newest revision of every text into the queue that is not in it; gives how many.

    Those that have a label already stay out unless `labelled`.
    """
    newer = records.alias()
    complete = select(imports.c.id).where(imports.c.state == "complete")
    later = newer.c.key == records.c.key, newer.c.revision > records.c.revision
    outdated = exists().where(*later, newer.c["import"].in_(complete))
    wanted = [
        records.c["import"].in_(complete),
        ~outdated,
        ~exists().where(items.c.task == task, items.c.record == records.c.id),
    ]
    if not labelled:
        has_label = schema.annotations.c.record == records.c.id, schema.annotations.c.task == task
        wanted.append(~exists().where(*has_label))
    query = select(literal(task), records.c.id, literal(overlap)).where(*wanted)
    return connection.execute(insert(items).from_select(["task", "record", "overlap"], query)).rowcount


def add_gold(connection: Connection, task: str, author: str) -> int:
    """Make what an author labelled items with a known label, for everybody; gives how many there are now."""
    given = schema.annotations
    mine = given.c.task == task, given.c.author == author
    queued = exists().where(items.c.task == task, items.c.record == given.c.record)
    query = select(literal(task), given.c.record).where(*mine, ~queued).distinct()
    connection.execute(insert(items).from_select(["task", "record"], query))
    newest = select(given.c.record, given.c.label).where(*mine).order_by(given.c.created_at, given.c.id)
    gold = dict(map(tuple, connection.execute(newest)))
    for record, label in gold.items():
        one = items.c.task == task, items.c.record == record
        connection.execute(update(items).where(*one).values(gold=label, open=1))
    return len(gold)


def gold_labels(connection: Connection, task: str) -> set[str]:
    """The labels that are known of items."""
    query = select(items.c.gold).where(items.c.task == task, items.c.gold.is_not(None)).distinct()
    return set(connection.execute(query).scalars())


def get_overlap(connection: Connection, task: str) -> int | None:
    """How many people are to label each item of the queue; None while it is empty."""
    query = select(func.max(items.c.overlap)).where(items.c.task == task)
    return connection.execute(query).scalar()


def set_overlap(connection: Connection, task: str, overlap: int) -> None:
    """So many people are to label each item of the queue from now on."""
    connection.execute(update(items).where(items.c.task == task).values(overlap=overlap))
    connection.execute(update(items).where(items.c.task == task).values(open=_open()))


@dataclasses.dataclass(frozen=True)
class Place:
    """Where an item goes in the queue, and why."""

    record: str
    #: the lower, the sooner; what has no place is at 0
    rank: float
    picked: str | None
    suggestions: Sequence[Mapping[str, Any]] = ()


def set_places(connection: Connection, task: str, places: Sequence[Place]) -> None:
    """Put items at these places; others that nobody has labelled yet go back to where they came in."""
    given_before = items.c.task == task, items.c.open == 1, items.c.rank != 0, items.c.done == 0
    nowhere: dict[str, Any] = {"rank": 0, "picked": None, "suggestions": []}
    connection.execute(update(items).where(*given_before).values(nowhere))
    if places:
        one = items.c.task == task, items.c.record == bindparam("item")
        statement = update(items).where(*one).values({name: bindparam(f"new_{name}") for name in nowhere})
        connection.execute(
            statement,
            [
                {
                    "item": place.record,
                    "new_rank": place.rank,
                    "new_picked": place.picked,
                    "new_suggestions": list(place.suggestions),
                }
                for place in places
            ],
        )


def get_item(connection: Connection, task: str, record: str) -> Item | None:
    """One item of the queue."""
    rows = connection.execute(_items().where(items.c.task == task, items.c.record == record))
    row = rows.mappings().first()
    return as_item(row) if row else None


def held_items(connection: Connection, task: str, user: str, lease: Lease) -> list[Item]:
    """The items a user has before them and has not answered, the first one first."""
    mine = leases.c.task == items.c.task, leases.c.record == items.c.record, leases.c.user == user
    query = (
        _items()
        .join(leases, and_(*mine))
        .where(items.c.task == task, lease.holds(), ~_is_answered_by(user))
        .order_by(*_ORDER)
    )
    return [as_item(row) for row in connection.execute(query).mappings()]


def next_items(connection: Connection, task: str, user: str, n: int, lease: Lease) -> list[Item]:
    """Up to `n` items that a user has not seen and that need people, those others have in hand counted."""
    query = _unseen(task, user, lease).where(
        items.c.gold.is_(None),
        items.c.done + _in_other_hands(user, lease) < items.c.overlap,
        or_(items.c.assigned_to.is_(None), items.c.assigned_to == user),
    )
    return [as_item(row) for row in connection.execute(query.order_by(*_ORDER).limit(n)).mappings()]


def next_gold(connection: Connection, task: str, user: str, n: int, lease: Lease) -> list[Item]:
    """Up to `n` items with a known label that a user has not seen."""
    query = _unseen(task, user, lease).where(items.c.gold.is_not(None))
    return [as_item(row) for row in connection.execute(query.order_by(*_ORDER).limit(n)).mappings()]


def keep_for(connection: Connection, user: str, taken: Iterable[Item], lease: Lease) -> None:
    """Keep items for a user until the lease ends, whatever they were kept for before."""
    for item in taken:
        give_up(connection, item, user)
        values = {"task": item.task, "record": item.record, "user": user, "until": lease.until}
        connection.execute(insert(leases).values(**values))


def give_up(connection: Connection, item: Item, user: str) -> None:
    """Keep an item for a user no more."""
    mine = leases.c.task == item.task, leases.c.record == item.record, leases.c.user == user
    connection.execute(delete(leases).where(*mine))


def places_left(connection: Connection, item: Item, user: str, lease: Lease) -> int:
    """How many people may still label an item, those who have it in hand besides this user taken off."""
    if item.gold is not None:
        return 1
    query = select(items.c.overlap - items.c.done - _in_other_hands(user, lease))
    one = items.c.task == item.task, items.c.record == item.record
    return int(connection.execute(query.where(*one)).scalar_one())


def count_items(connection: Connection, task: str) -> dict[str, int]:
    """Items of a task: all, those without gold, those of them that are done, and labels still to be given."""
    plain = items.c.gold.is_(None)
    left = case((items.c.done < items.c.overlap, items.c.overlap - items.c.done), else_=0)
    query = select(
        func.count(),
        func.count().filter(plain),
        func.count().filter(plain, items.c.done >= items.c.overlap),
        func.coalesce(func.sum(left).filter(plain), 0),
    ).where(items.c.task == task)
    every, ordinary, done, labels_left = connection.execute(query).one()
    return {"items": every, "gold": every - ordinary, "done": done, "labels_left": int(labels_left)}


def count_again(connection: Connection, task: str, record: str) -> int:
    """Bring an item up to what its answers say; gives how many people have labelled it."""
    item = items.c.task == task, items.c.record == record
    of_item = answers.c.task == task, answers.c.record == record
    labelled = select(func.count()).where(*of_item, answers.c.current == 1, answers.c.action == "label")
    connection.execute(update(items).where(*item).values(done=labelled.scalar_subquery()))
    connection.execute(update(items).where(*item).values(open=_open()))
    return int(connection.execute(select(items.c.done).where(*item)).scalar_one())


def unlabelled_items(connection: Connection, task: str) -> list[str]:
    """The records of the queue that nobody has labelled yet, gold left out, in the order they came in."""
    wanted = items.c.task == task, items.c.open == 1, items.c.done == 0, items.c.gold.is_(None)
    return list(connection.execute(select(items.c.record).where(*wanted).order_by(items.c.record)).scalars())


def item_texts(connection: Connection, task: str) -> dict[str, str]:
    """Record → text of every item."""
    query = select(items.c.record, records.c.text).join(records, records.c.id == items.c.record)
    return dict(map(tuple, connection.execute(query.where(items.c.task == task))))


def as_item(row: Any) -> Item:
    """An item from the columns `ITEM`."""
    return Item(**{**row, "suggestions": tuple(row["suggestions"])})


def _open() -> Any:
    return case((or_(items.c.done < items.c.overlap, items.c.gold.is_not(None)), 1), else_=0)


def _items() -> Any:
    return select(*ITEM).join(records, records.c.id == items.c.record)


def _unseen(task: str, user: str, lease: Lease) -> Any:
    """Open items that a user neither has in hand nor has answered."""
    mine = leases.c.task == items.c.task, leases.c.record == items.c.record, leases.c.user == user
    return _items().where(
        items.c.task == task, items.c.open == 1, ~_is_answered_by(user), ~exists().where(*mine, lease.holds())
    )


def _in_other_hands(user: str, lease: Lease) -> Any:
    of_item = leases.c.task == items.c.task, leases.c.record == items.c.record
    return (
        select(func.count())
        .select_from(leases)
        .where(*of_item, leases.c.user != user, lease.holds())
        .scalar_subquery()
    )


def _is_answered_by(user: str) -> ColumnElement[bool]:
    mine = answers.c.task == items.c.task, answers.c.record == items.c.record, answers.c.user == user
    return exists().where(*mine, answers.c.current == 1, answers.c.action != "withdraw")
