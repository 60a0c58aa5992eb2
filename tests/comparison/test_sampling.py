from __future__ import annotations

from collections import Counter

import numpy as np

from headway.comparison.sampling import stratified_sample
from headway.workflow.data import Rows


def rows(counts: dict[int, int], *, augmented: int = 0) -> Rows:
    """So many rows of each label, in turn, and after them so many that are augmented."""
    labels = [label for label, n in counts.items() for _ in range(n)]
    np.random.default_rng(0).shuffle(labels)
    labels += [0] * augmented
    names = [f"文本 {number}" for number in range(len(labels))]
    marks = np.arange(len(labels)) >= len(labels) - augmented
    return Rows(names, np.array(labels, dtype=np.int64), [f"c{name}" for name in names], marks)


def test_labels_keep_their_shares() -> None:
    sample = stratified_sample(rows({0: 600, 1: 300, 2: 100}), 100)
    assert Counter(sample.labels.tolist()) == {0: 60, 1: 30, 2: 10}


def test_a_rare_label_is_not_lost() -> None:
    assert set(stratified_sample(rows({0: 990, 1: 1}), 20).labels.tolist()) == {0, 1}


def test_texts_stay_with_their_labels_and_in_order() -> None:
    given = rows({0: 50, 1: 50})
    sample = stratified_sample(given, 30)
    places = [given.texts.index(text) for text in sample.texts]
    assert places == sorted(places)
    assert sample.labels.tolist() == [given.labels[place] for place in places]
    assert sample.clusters == [given.clusters[place] for place in places]


def test_augmented_rows_are_left_out() -> None:
    sample = stratified_sample(rows({0: 20, 1: 20}, augmented=10), 1_000)
    assert len(sample) == 40
    assert not sample.fit_only.any()


def test_a_larger_sample_holds_the_smaller_one_and_another_seed_gives_another() -> None:
    given = rows({0: 100, 1: 80})
    small = stratified_sample(given, 20)
    assert set(small.texts) < set(stratified_sample(given, 60).texts)
    assert small.texts != stratified_sample(given, 20, seed=1).texts
