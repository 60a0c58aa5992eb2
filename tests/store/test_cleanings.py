from __future__ import annotations

from headway.records import CleaningPolicy
from headway.store import Store
from headway.store.cleanings import get_policy, list_policies, set_policy
from headway.store.tasks import add_task


def test_a_task_without_a_policy_has_one_that_changes_nothing(store: Store) -> None:
    assert get_policy(store, "intents") == CleaningPolicy()
    assert list_policies(store, "intents") == []


def test_the_newest_policy_of_a_task_counts_and_the_older_ones_stay(store: Store) -> None:
    add_task(store, "intents", "text-classification")
    add_task(store, "意图", "text-classification")
    first = CleaningPolicy(steps=("html@1",), labels={"退款 ": "退款"})
    second = CleaningPolicy(drop=("near-duplicates",), mask=True)
    set_policy(store, "intents", first)
    set_policy(store, "意图", CleaningPolicy(mask=True))
    set_policy(store, "intents", second)
    assert get_policy(store, "intents") == second
    assert list_policies(store, "intents") == [first, second]
