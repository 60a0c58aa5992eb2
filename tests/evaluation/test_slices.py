"""Slices: which there are, what their figures are, and that chance is not mistaken for a finding."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import fisher_exact

from headway.evaluation.slices import difference_interval, measure_slices

CHINESE, ENGLISH = "我的快递到哪里了", "Where is my parcel, please?"


def group(found: list[dict[str, Any]], kind: str, name: str = "") -> dict[str, dict[str, Any]]:
    """Value → figures of one division; {} where it is not shown."""
    for entry in found:
        if (entry["kind"], entry["name"]) == (kind, name):
            return {one["value"]: one for one in entry["slices"]}
    return {}


def test_a_weak_language_is_found_and_measured() -> None:
    texts = [CHINESE, ENGLISH] * 200
    correct = np.array([True, True] * 100 + [False, True] * 100)
    found = group(measure_slices(texts, correct), "language")
    assert set(found) == {"en", "zh"}
    chinese = found["zh"]
    assert chinese["n"] == 200
    assert chinese["accuracy"] == 0.5
    assert chinese["interval"][0] < 0.5 < chinese["interval"][1]
    assert chinese["difference"] == -0.5
    assert chinese["difference_interval"][1] < 0
    assert chinese["flagged"]
    assert found["en"]["difference"] == 0.5


def test_lengths_are_divided_into_equally_full_ranges_in_both_languages() -> None:
    texts = ["退" * n for n in range(1, 41)] + ["a" * n for n in range(1, 41)]
    found = group(measure_slices(texts, np.ones(80, dtype=bool)), "length")
    assert list(found) == ["1–10", "11–20", "21–30", "31–40"]
    assert {one["n"] for one in found.values()} == {20}


def test_texts_of_one_length_are_not_divided_by_it() -> None:
    assert group(measure_slices([CHINESE] * 40, np.ones(40, dtype=bool)), "length") == {}


def test_sources_and_columns_with_few_values_are_shown_and_others_are_not() -> None:
    n = 60
    columns = {
        "渠道": ["电话", "网页"] * 30,
        "rating": [str(i % 5) for i in range(n)],
        "id": [str(i) for i in range(n)],
        "constant": ["x"] * n,
        "rare": ["a"] * 10 + ["b"] * 10 + [""] * 40,
        "long": ["a" * 80, "b" * 80] * 30,
    }
    found = measure_slices(
        [CHINESE] * n, np.ones(n, dtype=bool), sources=["a.csv"] * 20 + ["b.csv"] * 40, columns=columns
    )
    assert set(group(found, "source")) == {"a.csv", "b.csv"}
    assert [entry["name"] for entry in found if entry["kind"] == "column"] == ["渠道", "rating"]
    assert list(group(found, "column", "rating")) == ["0", "1", "2", "3", "4"]


def test_rows_without_a_value_and_small_slices_are_left_out() -> None:
    values = ["a"] * 40 + ["b"] * 30 + ["c"] * 3 + [""] * 27
    found = group(
        measure_slices([CHINESE] * 100, np.ones(100, dtype=bool), columns={"x": values}), "column", "x"
    )
    assert {value: one["n"] for value, one in found.items()} == {"a": 40, "b": 30}


def test_chance_alone_is_seldom_flagged() -> None:
    flagged = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        columns = {name: [str(value) for value in rng.integers(0, 8, 400)] for name in "abc"}
        found = measure_slices([CHINESE] * 400, rng.random(400) < 0.8, columns=columns)
        flagged += any(one["flagged"] for entry in found for one in entry["slices"])
    # Holm's method holds the chance of any false flag in a whole report below 5 %.
    assert flagged <= 7


def test_a_flag_says_the_same_as_the_interval() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 12, 3_000)
    correct = rng.random(3_000) < 0.6 + 0.03 * values
    found = group(
        measure_slices([CHINESE] * 3_000, correct, columns={"x": [str(value) for value in values]}),
        "column",
        "x",
    )
    assert len({one["flagged"] for one in found.values()}) == 2
    for one in found.values():
        low, high = one["difference_interval"]
        assert one["flagged"] == (low > 0 or high < 0)
        assert low <= one["difference"] <= high


def test_the_interval_is_newcombes() -> None:
    # Newcombe 1998, table II, method 10, example (a): 56/70 against 48/80.
    low, high = difference_interval(56, 70, 48, 80, 1.959964)
    assert (round(float(low), 4), round(float(high), 4)) == (0.0524, 0.3339)


@pytest.mark.parametrize(("hits", "others"), [(20, 30), (25, 30), (30, 30), (12, 30)])
def test_two_slices_alone_agree_with_an_exact_test(hits: int, others: int) -> None:
    correct = np.array([True] * hits + [False] * (40 - hits) + [True] * others + [False] * (40 - others))
    found = group(
        measure_slices([CHINESE] * 80, correct, columns={"x": ["a"] * 40 + ["b"] * 40}), "column", "x"
    )
    p_value = fisher_exact([[hits, 40 - hits], [others, 40 - others]]).pvalue
    if found["a"]["flagged"]:
        assert p_value < 0.05
    elif p_value < 0.005:
        pytest.fail("a difference this clear has to be flagged")


def test_a_handful_of_rows_has_no_slices() -> None:
    assert measure_slices([CHINESE, ENGLISH], np.array([True, False])) == []
