"""Review: where annotators disagree or have something to say, somebody who leads decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from headway.annotation.labels import names_in_use
from headway.annotation.queue import unknown_item, unknown_label
from headway.annotation.status import disputed_texts
from headway.datasets.labelled import REVIEW
from headway.errors import CheckFailedError
from headway.ids import new_id
from headway.records import Annotation, User
from headway.store import Store
from headway.store import queue as item_rows
from headway.store.answers import all_answers
from headway.store.records import add_annotation, live_annotations, withdraw_annotation
from headway.store.users import list_users
from headway.store.writer import GroupWriter


def to_review(
    store: Store, task: str, suspects: Sequence[Mapping[str, Any]] = (), n: int = 50
) -> list[dict[str, Any]]:
    """Texts that wait for a decision: where answers differ, then those with a remark, then suspected ones.

    `suspects` are rows of `find_suspects`. Each text has `record`, `text`, `answers` (author to label),
    `label` that is most probable, `remarks`, and `suspect`, None where nothing is suspected.
    """
    remarks = _remarks(store, task)
    suspected = {row["key"]: row for row in suspects}
    rows = disputed_texts(store, task)[:n]
    shown = {row["record"] for row in rows}
    with store.reading() as connection:
        for record in dict.fromkeys([*remarks, *suspected]):
            if len(rows) >= n:
                break
            if record in shown or live_annotations(connection, task, record, REVIEW):
                continue
            text = _text(connection, task, record, suspected)
            if text is not None:
                rows.append({"record": record, "text": text, "answers": {}, "label": None})
    return [
        {**row, "remarks": remarks.get(row["record"], []), "suspect": suspected.get(row["record"])}
        for row in rows
    ]


def _text(
    connection: Connection, task: str, record: str, suspected: Mapping[str, Mapping[str, Any]]
) -> str | None:
    """The text of an item; of a suspect that was labelled elsewhere, its beginning; None where it is gone."""
    item = item_rows.get_item(connection, task, record)
    if item is not None:
        return item.text
    if record in suspected and live_annotations(connection, task, record):
        return str(suspected[record]["text"])
    return None


def decide(
    store: Store,
    writer: GroupWriter,
    task: str,
    user: User,
    record: str,
    label: str | None,
    seen: str | None = None,
) -> None:
    """Say what a text's label is, whatever annotators say; None takes the decision back.

    `seen` is the decision that the page showed, None where there was none. Raises `CheckFailedError` where
    somebody else decided otherwise meanwhile, and `DataError` for a text that is neither in the queue nor
    labelled, and a label that is not set.
    """
    labels = names_in_use(store, task)
    if label is not None and label not in labels:
        raise unknown_label(label, task, labels)

    def write(connection: Connection) -> None:
        known = item_rows.get_item(connection, task, record) or live_annotations(connection, task, record)
        if not known:
            raise unknown_item(record, task)
        now = store.now()
        decided = live_annotations(connection, task, record, REVIEW)
        _check_unchanged(decided.values(), seen, label)
        for before in decided:
            withdraw_annotation(connection, before, now)
        if label is not None:
            author = f"{REVIEW}{user.name}"
            add_annotation(connection, Annotation(new_id(), task, record, label, author, now))

    writer.write(write)


def _check_unchanged(decided: Iterable[str], seen: str | None, label: str | None) -> None:
    """Raise `CheckFailedError` where a decision would replace one that nobody saw."""
    now = next(iter(decided), None)
    if now not in (seen, label):
        found = "took the decision back" if now is None else f"decided for {now!r}"
        raise CheckFailedError(
            f"Somebody {found} meanwhile; yours was not kept.", next_step="Reload the page, and decide again."
        )


def _remarks(store: Store, task: str) -> dict[str, list[dict[str, Any]]]:
    """Record → what was remarked on it: by whom, with which label, and whether it is flagged."""
    names = {user.id: user.name for user in list_users(store)}
    found: dict[str, list[dict[str, Any]]] = {}
    with store.reading() as connection:
        answers = all_answers(connection, task)
    for one in answers:
        if one.current and (one.comment or one.flagged):
            remark = {
                "author": names[one.user],
                "label": one.label,
                "comment": one.comment,
                "flagged": one.flagged,
            }
            found.setdefault(one.record, []).append(remark)
    return found
