from __future__ import annotations

import pytest

from headway.errors import UsageError
from headway.store import Store
from headway.store.tasks import add_task, get_task, list_tasks


def test_a_task_is_added_once(store: Store) -> None:
    task = add_task(store, "意图", "text-classification")
    assert add_task(store, "意图", "text-classification") == task
    assert list_tasks(store) == [task]


def test_a_task_keeps_its_kind(store: Store) -> None:
    add_task(store, "intent", "text-classification")
    with pytest.raises(UsageError, match="of kind text-classification, not ranking"):
        add_task(store, "intent", "ranking")


def test_the_only_task_needs_no_name(store: Store) -> None:
    with pytest.raises(UsageError, match="holds 0 tasks"):
        get_task(store)
    task = add_task(store, "intent", "text-classification")
    assert get_task(store) == get_task(store, "intent") == task
    add_task(store, "意图", "text-classification")
    with pytest.raises(UsageError, match=r"holds 2 tasks \(intent, 意图\)"):
        get_task(store)
    with pytest.raises(UsageError, match="no task 'intents'; known are: intent, 意图"):
        get_task(store, "intents")
