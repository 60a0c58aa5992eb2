"""Rows of the labelling queue: items, and who has them before them now."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
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
from headway.store.rules import BY_RULE
from headway.store.schema import answers, imports, items, leases, records

_VARIABLES = 500
# Why an item was put before all others by hand, and its rank there: before whatever a learner asks for.
_FIRST, _FIRST_RANK = "first", -1e9
#: the columns of an item
ITEM = tuple(
    records.c.text if field.name == "text" else items.c[field.name] for field in dataclasses.fields(Item)
)

# What forty people ask for all day is built once: SQLAlchemy takes longer to build it than SQLite to answer.
_TASK: BindParameter[str] = bindparam("of_task")
_RECORD: BindParameter[str] = bindparam("of_record")
_USER: BindParameter[str] = bindparam("of_user")
_ONE = items.c.task == _TASK, items.c.record == _RECORD
_LEASED = leases.c.task == items.c.task, leases.c.record == items.c.record
_HOLDS = leases.c.until > bindparam("now"), leases.c.until <= bindparam("until")
_ITEMS = select(*ITEM).join(records, records.c.id == items.c.record).where(items.c.task == _TASK)
_OPEN = case((or_(items.c.done < items.c.overlap, items.c.gold.is_not(None)), 1), else_=0)
_ANSWERED = exists().where(
    answers.c.task == items.c.task,
    answers.c.record == items.c.record,
    answers.c.user == _USER,
    answers.c.current == 1,
    answers.c.action != "withdraw",
)
_IN_OTHER_HANDS = (
    select(func.count())
    .select_from(leases)
    .where(*_LEASED, leases.c.user != _USER, *_HOLDS)
    .scalar_subquery()
)
_UNSEEN = (
    _ITEMS.where(items.c.open == 1, ~_ANSWERED)
    .where(~exists().where(*_LEASED, leases.c.user == _USER, *_HOLDS))
    .order_by(items.c.rank, items.c.record)
    .limit(bindparam("n"))
)
_NEXT = _UNSEEN.where(
    items.c.gold.is_(None),
    items.c.done + _IN_OTHER_HANDS < items.c.overlap,
    or_(items.c.assigned_to.is_(None), items.c.assigned_to == _USER),
)
_NEXT_GOLD = _UNSEEN.where(items.c.gold.is_not(None))
_HELD = (
    _ITEMS.join(leases, and_(*_LEASED, leases.c.user == _USER))
    .where(*_HOLDS, ~_ANSWERED)
    .order_by(items.c.rank, items.c.record)
)
_GET = _ITEMS.where(items.c.record == _RECORD)
_PLACES_LEFT = select(items.c.overlap - items.c.done - _IN_OTHER_HANDS).where(*_ONE)
_KEEP = insert(leases)
_GIVE_UP = delete(leases).where(leases.c.task == _TASK, leases.c.record == _RECORD, leases.c.user == _USER)
_LABELLED = select(func.count()).where(
    answers.c.task == _TASK,
    answers.c.record == _RECORD,
    answers.c.current == 1,
    answers.c.action == "label",
)
_SET_DONE = update(items).where(*_ONE).values(done=_LABELLED.scalar_subquery())
_SET_OPEN = update(items).where(*_ONE).values(open=_OPEN)
_PLAIN = items.c.gold.is_(None)
_LEFT = case((items.c.done < items.c.overlap, items.c.overlap - items.c.done), else_=0)
_COUNTS = select(
    func.count(),
    func.count().filter(_PLAIN),
    func.count().filter(_PLAIN, items.c.done >= items.c.overlap),
    func.coalesce(func.sum(_LEFT).filter(_PLAIN), 0),
).where(items.c.task == _TASK)


@dataclasses.dataclass(frozen=True)
class Lease:
    """How long items are kept for somebody: from one moment until another.

    One that would end later than that was given before the clock went back, and is over.
    """

    now: str
    until: str


def add_items(connection: Connection, task: str, overlap: int, *, labelled: bool = False) -> int:
    """Put the newest revision of every text into the queue that is not in it; gives how many.

    Those that have a label already stay out unless `labelled`; what rules say is no label.
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
        given = schema.annotations
        wanted.append(~exists().where(given.c.record == records.c.id, given.c.task == task, ~BY_RULE))
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
    connection.execute(update(items).where(items.c.task == task).values(open=_OPEN))


def assign_items(connection: Connection, task: str, user: str, n: int, now: str) -> int:
    """Let a user alone be given the next texts that are untouched and in nobody's hands; gives how many."""
    in_hands = exists().where(*_LEASED, leases.c.until > now)
    free = (*_untouched(task), items.c.assigned_to.is_(None), ~in_hands)
    following = select(items.c.record).where(*free).order_by(items.c.rank, items.c.record).limit(n)
    mine = update(items).where(items.c.task == task, items.c.record.in_(following))
    return connection.execute(mine.values(assigned_to=user)).rowcount


def release_items(connection: Connection, task: str, user: str) -> int:
    """Let everybody be given what a user was assigned and has not labelled; gives how many."""
    theirs = update(items).where(*_untouched(task), items.c.assigned_to == user)
    return connection.execute(theirs.values(assigned_to=None)).rowcount


def count_assigned(connection: Connection, task: str, user: str | None = None) -> int:
    """Texts that wait for a user alone, or for anybody alone."""
    whose = items.c.assigned_to.is_not(None) if user is None else items.c.assigned_to == user
    query = select(func.count()).select_from(items).where(*_untouched(task), whose)
    return int(connection.execute(query).scalar_one())


def put_first(connection: Connection, task: str, among: Sequence[str]) -> int:
    """Put those of some items that are untouched before all others; gives how many came to be there."""
    moved = 0
    for start in range(0, len(among), _VARIABLES):
        some = items.c.record.in_(among[start : start + _VARIABLES])
        elsewhere = update(items).where(*_untouched(task), some, items.c.picked.is_distinct_from(_FIRST))
        moved += connection.execute(elsewhere.values(rank=_FIRST_RANK, picked=_FIRST)).rowcount
    return moved


def put_back(connection: Connection, task: str) -> int:
    """Put untouched items that were first to where they came in; gives how many."""
    theirs = update(items).where(*_untouched(task), items.c.picked == _FIRST)
    return connection.execute(theirs.values(rank=0, picked=None)).rowcount


def count_first(connection: Connection, task: str) -> int:
    """Untouched items that were put before all others."""
    query = select(func.count()).select_from(items).where(*_untouched(task), items.c.picked == _FIRST)
    return int(connection.execute(query).scalar_one())


def _untouched(task: str) -> tuple[Any, ...]:
    return items.c.task == task, items.c.open == 1, items.c.done == 0, items.c.gold.is_(None)


@dataclasses.dataclass(frozen=True)
class Place:
    """Where an item goes in the queue, and why."""

    record: str
    #: the lower, the sooner; what has no place is at 0
    rank: float
    picked: str | None
    suggestions: Sequence[Mapping[str, Any]] = ()


def set_places(connection: Connection, task: str, places: Sequence[Place]) -> None:
    """Put items at these places; others that nobody has labelled yet go back to where they came in.

    What was put first by hand stays first, and only its suggestions are new.
    """
    given_before = items.c.task == task, items.c.open == 1, items.c.rank != 0, items.c.done == 0
    first = items.c.picked == _FIRST
    by_learner = items.c.picked.is_distinct_from(_FIRST)
    moved_back = update(items).where(*given_before, by_learner)
    connection.execute(moved_back.values(rank=0, picked=None, suggestions=[]))
    if places:
        one = items.c.task == task, items.c.record == bindparam("item")
        statement = (
            update(items)
            .where(*one)
            .values(
                rank=case((first, _FIRST_RANK), else_=bindparam("new_rank")),
                picked=case((first, _FIRST), else_=bindparam("new_picked")),
                suggestions=bindparam("new_suggestions"),
            )
        )
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
    row = connection.execute(_GET, {"of_task": task, "of_record": record}).mappings().first()
    return as_item(row) if row else None


def held_items(connection: Connection, task: str, user: str, lease: Lease) -> list[Item]:
    """The items a user has before them and has not answered, the first one first."""
    given = {"of_task": task, "of_user": user, **vars(lease)}
    return [as_item(row) for row in connection.execute(_HELD, given).mappings()]


def next_items(connection: Connection, task: str, user: str, n: int, lease: Lease) -> list[Item]:
    """Up to `n` items that a user has not seen and that need people, those others have in hand counted."""
    given = {"of_task": task, "of_user": user, "n": n, **vars(lease)}
    return [as_item(row) for row in connection.execute(_NEXT, given).mappings()]


def next_gold(connection: Connection, task: str, user: str, n: int, lease: Lease) -> list[Item]:
    """Up to `n` items with a known label that a user has not seen."""
    given = {"of_task": task, "of_user": user, "n": n, **vars(lease)}
    return [as_item(row) for row in connection.execute(_NEXT_GOLD, given).mappings()]


def keep_for(connection: Connection, user: str, taken: Iterable[Item], lease: Lease) -> None:
    """Keep items for a user until the lease ends, whatever they were kept for before."""
    taken = list(taken)
    if taken:
        before = [{"of_task": item.task, "of_record": item.record, "of_user": user} for item in taken]
        connection.execute(_GIVE_UP, before)
        rows = [
            {"task": item.task, "record": item.record, "user": user, "until": lease.until} for item in taken
        ]
        connection.execute(_KEEP, rows)


def give_up(connection: Connection, item: Item, user: str) -> None:
    """Keep an item for a user no more."""
    connection.execute(_GIVE_UP, {"of_task": item.task, "of_record": item.record, "of_user": user})


def places_left(connection: Connection, item: Item, user: str, lease: Lease) -> int:
    """How many people may still label an item, those who have it in hand besides this user taken off."""
    if item.gold is not None:
        return 1
    given = {"of_task": item.task, "of_record": item.record, "of_user": user, **vars(lease)}
    return int(connection.execute(_PLACES_LEFT, given).scalar_one())


def count_items(connection: Connection, task: str) -> dict[str, int]:
    """Items of a task: all, those without gold, those of them that are done, and labels still to be given."""
    every, ordinary, done, labels_left = connection.execute(_COUNTS, {"of_task": task}).one()
    return {"items": every, "gold": every - ordinary, "done": done, "labels_left": int(labels_left)}


def count_again(connection: Connection, task: str, record: str) -> None:
    """Bring an item up to what its answers say."""
    one = {"of_task": task, "of_record": record}
    connection.execute(_SET_DONE, one)
    connection.execute(_SET_OPEN, one)


def item_states(connection: Connection, task: str) -> dict[str, bool]:
    """Record → whether nobody has labelled it yet, and its label is not known; in the order they came in."""
    untouched = and_(items.c.open == 1, items.c.done == 0, items.c.gold.is_(None))
    query = select(items.c.record, untouched).where(items.c.task == task).order_by(items.c.record)
    return {record: bool(free) for record, free in connection.execute(query).all()}


def item_texts(
    connection: Connection, task: str, among: Sequence[str] | None = None, *, imported: str | None = None
) -> dict[str, str]:
    """Record → text of every item, or of those among some records, or of one import."""
    query = select(items.c.record, records.c.text).join(records, records.c.id == items.c.record)
    query = query.where(items.c.task == task)
    if imported is not None:
        query = query.where(records.c["import"] == imported)
    if among is None:
        return dict(map(tuple, connection.execute(query)))
    found: dict[str, str] = {}
    for start in range(0, len(among), _VARIABLES):
        some = query.where(items.c.record.in_(among[start : start + _VARIABLES]))
        found.update(map(tuple, connection.execute(some)))
    return found


def as_item(row: Any) -> Item:
    """An item from the columns `ITEM`."""
    return Item(**{**row, "suggestions": tuple(row["suggestions"])})
