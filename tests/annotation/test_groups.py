from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.annotation.groups import k_means, nearest


def clouds(sizes: list[int], seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Clouds of rows far from one another, and the cloud of each row."""
    generator = np.random.default_rng(seed)
    centres = 10 * np.eye(len(sizes), 8, dtype=np.float32)
    of = np.repeat(np.arange(len(sizes)), sizes)
    return (centres[of] + generator.normal(0, 0.1, (len(of), 8))).astype(np.float32), of


def test_clouds_that_lie_apart_become_groups() -> None:
    vectors, of = clouds([40, 10, 25])
    centres, group = k_means(vectors, 3, np.random.default_rng(1))
    assert centres.shape == (3, 8)
    pairs = {(int(cloud), int(found)) for cloud, found in zip(of, group, strict=True)}
    assert len(pairs) == 3


def test_a_weight_draws_the_centre_towards_its_row() -> None:
    vectors = np.array([[0.0], [1.0]], dtype=np.float32)
    even, _ = k_means(vectors, 1, np.random.default_rng(0))
    drawn, _ = k_means(vectors, 1, np.random.default_rng(0), np.array([3.0, 1.0], dtype=np.float32))
    assert even[0, 0] == pytest.approx(0.5)
    assert drawn[0, 0] == pytest.approx(0.25)


def test_the_nearest_row_of_each_centre_is_taken_once() -> None:
    vectors = np.array([[0.0], [0.1], [5.0]], dtype=np.float32)
    centres = np.array([[0.0], [0.0], [4.0]], dtype=np.float32)
    assert nearest(vectors, centres).tolist() == [0, 1, 2]


def test_equal_texts_can_be_grouped() -> None:
    vectors = np.ones((6, 4), dtype=np.float32)
    centres, group = k_means(vectors, 3, np.random.default_rng(0))
    assert len(centres) == 3
    assert group.shape == (6,)
    assert len(set(nearest(vectors, centres).tolist())) == 3


@given(st.integers(1, 30), st.integers(1, 12), st.integers(0, 5))
def test_every_row_has_a_group_that_is_there(n_rows: int, n_groups: int, seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(n_rows, 3)).astype(np.float32)
    centres, group = k_means(vectors, n_groups, np.random.default_rng(seed))
    assert len(centres) == min(n_groups, n_rows)
    assert ((group >= 0) & (group < len(centres))).all()
    assert np.isfinite(centres).all()
