from __future__ import annotations

import pytest

from headway.cleaning.outliers import KINDS, outlier_kinds

ENGLISH = [
    f"Where is my parcel number {n}? It should have come {'to my house ' * (n % 4)}today." for n in range(60)
]
CHINESE = [f"我的第{n}号包裹到哪里了？{'请尽快回复我，' * (n % 4)}谢谢。" for n in range(60)]


def kind(text: str, others: list[str]) -> str:
    return KINDS[outlier_kinds([*others, text])[-1]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("哈哈哈哈哈哈", "repeated"),
        ("aaaa", "repeated"),
        ("a a a a", "repeated"),
        ("啊 啊 啊 啊", "repeated"),
        ("aa a", ""),
        ("......", "repeated"),
        ("8 8 8 8", "repeated"),
        ("？！", "wordless"),
        ("12345 / 678", "wordless"),
        ("https://example.com/a?b=c", "wordless"),
        ("www.example.com https://x.org", "wordless"),
        ("哈哈哈", ""),
        ("aaab", ""),
        ("好", ""),
        ("👍👍", ""),
        ("订单 12345", ""),
        ("see https://example.com/a", ""),
        ("请看https://example.com/a这里", ""),
        ("https://example.com/a怎么打不开", ""),
        ("http error", ""),
        ("", ""),
    ],
)
def test_the_form_of_a_text_tells(text: str, expected: str) -> None:
    assert kind(text, ENGLISH + CHINESE) == expected


@pytest.mark.parametrize("others", [ENGLISH, CHINESE, ENGLISH + CHINESE])
def test_far_longer_than_the_rest_is_an_outlier_and_twice_as_long_is_none(others: list[str]) -> None:
    assert not outlier_kinds(others).any()
    longest = max(others, key=len)
    assert kind(longest * 2, others) == ""
    assert kind(longest * 40, others) == "long"


def test_each_script_is_measured_by_itself() -> None:
    short = [f"退款{n}" for n in range(100)]
    english = ENGLISH[:30]
    assert not outlier_kinds([*short, *english]).any()
    assert kind("退款" * 40, [*short, *english]) == "long"


def test_texts_of_one_length_allow_five_times_as_much() -> None:
    others = [f"text {n:04}" for n in range(100)]
    assert kind("some words" * 4, others) == ""
    assert kind("some words" * 8, others) == "long"


@pytest.mark.parametrize("others", [ENGLISH, CHINESE])
def test_many_long_texts_are_another_kind_of_text_and_no_outliers(others: list[str]) -> None:
    long = [" ".join(others[n:] + others[:n]) for n in range(4)]
    assert not outlier_kinds([*others, *long]).any()
    assert outlier_kinds([*others * 10, *long]).sum() == 4


def test_of_a_handful_nothing_is_known() -> None:
    assert kind("word " * 1000, ["退款", "card", "parcel"]) == ""
    assert outlier_kinds([]).tolist() == []


def test_a_text_of_a_million_characters_is_looked_at_quickly() -> None:
    assert kind("字" * 500_000 + "词" * 500_000, CHINESE) == "long"
    assert kind("https://" + "a" * 1_000_000, ENGLISH) == "wordless"
