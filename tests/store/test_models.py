from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from headway.records import AliasEvent, ModelVersion
from headway.store import Store
from headway.store.models import add_alias_event, add_version, alias_history, get_version, list_versions
from headway.store.tasks import add_task


@pytest.fixture
def registered(store: Store) -> Store:
    add_task(store, "客服", "text-classification")
    return store


def version(name: str = "客服", created_at: str = "2026-11-22") -> ModelVersion:
    return ModelVersion(name, 0, "客服", "a" * 64, "fp32", created_at)


def test_each_name_counts_for_itself(registered: Store) -> None:
    made = [add_version(registered, version(name)) for name in ("客服", "客服", "other")]
    assert [one.reference for one in made] == ["客服@1", "客服@2", "other@1"]
    assert list_versions(registered, "客服") == made[:2]
    assert get_version(registered, "other", 1) == made[2]


def test_an_alias_is_given_to_the_first_only(registered: Store) -> None:
    first = add_version(registered, version(), alias="champion")
    second = add_version(registered, version(), alias="champion")
    assert (first.aliases, second.aliases) == (("champion",), ())


def test_the_newest_event_tells_where_an_alias_points(registered: Store) -> None:
    for _ in range(2):
        add_version(registered, version(), alias="champion")
    events = [
        AliasEvent("客服", "champion", 2, "2026-11-23", "promote"),
        AliasEvent("客服", "challenger", 1, "2026-11-24", "promote"),
    ]
    for event in events:
        add_alias_event(registered, event)
    assert [one.aliases for one in list_versions(registered, "客服")] == [("challenger",), ("champion",)]
    assert alias_history(registered, "客服")[1:] == events
    assert alias_history(registered, "other") == []


def test_versions_registered_at_once_get_numbers_of_their_own(registered: Store) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda _: add_version(registered, version(), alias="champion"), range(24)))
    assert sorted(one.version for one in made) == list(range(1, 25))
    assert [one.version for one in list_versions(registered, "客服") if one.aliases] == [1]
