from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.records import ModelVersion, Split, Task, timestamp


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
