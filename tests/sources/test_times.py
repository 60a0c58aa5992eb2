from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.times import parse_time

SHANGHAI = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-22T08:30:00", "2026-11-22T00:30:00"),
        ("2026-11-22T08:30:00+00:00", "2026-11-22T08:30:00"),
        ("2026-11-22", "2026-11-21T16:00:00"),
        ("2018年5月11日", "2018-05-10T16:00:00"),
        ("2018年05月11日", "2018-05-10T16:00:00"),
        ("2018 年 5 月 11 日", "2018-05-10T16:00:00"),
        ("2018/5/11", "2018-05-10T16:00:00"),
        ("2018.5.11", "2018-05-10T16:00:00"),
        ("2018-5-11 9:05", "2018-05-11T01:05:00"),
        ("2018/5/11 18:05:09", "2018-05-11T10:05:09"),
        ("2018年5月11日18时5分9秒", "2018-05-11T10:05:09"),
        ("2018年5月11日 18：05", "2018-05-11T10:05:00"),
    ],
)
def test_a_time_without_a_zone_is_in_the_one_given_and_kept_in_utc(written: str, expected: str) -> None:
    assert parse_time(written, SHANGHAI) == expected + ".000000+00:00"


@given(st.datetimes(datetime(1000, 1, 3), datetime(9999, 12, 28)))
def test_chinese_dates_are_the_dates_they_say(moment: datetime) -> None:
    for form in (
        f"{moment.year}年{moment.month}月{moment.day}日",
        f"{moment.year}/{moment.month}/{moment.day}",
    ):
        assert parse_time(form, UTC)[:10] == f"{moment:%Y-%m-%d}"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "5月11日",
        "2018年13月1日",
        "2018/2/30",
        "11/5/2018",
        "2018年5月11日 25:00",
        "0001-01-01",
    ],
)
def test_what_is_no_time_is_told(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_time(written, SHANGHAI)
