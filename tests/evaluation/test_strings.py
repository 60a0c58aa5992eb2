"""The words of the report are the same set in both languages; numbers are written for people."""

from __future__ import annotations

import string

import pytest

from headway.evaluation.finding_words import FINDING_WORDS, LANGUAGE_NAMES
from headway.evaluation.report_words import REPORT_WORDS
from headway.evaluation.strings import NAMES, STRINGS, chance, duration, name, points, quantity, slice_name


def fields(words: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(words) if field}


def test_both_languages_have_the_same_strings_with_the_same_fields() -> None:
    assert STRINGS["en"].keys() == STRINGS["zh"].keys()
    for key, words in STRINGS["en"].items():
        assert fields(words) == fields(STRINGS["zh"][key]), key
        assert words.strip()
        assert STRINGS["zh"][key].strip()


def test_every_name_has_both_languages() -> None:
    assert all(english and chinese for english, chinese in NAMES.values())
    assert name("zh", "train_seconds") == "训练"
    assert name("en", "largest_gap_seen") == "largest gap seen"


def test_no_key_has_two_homes() -> None:
    assert not REPORT_WORDS["en"].keys() & FINDING_WORDS["en"].keys()


def test_slices_are_called_what_people_call_them() -> None:
    assert slice_name("zh", "language", "en") == "英语"
    assert slice_name("en", "language", "xx") == "xx"
    assert slice_name("zh", "length", "1–12") == "1–12 个字符"
    assert slice_name("en", "column", "phone", "channel") == "channel = phone"
    assert slice_name("en", "source", "a.csv") == "a.csv"
    assert all(english and chinese for english, chinese in LANGUAGE_NAMES.values())


def test_a_p_value_of_next_to_nothing_is_not_zero() -> None:
    assert chance(1e-12) == "p < 0.001"
    assert chance(0.0314) == "p = 0.031"


def test_points_carry_a_sign() -> None:
    assert points(0.058) == "+5.8"
    assert points(-0.058) == "−5.8"
    assert points(-0.058, sign=False) == "5.8"


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (4.83, "4.8 s", "4.8 秒"),
        (35, "35 s", "35 秒"),
        (59.6, "1 min 0 s", "1 分 0 秒"),
        (75, "1 min 15 s", "1 分 15 秒"),
        (7380, "2 h 3 min", "2 小时 3 分"),
    ],
)
def test_durations_read_naturally(seconds: float, english: str, chinese: str) -> None:
    assert duration("en", seconds) == english
    assert duration("zh", seconds) == chinese


def test_quantities_take_their_unit_from_the_key() -> None:
    assert quantity("en", "size_bytes", 23_100_000) == "23.1 MB"
    assert quantity("zh", "train_seconds", 75) == "1 分 15 秒"
    assert quantity("en", "label_agreement", 0.9987) == "99.9%"
    assert quantity("zh", "passed", True) == "是"
    assert quantity("en", "largest_probability_gap", 2.34567e-7) == "2.346e-07"
    assert quantity("en", "rows", 12_000) == "12,000"
    assert quantity("en", "engine", "onnx") == "onnx"
    assert quantity("zh", "size_bytes", None) == "未知"
    assert quantity("en", "accuracy_loss_interval", (-0.002, 0.004)) == "−0.2 points, +0.4 points"
    nested = {"label_agreement": 1.0, "largest_probability_gap": 0.0}
    assert quantity("en", "batch_invariance", nested) == "Same label: 100%; Largest gap in a probability: 0"
    assert quantity("zh", "tolerances", {"label_agreement": 0.995}) == "标签一致：99.5%"
