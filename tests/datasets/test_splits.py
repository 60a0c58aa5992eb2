from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.splits import Cluster, assign_splits
from headway.records import Split

LABELS = st.sampled_from(["退款", "物流", "other"])
GIVEN = st.frozensets(st.sampled_from(list(Split)), max_size=2)
CLUSTERS = st.dictionaries(st.text(min_size=1, max_size=4), st.tuples(LABELS, GIVEN), max_size=25).map(
    lambda found: [Cluster(name, label, given) for name, (label, given) in found.items()]
)
SHARES = st.floats(0, 0.45)


def unmarked(count: int, label: str = "a") -> list[Cluster]:
    return [Cluster(f"{label}{number}", label, frozenset()) for number in range(count)]


@given(CLUSTERS, CLUSTERS, st.integers(0, 3), SHARES, SHARES)
def test_once_assigned_never_moved(
    first: list[Cluster], more: list[Cluster], seed: int, validation: float, test: float
) -> None:
    before = assign_splits(first, {}, seed=seed, validation=validation, test=test)
    names = {cluster.name for cluster in first}
    grown = first + [cluster for cluster in more if cluster.name not in names]
    after = assign_splits(grown, before, seed=seed + 1, validation=test, test=validation)
    assert after.keys() == {cluster.name for cluster in grown}
    assert {name: after[name] for name in before} == before


@given(CLUSTERS, st.randoms(use_true_random=False))
def test_the_order_of_the_clusters_does_not_matter(clusters: list[Cluster], random: Random) -> None:
    mixed = random.sample(clusters, len(clusters))
    assert assign_splits(mixed, {}) == assign_splits(clusters, {})


@given(CLUSTERS, st.integers(0, 5))
def test_what_the_user_gave_is_respected(clusters: list[Cluster], seed: int) -> None:
    splits = assign_splits(clusters, {}, seed=seed)
    user_gave_test = any(Split.TEST in cluster.given for cluster in clusters)
    for cluster in clusters:
        if Split.TEST in cluster.given:
            assert splits[cluster.name] is Split.TEST
        elif Split.VALIDATION in cluster.given:
            assert splits[cluster.name] is Split.VALIDATION
        elif user_gave_test or Split.TRAIN in cluster.given:
            assert splits[cluster.name] is not Split.TEST


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 60), min_size=1),
    st.floats(0, 0.3),
    st.floats(0, 0.3),
    st.integers(0, 9),
)
def test_shares_hold_in_each_label(sizes: dict[str, int], validation: float, test: float, seed: int) -> None:
    clusters = [cluster for label, count in sizes.items() for cluster in unmarked(count, label)]
    splits = assign_splits(clusters, {}, seed=seed, validation=validation, test=test)
    for label, count in sizes.items():
        found = Counter(splits[cluster.name] for cluster in unmarked(count, label))
        assert abs(found[Split.TEST] - test * count) <= 1
        assert abs(found[Split.VALIDATION] - validation * count) <= 1
        assert found[Split.TRAIN] >= 1


@pytest.mark.parametrize("seed", range(20))
def test_the_only_text_of_a_label_goes_to_train(seed: int) -> None:
    assert assign_splits(unmarked(1), {}, seed=seed, validation=0.4, test=0.4) == {"a0": Split.TRAIN}


def test_the_seed_decides_which() -> None:
    tests = [
        frozenset(
            name for name, split in assign_splits(unmarked(100), {}, seed=seed).items() if split == "test"
        )
        for seed in (1, 2, 1)
    ]
    assert tests[0] == tests[2] != tests[1]


def test_where_all_rows_are_given_nothing_is_taken_from_test() -> None:
    train = [Cluster(f"t{n}", "a", frozenset({Split.TRAIN})) for n in range(20)]
    test = [Cluster(f"e{n}", "a", frozenset({Split.TEST})) for n in range(10)]
    found = Counter(assign_splits(train + test, {}).values())
    assert found == {Split.TRAIN: 18, Split.VALIDATION: 2, Split.TEST: 10}


def test_a_text_given_for_training_and_test_is_never_trained_on() -> None:
    both = Cluster("both", "a", frozenset({Split.TRAIN, Split.TEST}))
    assert assign_splits([both, *unmarked(5)], {})["both"] is Split.TEST
    assert assign_splits([both], {"both": Split.TRAIN}) == {"both": Split.TRAIN}
