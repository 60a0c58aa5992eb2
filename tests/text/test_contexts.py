"""Words around a number that say what it is."""

from __future__ import annotations

import pytest

from headway.text.contexts import announced_by, before, is_amount, is_joined, is_letter, is_of_a_thing


@pytest.mark.parametrize(
    ("words", "is_thing"),
    [
        ("订单号:", True),
        ("我的快递单号是", True),
        ("order no. ", True),
        ("Tracking number: ", True),
        ("ISBN ", True),
        ("ref#", True),
        ("订单手机号", False),
        ("电话:", False),
        ("in order to call ", False),
        ("reorder ", False),
        ("", False),
    ],
)
def test_the_number_of_a_thing(words: str, is_thing: bool) -> None:
    assert is_of_a_thing(words + "13800138000", len(words)) is is_thing


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("13800138000元", True),
        ("13800138000.00 USD", True),
        ("¥13800138000", True),
        ("总额:13800138000", True),
        ("打13800138000吧", False),
    ],
)
def test_amounts(text: str, amount: bool) -> None:
    start = text.index("1")
    assert is_amount(text, start, start + 11) is amount


def test_a_number_that_goes_on() -> None:
    assert is_joined("0.138", 2, 5)
    assert is_joined("138-0", 0, 3)
    assert not is_joined("-138.", 1, 4)


def test_letters_and_ends_of_the_text() -> None:
    assert [is_letter("a1中", place) for place in (-1, 0, 1, 2, 3)] == [False, True, False, False, False]
    assert before("abcdef", 3) == "abc"
    assert before("x" * 100, 90, reach=5) == "xxxxx"


def test_words_that_announce() -> None:
    pattern = announced_by("护照", "passport")
    for words in ("护照号码：", "护照是", "my passport number is ", "Passport no. #"):
        assert pattern.search(words), words
    for words in ("护照过期了，请打", "the passport I ordered ", "nopassport "):
        assert not pattern.search(words), words
