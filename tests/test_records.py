from __future__ import annotations

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.records import ModelVersion, Split, Task, new_id, new_ids, timestamp, utc_now


def test_ids_sort_in_the_order_they_were_made() -> None:
    ids = [new_id() for _ in range(5_000)]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch("[0-9a-z]{20}", one) for one in ids)


def test_ids_of_many_threads_differ() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = [one for made in pool.map(lambda _: [new_id() for _ in range(500)], range(8)) for one in made]
    assert len(set(ids)) == 4_000


def test_a_run_of_ids_sorts_and_goes_on_after_the_ones_before() -> None:
    ids = [new_id(), *new_ids(2_000), new_id(), *new_ids(1), *new_ids(0), *new_ids(1_100)]
    assert len(ids) == 3_103
    assert ids == sorted(set(ids))
    assert all(re.fullmatch("[0-9a-z]{20}", one) for one in ids)


def test_an_id_begins_with_its_time() -> None:
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    before = utc_now()
    number = 0
    for character in new_id():
        number = number * 32 + alphabet.index(character)
    made = datetime.fromtimestamp((number >> 52) / 1000, UTC)
    assert abs(made - before) < timedelta(minutes=1)


@given(
    st.lists(
        st.datetimes(
            datetime(1, 1, 3),
            datetime(9999, 12, 29),
            timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-7))]),
        ),
        min_size=2,
        max_size=5,
    )
)
def test_timestamps_sort_like_the_moments_they_stand_for(moments: list[datetime]) -> None:
    assert sorted(map(timestamp, moments)) == [timestamp(moment) for moment in sorted(moments)]
    assert [datetime.fromisoformat(timestamp(moment)) for moment in moments] == moments


def test_a_timestamp_is_utc_with_microseconds() -> None:
    beijing = datetime(2026, 11, 22, 10, 0, tzinfo=timezone(timedelta(hours=8)))
    assert timestamp(beijing) == "2026-11-22T02:00:00.000000+00:00"


def test_nouns_cannot_be_changed() -> None:
    task = Task("意图", "text-classification", "2026-11-22")
    with pytest.raises(dataclasses.FrozenInstanceError):
        task.name = "other"  # type: ignore[misc]


def test_a_model_version_is_named_as_on_the_command_line() -> None:
    version = ModelVersion("support", 3, "support", "a" * 64, "int8", "2026-11-22")
    assert version.reference == "support@3"


def test_a_split_is_its_name() -> None:
    assert [str(split) for split in Split] == ["train", "validation", "test"]
    assert Split("test") is Split.TEST
