from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.splits import LeftOut, Member, Placed, assign_splits
from headway.records import Split

TRAIN, VALIDATION, TEST = Split.TRAIN, Split.VALIDATION, Split.TEST
LABELS = st.sampled_from(["退款", "物流", "other"])
GIVEN = st.sampled_from([None, *Split])
TIMES = st.none() | st.integers(1, 9).map(lambda day: f"2030-01-0{day}T00:00:00.000000+00:00")
SHARES = st.floats(0, 0.45)


@st.composite
def members(draw: st.DrawFn, given: st.SearchStrategy[Split | None] = GIVEN) -> list[Member]:
    """Rows of a dozen texts in half a dozen groups."""
    row = st.tuples(st.integers(0, 11), LABELS, given, TIMES)
    return [
        Member(f"text {number}", f"group {number % 5}", label, split, time)
        for number, label, split, time in draw(st.lists(row, max_size=25))
    ]


def unmarked(count: int, label: str = "a") -> list[Member]:
    return [Member(f"{label}{number}", f"{label}{number}", label) for number in range(count)]


def learned(rows: Sequence[Member], placed: Sequence[Placed]) -> dict[str, Split]:
    """The splits of texts that are known after a version was made."""
    return {row.name: split for row, split in zip(rows, placed, strict=True) if isinstance(split, Split)}


def together(rows: Sequence[Member], placed: Sequence[Placed]) -> dict[str, set[Split]]:
    found: defaultdict[str, set[Split]] = defaultdict(set)
    for row, split in zip(rows, placed, strict=True):
        if isinstance(split, Split):
            found[row.group].add(split)
    return found


@given(members(), members(), st.integers(0, 3), SHARES, SHARES, st.booleans())
def test_no_group_is_in_two_splits_and_no_text_ever_moves(
    first: list[Member], more: list[Member], seed: int, validation: float, test: float, by_time: bool
) -> None:
    placed = assign_splits(first, {}, seed=seed, validation=validation, test=test, by_time=by_time)
    known = learned(first, placed)
    grown = first + more
    later = assign_splits(grown, known, seed=seed + 1, validation=test, test=validation)
    for rows, found in ((first, placed), (grown, later)):
        assert len(found) == len(rows)
        assert all(len(splits) == 1 for splits in together(rows, found).values())
    for row, split in zip(grown, later, strict=True):
        if isinstance(split, Split):
            assert split is known.get(row.name, split)


@given(members(), st.dictionaries(st.integers(0, 11).map("text {}".format), st.sampled_from(list(Split))))
def test_the_same_rows_make_the_same_version_again(rows: list[Member], known: dict[str, Split]) -> None:
    first = assign_splits(rows, known)
    assert assign_splits(rows, known | learned(rows, first), seed=1) == first


@given(members(), st.dictionaries(st.integers(0, 11).map("text {}".format), st.sampled_from(list(Split))))
def test_the_users_test_rows_are_test_unless_training_has_seen_them(
    rows: list[Member], known: Mapping[str, Split]
) -> None:
    for row, split in zip(rows, assign_splits(rows, known), strict=True):
        if row.given is TEST and known.get(row.name) in (None, TEST):
            assert split is TEST
        if row.given in (TRAIN, VALIDATION):
            assert split is not TEST
        if known.get(row.name) in (TRAIN, VALIDATION):
            assert split is not TEST


@given(members())
def test_a_split_that_the_user_gave_holds_what_was_given_and_nothing_else(rows: list[Member]) -> None:
    gave = {row.given for row in rows}
    for row, split in zip(rows, assign_splits(rows, {}), strict=True):
        if TEST in gave:
            assert (split is TEST) == (row.given is TEST)
        if VALIDATION in gave and split is VALIDATION:
            assert row.given is VALIDATION


@given(members(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_rows_does_not_matter(rows: list[Member], random: Random, by_time: bool) -> None:
    order = random.sample(range(len(rows)), len(rows))
    mixed = assign_splits([rows[n] for n in order], {}, by_time=by_time)
    placed = assign_splits(rows, {}, by_time=by_time)
    assert mixed == [placed[n] for n in order]


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 60), min_size=1),
    st.floats(0, 0.3),
    st.floats(0, 0.3),
    st.integers(0, 9),
)
def test_shares_hold_in_each_label(sizes: dict[str, int], validation: float, test: float, seed: int) -> None:
    rows = [row for label, count in sizes.items() for row in unmarked(count, label)]
    placed = assign_splits(rows, {}, seed=seed, validation=validation, test=test)
    for label, count in sizes.items():
        found = Counter(split for row, split in zip(rows, placed, strict=True) if row.label == label)
        assert abs(found[TEST] - test * count) <= 1
        assert abs(found[VALIDATION] - validation * count) <= 1
        assert found[TRAIN] >= 1


@given(st.lists(st.integers(1, 12), min_size=1, max_size=40), st.integers(0, 9))
def test_shares_are_of_texts_and_not_of_groups(sizes: list[int], seed: int) -> None:
    rows = [
        Member(f"{group} {n}", str(group), "a", None) for group, size in enumerate(sizes) for n in range(size)
    ]
    found = Counter(assign_splits(rows, {}, seed=seed))
    assert found[TEST] <= 0.1 * len(rows) + max(sizes) / 2
    assert found[VALIDATION] <= 0.1 * len(rows) + max(sizes) / 2
    assert found[TRAIN] >= 1


@pytest.mark.parametrize("seed", range(20))
def test_the_only_text_of_a_label_goes_to_train(seed: int) -> None:
    assert assign_splits(unmarked(1), {}, seed=seed, validation=0.4, test=0.4) == [TRAIN]


def test_the_seed_decides_which() -> None:
    first, other, again = (assign_splits(unmarked(100), {}, seed=seed) for seed in (1, 2, 1))
    assert first == again != other


def test_old_projects_with_single_texts_are_divided_as_they_always_were() -> None:
    """The places of these texts were written down before there were groups."""
    rows = [Member(f"t{n}", f"t{n}", "ab"[n % 2]) for n in range(20)]
    found = dict(zip([row.name for row in rows], assign_splits(rows, {}, seed=3, test=0.2), strict=True))
    assert {name for name, split in found.items() if split is TEST} == OLD_TEST
    assert {name for name, split in found.items() if split is VALIDATION} == OLD_VALIDATION


OLD_TEST = {"t13", "t2", "t3", "t4"}
OLD_VALIDATION = {"t0", "t15"}


def test_where_all_rows_are_given_nothing_is_taken_from_test() -> None:
    train = [Member(f"t{n}", f"t{n}", "a", TRAIN) for n in range(20)]
    test = [Member(f"e{n}", f"e{n}", "a", TEST) for n in range(10)]
    assert Counter(assign_splits(train + test, {})) == {TRAIN: 18, VALIDATION: 2, TEST: 10}


@pytest.mark.parametrize(
    ("known", "given_as", "beside", "expected"),
    [
        # a text that no version had, beside one that was given as test
        (None, TRAIN, TEST, LeftOut.GIVEN_ELSEWHERE),
        (None, VALIDATION, TEST, LeftOut.GIVEN_ELSEWHERE),
        (None, None, TEST, LeftOut.NOT_GIVEN),
        (None, TEST, TEST, TEST),
        # beside one that was given as validation
        (None, TRAIN, VALIDATION, LeftOut.GIVEN_ELSEWHERE),
        (None, None, VALIDATION, LeftOut.NOT_GIVEN),
        # a text that was in a version already
        (TRAIN, None, TEST, LeftOut.KNOWN_ELSEWHERE),
        (TRAIN, TEST, TEST, LeftOut.KNOWN_ELSEWHERE),
        (VALIDATION, None, TEST, LeftOut.KNOWN_ELSEWHERE),
        (TRAIN, None, VALIDATION, LeftOut.KNOWN_ELSEWHERE),
        (TEST, None, TEST, TEST),
        (TEST, None, VALIDATION, TEST),
        (TEST, TRAIN, None, LeftOut.GIVEN_ELSEWHERE),
        (TRAIN, TEST, None, TRAIN),
        (VALIDATION, TRAIN, None, VALIDATION),
    ],
)
def test_what_becomes_of_a_row_beside_another_of_its_group(
    known: Split | None, given_as: Split | None, beside: Split | None, expected: Placed
) -> None:
    rows = [Member("one", "group", "a", given_as), Member("other", "group", "a", beside)]
    before = {"one": known} if known else {}
    assert assign_splits(rows, before)[0] == expected


def test_a_copy_of_a_text_that_was_given_as_test_stays_out_whether_given_or_not() -> None:
    rows = [Member("same", "same", "a", split) for split in (TEST, TRAIN, None)]
    expected = [TEST, LeftOut.GIVEN_ELSEWHERE, LeftOut.NOT_GIVEN]
    assert assign_splits(rows, {}) == expected
    assert assign_splits(rows, {"same": TEST}) == expected


def test_a_free_group_follows_what_is_known_of_it() -> None:
    rows = [Member("old", "g", "a"), Member("new", "g", "a"), *unmarked(9)]
    assert assign_splits(rows, {"old": TEST})[:2] == [TEST, TEST]
    assert assign_splits(rows, {"old": VALIDATION})[:2] == [VALIDATION, VALIDATION]
    assert assign_splits(rows, {"old": TRAIN})[:2] == [TRAIN, TRAIN]


def timed(days: Sequence[int | None], given_as: Split | None = None) -> list[Member]:
    return [
        Member(f"t{n}", f"t{n}", "ab"[n % 2], given_as, f"2030-01-{day:02}" if day else None)
        for n, day in enumerate(days)
    ]


def test_by_time_the_newest_are_test_and_the_next_validation() -> None:
    rows = timed(range(1, 21))
    assert assign_splits(rows, {}, by_time=True) == [TRAIN] * 16 + [VALIDATION] * 2 + [TEST] * 2


def test_by_time_a_group_is_as_new_as_its_newest_row() -> None:
    rows = [*timed(range(1, 20)), Member("old", "t18", "a", None, "2029-01-01")]
    placed = assign_splits(rows, {}, by_time=True)
    assert (placed[18], placed[-1]) == (TEST, TEST)
    assert placed.count(TEST) == 2


def test_by_time_what_has_no_time_is_trained_on() -> None:
    placed = assign_splits(timed([*range(1, 11), None, None]), {}, by_time=True)
    assert placed[-2:] == [TRAIN, TRAIN]
    assert placed[9] is TEST


def test_by_time_nothing_older_follows_where_a_large_group_does_not_fit() -> None:
    newest = [Member(f"n{n}", "large", "a", None, "2031-01-01") for n in range(9)]
    placed = assign_splits([*timed(range(1, 12)), *newest], {}, by_time=True)
    assert set(placed) == {TRAIN}


def test_by_time_known_splits_stay() -> None:
    rows = timed(range(1, 21))
    known = learned(rows[:10], assign_splits(rows[:10], {}, by_time=True))
    placed = assign_splits(rows, known, by_time=True)
    assert learned(rows[:10], placed[:10]) == known
    assert placed[9] is TEST
    assert placed[19] is TEST
    assert placed.count(TEST) == 2


def test_by_time_rows_given_for_training_never_become_test() -> None:
    placed = assign_splits([*timed(range(1, 20), TRAIN)], {}, by_time=True)
    assert set(placed) == {TRAIN}
