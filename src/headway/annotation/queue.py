"""The labelling queue of a task: who is given what, and what becomes of what they answer.

Every item is labelled by exactly as many people as were asked for. Whoever is given an item has a place at it
until the lease ends; an answer that comes when all places are taken is kept, and does not count.
"""

from __future__ import annotations

import dataclasses
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection

from headway.errors import CheckFailedError, DataError
from headway.ids import new_id
from headway.records import Annotation, Answer, Item, User, timestamp
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store import answers as answer_rows
from headway.store import labels as label_rows
from headway.store import queue as item_rows
from headway.store.queue import Lease
from headway.store.records import add_annotation, withdraw_annotation
from headway.store.writer import GroupWriter

Action = Literal["label", "skip", "withdraw"]
#: why an answer is kept, but does not count: all places were taken, the text was assigned to somebody else,
#: another answer came first, or the label is no longer one
Refusal = Literal["late", "assigned", "conflict", "retired"]
REFUSALS: tuple[Refusal, ...] = ("late", "assigned", "conflict", "retired")


@dataclass(frozen=True)
class Submission:
    """What somebody did with an item, as the browser sends it."""

    record: str
    #: made by the browser: what is sent twice counts once
    key: str
    action: Action
    label: str | None = None
    comment: str = ""
    flagged: bool = False
    #: how long the item was looked at
    seconds: float = 0.0
    #: version of the answer that the page showed; 0 = none
    seen: int = 0
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Held:
    """An item that somebody has before them, with their answer to it, if they gave one."""

    item: Item
    answer: Answer | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a submission: it is on disk, whatever it says."""

    state: Literal["saved", "draft"]
    #: version of the answer that counts now; 0 = none does
    version: int
    #: the label that counts now
    label: str | None
    refusal: Refusal | None = None


class Queue:
    """The queue of one task. Everything it changes goes through one writer."""

    def __init__(self, store: Store, writer: GroupWriter, task: str, settings: AnnotationSettings) -> None:
        self.task = task
        self._store = store
        self._writer = writer
        self._settings = settings

    def take(self, user: User, n: int) -> list[Held]:
        """Up to `n` items for a user, kept until the lease ends: first those they have before them already.

        Among new ones are some with a known label, where there are such.
        """
        return self._writer.write(lambda connection: self._take(connection, user, n))

    def submit(self, user: User, submission: Submission) -> Receipt:
        """Keep what a user did with an item.

        Raises `DataError` where the item or the label is unknown, and `CheckFailedError` where the key came
        with another answer before.
        """
        return self._writer.write(lambda connection: self._submit(connection, user, submission))

    def recent(self, user: User, n: int) -> list[Held]:
        """The items a user answered last, the newest first."""
        with self._store.reading() as connection:
            found = answer_rows.recent_answers(connection, self.task, user.id, n)
        return [Held(item, answer) for answer, item in found]

    def progress(self, user: User) -> dict[str, int]:
        """How far the queue has come, and how many items of it this user has answered."""
        with self._store.reading() as connection:
            counts = item_rows.count_items(connection, self.task)
            answered, _ = answer_rows.count_answered(connection, self.task, user.id)
        return {**counts, "answered": answered}

    def _lease(self) -> Lease:
        now = self._store.clock()
        return Lease(timestamp(now), timestamp(now + timedelta(minutes=self._settings.lease_minutes)))

    def _take(self, connection: Connection, user: User, n: int) -> list[Held]:
        lease = self._lease()
        held = item_rows.held_items(connection, self.task, user.id, lease)
        missing = n - len(held)
        if missing > 0:
            new = item_rows.next_items(connection, self.task, user.id, missing, lease)
            held += self._with_gold(connection, user, held, new, lease)
        held = held[: max(n, 0)]
        item_rows.keep_for(connection, user.id, held, lease)
        before = (answer_rows.current_answer(connection, item, user.id) for item in held)
        return [Held(item, answer) for item, answer in zip(held, before, strict=True)]

    def _with_gold(
        self, connection: Connection, user: User, held: list[Item], new: list[Item], lease: Lease
    ) -> list[Item]:
        """New items, some of them replaced by ones with a known label, at places nobody can foresee."""
        answered, gold_answered = answer_rows.count_answered(connection, self.task, user.id)
        draw = random.Random(f"{user.id}/{answered}")  # noqa: S311 - a schedule, not a secret
        share = self._settings.gold_share
        due = math.floor(share * (answered + len(held) + len(new)) + random.Random(user.id).random())  # noqa: S311
        missing = due - gold_answered - sum(item.gold is not None for item in held)
        gold = item_rows.next_gold(connection, self.task, user.id, min(max(missing, 0), len(new)), lease)
        given = [*gold, *new[: len(new) - len(gold)]]
        if gold:
            draw.shuffle(given)
        return given

    def _submit(self, connection: Connection, user: User, submission: Submission) -> Receipt:
        arrived = answer_rows.find_submission(connection, self.task, user.id, submission.key)
        item = item_rows.get_item(
            connection, self.task, submission.record if arrived is None else arrived.record
        )
        if item is None:
            raise unknown_item(submission.record, self.task)
        if arrived is None:
            arrived = self._keep(connection, user, item, submission)
        elif not _is_same(arrived, submission):
            raise CheckFailedError(
                f"The key {submission.key!r} was used for another answer of yours.",
                next_step="Send each answer with a key of its own.",
            )
        return _receipt(arrived, answer_rows.current_answer(connection, item, user.id))

    def _keep(self, connection: Connection, user: User, item: Item, submission: Submission) -> Answer:
        before = answer_rows.current_answer(connection, item, user.id)
        lease = self._lease()
        refusal = self._refusal(connection, user, item, before, submission, lease)
        guideline = label_rows.newest_guideline(connection, self.task)
        answer = Answer(
            task=self.task,
            record=item.record,
            user=user.id,
            version=answer_rows.last_version(connection, item, user.id) + 1,
            action=refusal or submission.action,
            key=submission.key,
            created_at=_after(lease.now, before),
            label=submission.label,
            comment=submission.comment,
            flagged=submission.flagged,
            seconds=submission.seconds,
            shown=dict(submission.shown),
            guideline=guideline.version if guideline else 0,
            current=refusal is None,
        )
        if answer.current:
            answer = dataclasses.replace(answer, annotation=_annotate(connection, user, answer, before))
        answer_rows.add_answer(connection, answer)
        # What was skipped may be in other hands by now.
        if answer.action == "withdraw" and item_rows.places_left(connection, item, user.id, lease) > 0:
            item_rows.keep_for(connection, user.id, [item], lease)
        elif answer.current:
            item_rows.give_up(connection, item, user.id)
        return answer

    def _refusal(
        self,
        connection: Connection,
        user: User,
        item: Item,
        before: Answer | None,
        submission: Submission,
        lease: Lease,
    ) -> Refusal | None:
        """Why a submission does not count; None = it does."""
        if submission.seen != (before.version if before else 0):
            return "conflict"
        if item.assigned_to not in (None, user.id):
            return "assigned"
        if submission.action != "label":
            return None
        labels = {label.name: label for label in label_rows.list_labels(connection, self.task)}
        if submission.label not in labels:
            raise unknown_label(submission.label, self.task, list(labels))
        if labels[submission.label].retired_at is not None:
            return "retired"
        has_place = before is not None and before.action == "label"
        if not has_place and item_rows.places_left(connection, item, user.id, lease) <= 0:
            return "late"
        return None


def unknown_item(record: str, task: str) -> DataError:
    """The error for a text that is not in the queue."""
    return DataError(f"The text {record!r} is not in the queue of {task!r}.", next_step="Reload the page.")


def unknown_label(label: str | None, task: str, labels: Sequence[str]) -> DataError:
    """The error for a label that is not set."""
    return DataError(f"{label!r} is no label of {task!r}.", next_step=f"Choose one of: {', '.join(labels)}.")


def _annotate(connection: Connection, user: User, answer: Answer, before: Answer | None) -> str | None:
    """Make the label of an answer count, and that of the one before no more; gives the annotation's id."""
    if before is not None and before.annotation is not None:
        if before.label == answer.label:
            return before.annotation
        withdraw_annotation(connection, before.annotation, answer.created_at)
    if answer.label is None:
        return None
    annotation = Annotation(
        id=new_id(),
        task=answer.task,
        record=answer.record,
        label=answer.label,
        author=user.name,
        created_at=answer.created_at,
    )
    add_annotation(connection, annotation)
    return annotation.id


def _is_same(arrived: Answer, submission: Submission) -> bool:
    """Whether a submission is one that has arrived before."""
    said = (submission.record, submission.label, submission.comment, submission.flagged)
    same_action = arrived.action in (*REFUSALS, submission.action)
    return same_action and said == (arrived.record, arrived.label, arrived.comment, arrived.flagged)


def _after(now: str, before: Answer | None) -> str:
    """A moment later than that of the answer before, even where the clock went back since."""
    if before is None or now > before.created_at:
        return now
    return timestamp(datetime.fromisoformat(before.created_at) + timedelta(microseconds=1))


def _receipt(answer: Answer, current: Answer | None) -> Receipt:
    counts = current if current is not None and current.action != "withdraw" else None
    return Receipt(
        state="saved" if answer.action not in REFUSALS else "draft",
        version=current.version if current else 0,
        label=counts.label if counts else None,
        refusal=answer.action if answer.action in REFUSALS else None,
    )
