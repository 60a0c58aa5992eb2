from __future__ import annotations

import numpy as np

from headway.annotation.learner import Learner
from headway.training.linear import fit_linear


def texts(n_each: int, seed: int = 0, n_classes: int = 3) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    labels = np.arange(n_classes).repeat(n_each)
    vectors = np.eye(n_classes, 8)[labels] + generator.normal(0, 0.4, (len(labels), 8))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32), labels.astype(np.int64)


NAMES = np.eye(3, 8, dtype=np.float32)
NOTHING = np.empty((0, 8), dtype=np.float32), np.empty(0, dtype=np.int64)


def test_names_alone_tell_labels_apart_before_the_first_label() -> None:
    vectors, labels = texts(50)
    learned = Learner(3, NAMES).learn(*NOTHING)
    assert learned is not None
    assert learned.n_labels == 0
    assert (learned.scores(vectors).argmax(axis=1) == labels).mean() > 0.8


def test_without_names_and_labels_nothing_is_known() -> None:
    assert Learner(3).learn(*NOTHING) is None


def test_more_labels_make_it_better() -> None:
    vectors, labels = texts(200, seed=1)
    learner = Learner(3)
    right = []
    for n in (3, 300):
        rows = np.random.default_rng(2).permutation(len(labels))[:n]
        learned = learner.learn(vectors[rows], labels[rows])
        assert learned is not None
        right.append((learned.scores(vectors).argmax(axis=1) == labels).mean())
    assert right[1] > right[0] + 0.05


def test_names_that_mean_nothing_are_left_out() -> None:
    vectors, labels = texts(10, seed=3)
    # Each name lies where the texts of another label do.
    misled = Learner(3, np.roll(NAMES, 1, axis=0)).learn(vectors, labels)
    alone = Learner(3).learn(vectors, labels)
    assert misled is not None
    assert alone is not None
    np.testing.assert_array_equal(misled.scores(vectors), alone.scores(vectors))


def test_a_label_that_nobody_gave_yet_is_possible_by_its_name() -> None:
    vectors, labels = texts(20, seed=4)
    known = labels < 2
    third = vectors[labels == 2]
    named = Learner(3, NAMES).learn(vectors[known], labels[known])
    alone = Learner(3).learn(vectors[known], labels[known])
    assert named is not None
    assert alone is not None
    assert named.scores(third)[:, 2].mean() > 0.1
    assert alone.scores(third)[:, 2].max() < 1e-6


def test_going_on_from_the_last_fit_ends_where_a_fresh_one_does() -> None:
    vectors, labels = texts(100, seed=5)
    rows = np.random.default_rng(6).permutation(len(labels))
    learner = Learner(3)
    for n in range(20, 301, 20):
        learned = learner.learn(vectors[rows[:n]], labels[rows[:n]])
    fresh = fit_linear(vectors[rows], labels[rows], 3, c=30.0, max_iterations=500)
    assert learned is not None
    np.testing.assert_allclose(learned.scores(vectors), fresh.scores(vectors), atol=0.02)
