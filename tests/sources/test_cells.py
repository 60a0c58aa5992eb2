from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.sources.cells import cell_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("退款 ", "退款 "),
        (True, "true"),
        (7, "7"),
        (7.0, "7"),
        (-0.5, "-0.5"),
        (2.0**53, "9007199254740992.0"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (Decimal("1.10"), "1.10"),
        (Decimal("1E+3"), "1000"),
        (date(2024, 2, 29), "2024-02-29"),
        (time(8, 30), "08:30:00"),
        (datetime(2024, 1, 2, 8, 0), "2024-01-02T08:00:00"),
        (datetime(2024, 1, 2, 8, 0, tzinfo=timezone(timedelta(hours=8))), "2024-01-02T00:00:00+00:00"),
        (timedelta(days=1, seconds=61), "24:01:01"),
        ("退".encode(), "退"),
        (b"\xff\x00", "/wA="),
        ([1.0, None, "退"], '[1.0, null, "退"]'),
        (
            {"at": datetime(2024, 1, 2, tzinfo=UTC), "raw": b"\xff"},
            '{"at": "2024-01-02T00:00:00+00:00", "raw": "/w=="}',
        ),
    ],
)
def test_the_text_of_a_value(value: Any, text: str) -> None:
    assert cell_text(value) == text


@given(st.floats(allow_nan=False))
def test_a_number_can_be_read_back(value: float) -> None:
    assert float(cell_text(value)) == value


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_nested_is_json(value: Any) -> None:
    if isinstance(value, (list, dict)):
        assert json.loads(cell_text(value)) == value


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=90), "0:01:30"),
        (timedelta(seconds=-90), "-0:01:30"),
        (timedelta(milliseconds=500), "0:00:00.5"),
        (timedelta(days=2, hours=1), "49:00:00"),
    ],
)
def test_a_duration_keeps_its_sign_and_its_fraction(length: timedelta, text: str) -> None:
    assert cell_text(length) == text
