from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from headway.training.label_prior import (
    WEIGHTS,
    HeadSettings,
    choose_weight,
    fit_with_texts,
    log_loss,
    most_per_label,
    nearer_than_chance,
    rows_with_company,
)

HEAD = HeadSettings(c=30.0, max_iterations=50)
N_LABELS, DIMENSION = 6, 24


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: NDArray[np.float32] = (vectors / lengths).astype(np.float32)
    return found


def made(per_label: int, noise: float, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Rows that lie about one axis for each label."""
    generator = np.random.default_rng(seed)
    labels = np.tile(np.arange(N_LABELS), per_label)
    return unit(
        np.eye(N_LABELS, DIMENSION)[labels] + noise * generator.normal(size=(len(labels), DIMENSION))
    ), labels


MEANT = np.eye(N_LABELS, DIMENSION, dtype=np.float32)
#: the texts of the labels mixed up
WRONG = np.roll(MEANT, 1, axis=0)


def clusters(labels: NDArray[np.int64]) -> list[str]:
    return [str(row) for row in range(len(labels))]


def test_texts_that_say_what_labels_mean_count_and_others_do_not() -> None:
    vectors, labels = made(per_label=4, noise=0.4)
    assert choose_weight(vectors, labels, clusters(labels), MEANT, HEAD, seed=0) == WEIGHTS[-1]
    assert choose_weight(vectors, labels, clusters(labels), WRONG, HEAD, seed=0) == 0


def test_the_prior_helps_unseen_rows_where_examples_are_few() -> None:
    vectors, labels = made(per_label=2, noise=0.4)
    unseen, truth = made(per_label=50, noise=0.4, seed=1)

    def right(weight: int) -> float:
        head = fit_with_texts(vectors, labels, MEANT, N_LABELS, weight, HEAD)
        return float((head.scores(unseen).argmax(axis=1) == truth).mean())

    assert right(4) > right(0) + 0.02


def test_without_a_second_row_nearness_decides() -> None:
    vectors, labels = made(per_label=1, noise=0.1)
    assert choose_weight(vectors, labels, clusters(labels), MEANT, HEAD, seed=0) == 1
    assert choose_weight(vectors, labels, clusters(labels), WRONG, HEAD, seed=0) == 0
    assert nearer_than_chance(vectors, labels, MEANT)
    assert not nearer_than_chance(vectors, labels, WRONG)


def test_a_label_without_a_row_is_known_by_its_text_alone() -> None:
    vectors, labels = made(per_label=3, noise=0.2)
    seen = labels != 5
    for weight, known in ((0, False), (1, True)):
        head = fit_with_texts(vectors[seen], labels[seen], MEANT, N_LABELS, weight, HEAD)
        right = head.scores(vectors[~seen]).argmax(axis=1) == 5
        assert right.any() == known


def test_company_is_another_text_not_the_same_again() -> None:
    labels = np.array([0, 0, 1, 1, 2])
    assert rows_with_company(labels, ["a", "a", "b", "c", "d"]).tolist() == [2, 3]


def test_the_log_loss_does_not_depend_on_how_sure_a_head_is() -> None:
    scores = np.array([[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]], dtype=np.float32)
    labels = np.array([0, 1, 0])
    surer = scores**4 / (scores**4).sum(axis=1, keepdims=True)
    assert log_loss(surer, labels) == pytest.approx(log_loss(scores, labels), rel=0.02)
    assert log_loss(scores[:, ::-1], labels) > log_loss(scores, labels)
    assert np.isfinite(log_loss(np.array([[1.0, 0.0]], dtype=np.float32), np.array([1])))


def test_at_most_so_many_rows_of_each_label_are_drawn() -> None:
    labels = np.array([0] * 100 + [1] * 3)
    rows = most_per_label(labels, 8, seed=0)
    assert np.bincount(labels[rows]).tolist() == [8, 3]
    assert (np.diff(rows) > 0).all()
    assert (rows == most_per_label(labels, 8, seed=0)).all()
    assert (rows != most_per_label(labels, 8, seed=1)).any()
