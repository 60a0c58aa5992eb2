from __future__ import annotations

import pytest

from headway.records import DatasetVersion, Split
from headway.store import Store
from headway.store.datasets import add_version, get_splits, list_versions
from headway.store.tasks import add_task


@pytest.fixture
def tasks(store: Store) -> Store:
    add_task(store, "意图", "text-classification")
    add_task(store, "intent", "text-classification")
    return store


def version(digest: str, task: str = "意图") -> DatasetVersion:
    sizes = {"train": 2, "validation": 0, "test": 1}
    return DatasetVersion(
        digest, task, 0, "latest", "2026", "2026", ("物流", "退款"), sizes, {"rows": 3}, "b"
    )


def test_versions_are_numbered_per_task(tasks: Store) -> None:
    made = [add_version(tasks, version(digest), {}) for digest in ("a", "b")]
    other = add_version(tasks, version("a", "intent"), {})
    assert [one.number for one in [*made, other]] == [1, 2, 1]
    assert list_versions(tasks, "意图") == made
    assert made[0].labels == ("物流", "退款")
    assert made[0].sizes[Split.TRAIN] == 2


def test_equal_rows_are_the_same_version(tasks: Store) -> None:
    first = add_version(tasks, version("a"), {"c1": Split.TEST})
    assert add_version(tasks, version("a"), {"c2": Split.TRAIN}) == first
    assert get_splits(tasks, "意图") == {"c1": Split.TEST, "c2": Split.TRAIN}
    assert list_versions(tasks, "意图") == [first]


def test_rows_that_come_back_are_a_new_version(tasks: Store) -> None:
    made = [add_version(tasks, version(digest), {}) for digest in "abaabba"]
    assert [one.number for one in made] == [1, 2, 3, 3, 4, 4, 5]
    assert [one.number for one in list_versions(tasks, "意图")] == [1, 2, 3, 4, 5]
    assert len({one.hash for one in made}) == 5
    assert [one.hash for one in made[:2]] == ["a", "b"]


def test_splits_belong_to_a_task(tasks: Store) -> None:
    add_version(tasks, version("a"), {"c1": Split.TEST, "c2": Split.TRAIN})
    assert get_splits(tasks, "意图") == {"c1": Split.TEST, "c2": Split.TRAIN}
    assert get_splits(tasks, "intent") == {}
