"""Numbers with check digits: published samples, and every single mistake."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.text.identifiers import (
    is_card,
    is_credit_code,
    is_old_resident_id,
    is_residence_permit,
    is_resident_id,
    luhn,
)


@pytest.mark.parametrize("number", ["4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "3530111333300000", "2223003122003222", "30569309025904", "6228480084266246416"])  # fmt: skip  # noqa: E501
def test_published_test_cards(number: str) -> None:
    assert is_card(number)


@pytest.mark.parametrize("number", ["4111111111111112", "0000000000000000", "1234567890123452", "411111111111", "41111111111111111111", ""])  # fmt: skip  # noqa: E501
def test_numbers_no_network_issues(number: str) -> None:
    assert not is_card(number)


@given(st.text(alphabet="0123456789", min_size=1, max_size=18), st.integers(0, 17), st.integers(1, 9))
def test_luhn_finds_every_wrong_digit(body: str, place: int, more: int) -> None:
    number = next(body + check for check in "0123456789" if luhn(body + check))
    place %= len(number)
    wrong = str((int(number[place]) + more) % 10)
    assert not luhn(number[:place] + wrong + number[place + 1 :])


def test_the_sample_of_the_standard_is_a_resident_id() -> None:
    assert is_resident_id("11010519491231002X")
    assert is_resident_id("11010519491231002x")
    assert is_resident_id("440524188001010014") is False  # the other sample, of a birthday before 1900


@pytest.mark.parametrize(
    "value",
    [
        "110105194912310021",
        "11010519491331002X",
        "11010519490230002X",
        "99010519491231002X",
        "110105204912310021",
    ],
)
def test_wrong_check_month_day_or_region_is_none(value: str) -> None:
    assert not is_resident_id(value)


@given(st.integers(0, 16), st.integers(1, 9))
def test_a_resident_id_with_one_wrong_digit_is_none(place: int, more: int) -> None:
    value = "11010519491231002X"
    wrong = str((int(value[place]) + more) % 10)
    assert not is_resident_id(value[:place] + wrong + value[place + 1 :])


def test_old_ids_have_a_region_and_a_day() -> None:
    assert is_old_resident_id("110105491231002")
    assert not is_old_resident_id("110105491331002")
    assert not is_old_resident_id("990105491231002")


def test_permits_have_their_own_regions() -> None:
    assert is_residence_permit("810000199408230021")
    assert not is_resident_id("810000199408230021")
    assert not is_residence_permit("11010519491231002X")


@pytest.mark.parametrize(
    "code", ["91330100799655058B", "9144030071526726XG", "91110108551385082Q", "91350100M000100Y43"]
)
def test_codes_of_known_companies(code: str) -> None:
    assert is_credit_code(code)
    assert is_credit_code(code.lower())


@pytest.mark.parametrize(
    "code",
    [
        "91330100799655058C",
        "91990100799655058B",
        "9133010079965505",
        "9133010079965505OB",
        "B1330100799655058B",
        "",
    ],
)
def test_codes_with_a_mistake(code: str) -> None:
    assert not is_credit_code(code)
