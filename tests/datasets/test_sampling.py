from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.sampling import sample_rows
from headway.records import DatasetRow, Split

SIZES = st.dictionaries(st.sampled_from(["退款", "物流", "other"]), st.integers(1, 30), min_size=1)


def rows(sizes: dict[str, int]) -> list[DatasetRow]:
    return [
        DatasetRow(f"{label}{n}", f"{label} {n}", label, Split.TRAIN, f"{label}{n}")
        for label, size in sizes.items()
        for n in range(size)
    ]


def counts(kept: list[DatasetRow]) -> dict[str, int]:
    return dict(Counter(row.label for row in kept))


@given(SIZES, st.integers(1, 30), st.integers(0, 3))
def test_no_label_has_more_than_the_cap_and_the_order_stays(
    sizes: dict[str, int], cap: int, seed: int
) -> None:
    given_rows = rows(sizes)
    kept = sample_rows(given_rows, cap=cap, seed=seed)
    assert counts(kept) == {label: min(size, cap) for label, size in sizes.items()}
    assert kept == [row for row in given_rows if row in kept]
    larger = sample_rows(given_rows, cap=cap + 3, seed=seed)
    assert {row.record for row in kept} <= {row.record for row in larger}


@given(SIZES, st.randoms(use_true_random=False))
def test_the_draw_does_not_depend_on_the_order(sizes: dict[str, int], random: Random) -> None:
    given_rows = rows(sizes)
    mixed = random.sample(given_rows, len(given_rows))
    assert set(sample_rows(mixed, cap=5)) == set(sample_rows(given_rows, cap=5))


def test_balance_goes_by_the_smallest_label_of_ten_rows() -> None:
    assert counts(sample_rows(rows({"a": 40, "b": 12, "c": 3}), balance=True)) == {"a": 12, "b": 12, "c": 3}
    assert counts(sample_rows(rows({"a": 9, "b": 2}), balance=True)) == {"a": 9, "b": 2}
    assert counts(sample_rows(rows({"a": 40, "b": 12}), balance=True, cap=5)) == {"a": 5, "b": 5}


def test_nothing_asked_for_changes_nothing() -> None:
    given_rows = rows({"a": 5, "b": 50})
    assert sample_rows(given_rows) == given_rows
    assert sample_rows([], cap=1, balance=True) == []


def test_another_seed_draws_others() -> None:
    given_rows = rows({"a": 100})
    assert sample_rows(given_rows, cap=20, seed=1) != sample_rows(given_rows, cap=20, seed=2)
