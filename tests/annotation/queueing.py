"""A labelling queue with people and a clock that is set by hand."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from headway.access.users import add_user
from headway.annotation.filling import fill_queue
from headway.annotation.labels import set_labels
from headway.annotation.queue import Queue, Receipt, Submission
from headway.records import User
from headway.settings import AnnotationSettings
from headway.store import Store
from headway.store.writer import GroupWriter
from tests.annotated import TASK, import_texts

LABELS = ("退款", "delivery", "other")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


class Desk:
    """A queue, the people at it, and short ways to do what they do."""

    def __init__(
        self, store: Store, texts: Sequence[str], *, overlap: int = 1, gold_share: float = 0
    ) -> None:
        self.store, self.clock = store, Clock()
        store.clock = self.clock
        self.records = import_texts(store, texts)
        set_labels(store, TASK, LABELS)
        fill_queue(store, TASK, overlap=overlap)
        self.writer = GroupWriter(store)
        settings = AnnotationSettings(lease_minutes=15, gold_share=gold_share)
        self.queue = Queue(store, self.writer, TASK, settings)
        self._keys = itertools.count()

    def person(self, name: str) -> User:
        """Somebody new who labels."""
        return add_user(self.store, name)[0]

    def texts(self, user: User, n: int = 10) -> list[str]:
        """The texts that somebody is given."""
        return [held.item.text for held in self.queue.take(user, n)]

    def say(self, user: User, record: str, label: str | None = LABELS[0], **values: object) -> Receipt:
        """Somebody labels a text, or skips it where there is no label."""
        content: dict[str, object] = {
            "record": record,
            "key": f"key-{next(self._keys)}",
            "action": "label" if label else "skip",
            "label": label,
            **values,
        }
        return self.queue.submit(user, Submission(**content))  # type: ignore[arg-type]
