from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headway.training.folds import stratified_folds


@st.composite
def rows(draw: st.DrawFn) -> tuple[list[int], list[str]]:
    """Labels and clusters; the rows of a cluster share a label, as nearly all do."""
    clusters = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 3)), min_size=1, max_size=60))
    labels = [label for label, size in clusters for _ in range(size)]
    names = [f"文{number}" for number, (_, size) in enumerate(clusters) for _ in range(size)]
    return labels, names


@given(rows(), st.integers(2, 6), st.integers(0, 3))
def test_clusters_stay_together_and_folds_are_even(
    drawn: tuple[list[int], list[str]], n_folds: int, seed: int
) -> None:
    labels, clusters = drawn
    folds = stratified_folds(np.array(labels), clusters, n_folds, seed=seed)
    assert folds.dtype == np.int64
    assert set(folds.tolist()) <= set(range(n_folds))
    fold_of = dict(zip(clusters, folds.tolist(), strict=True))
    assert [fold_of[cluster] for cluster in clusters] == folds.tolist()
    for label in set(labels):
        of_label = {cluster for cluster, own in zip(clusters, labels, strict=True) if own == label}
        sizes = np.bincount([fold_of[cluster] for cluster in of_label], minlength=n_folds)
        assert sizes.max() - sizes.min() <= 1
    sizes = np.bincount(list(fold_of.values()), minlength=n_folds)
    assert sizes.max() - sizes.min() <= len(set(labels))


@given(rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(drawn: tuple[list[int], list[str]], random: object) -> None:
    labels, clusters = drawn
    folds = stratified_folds(np.array(labels), clusters, 5)
    order = np.random.default_rng(len(labels)).permutation(len(labels))
    moved = stratified_folds(np.array(labels)[order], [clusters[i] for i in order], 5)
    assert dict(zip(clusters, folds.tolist(), strict=True)) == {
        clusters[i]: fold for i, fold in zip(order, moved.tolist(), strict=True)
    }


def test_another_seed_gives_other_folds() -> None:
    labels, clusters = np.arange(200) % 4, [str(number) for number in range(200)]
    first, second = (stratified_folds(labels, clusters, 5, seed=seed) for seed in (0, 1))
    assert (first != second).mean() > 0.5


def test_a_cluster_of_several_labels_is_in_one_fold() -> None:
    folds = stratified_folds(np.array([0, 1, 0, 1]), ["a", "a", "b", "c"], 2)
    assert folds[0] == folds[1]


def test_rare_labels_do_not_all_fall_into_the_first_fold() -> None:
    folds = stratified_folds(np.arange(50), [str(number) for number in range(50)], 5)
    assert np.bincount(folds).tolist() == [10] * 5
