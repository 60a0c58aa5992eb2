"""Review: where annotators disagree or have something to say, somebody who leads decides."""

from __future__ import annotations

from typing import Any

from headway.annotation.labels import names_in_use
from headway.annotation.queue import unknown_item, unknown_label
from headway.annotation.status import disputed_texts
from headway.datasets.labelled import REVIEW
from headway.records import Annotation, User, new_id
from headway.store import Store
from headway.store import queue as item_rows
from headway.store.answers import all_answers
from headway.store.records import add_annotation, live_annotations, withdraw_annotation
from headway.store.users import list_users
from headway.store.writer import GroupWriter


def to_review(store: Store, task: str, n: int = 50) -> list[dict[str, Any]]:
    """Texts that wait for a decision: first those on which answers differ, then those with a flag or comment.

    Each has `record`, `text`, `answers` (author to label), `label` that is most probable, and `remarks`.
    """
    remarks = _remarks(store, task)
    rows = disputed_texts(store, task)[:n]
    shown = {row["record"] for row in rows}
    with store.reading() as connection:
        for record in remarks:
            if len(rows) >= n:
                break
            if record in shown or live_annotations(connection, task, record, REVIEW):
                continue
            item = item_rows.get_item(connection, task, record)
            if item is not None:
                rows.append({"record": record, "text": item.text, "answers": {}, "label": None})
    return [{**row, "remarks": remarks.get(row["record"], [])} for row in rows]


def decide(store: Store, writer: GroupWriter, task: str, user: User, record: str, label: str | None) -> None:
    """Say what a text's label is, whatever annotators say; None takes the decision back.

    Raises `DataError` for a text that is not in the queue and a label that is not set.
    """
    labels = names_in_use(store, task)
    if label is not None and label not in labels:
        raise unknown_label(label, task, labels)

    def write(connection: Any) -> None:
        if item_rows.get_item(connection, task, record) is None:
            raise unknown_item(record, task)
        now = store.now()
        for before in live_annotations(connection, task, record, REVIEW):
            withdraw_annotation(connection, before, now)
        if label is not None:
            author = f"{REVIEW}{user.name}"
            add_annotation(connection, Annotation(new_id(), task, record, label, author, now))

    writer.write(write)


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
