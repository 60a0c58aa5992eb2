from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.annotation.strategies import (
    STRATEGIES,
    Pool,
    entropy,
    least_confidence,
    margin,
    select,
    select_with_chance,
)

SCORES = np.array(
    [[0.98, 0.01, 0.01], [0.5, 0.49, 0.01], [0.4, 0.3, 0.3], [0.9, 0.05, 0.05]], dtype=np.float32
)


def pool(scores: np.ndarray | None = SCORES) -> Pool:
    return Pool(np.eye(4, dtype=np.float32), scores)


def clouds(n_each: int, n_clouds: int = 5) -> np.ndarray:
    """Unit vectors in clouds, one cloud after another."""
    generator = np.random.default_rng(0)
    centres = np.eye(n_clouds, 16, dtype=np.float32).repeat(n_each, axis=0)
    vectors = centres + generator.normal(0, 0.05, centres.shape)
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit.astype(np.float32)


def test_uncertainty_is_measured_as_its_name_says() -> None:
    np.testing.assert_allclose(least_confidence(SCORES), [0.02, 0.5, 0.6, 0.1], atol=1e-6)
    np.testing.assert_allclose(margin(SCORES), [0.03, 0.99, 0.9, 0.15], atol=1e-6)
    uniform = np.full((1, 4), 0.25, dtype=np.float32)
    assert entropy(uniform)[0] == pytest.approx(np.log(4))


@pytest.mark.parametrize(
    ("strategy", "order"), [("margin", [1, 2, 3]), ("least_confidence", [2, 1, 3]), ("entropy", [2, 1, 3])]
)
def test_the_least_sure_comes_first(strategy: str, order: list[int]) -> None:
    assert select(strategy, pool(), 3, np.random.default_rng(0)).tolist() == order


def test_one_label_alone_leaves_nothing_to_be_unsure_of() -> None:
    assert margin(np.ones((3, 1), dtype=np.float32)).tolist() == [0, 0, 0]


def test_without_a_learner_each_group_of_texts_is_seen_once() -> None:
    vectors = clouds(20)
    for strategy in ("diverse", "margin", "entropy", "least_confidence"):
        picked = select(strategy, Pool(vectors), 5, np.random.default_rng(1))
        assert sorted(picked // 20) == [0, 1, 2, 3, 4]


def test_among_the_unsure_the_diverse_ones_are_taken() -> None:
    vectors = clouds(20)
    # Clouds 0 to 3 are unsure, the fourth a little less, and cloud 4 is known.
    scores = np.full((100, 2), 0.5, dtype=np.float32)
    scores[60:80] = [0.55, 0.45]
    scores[80:] = [0.99, 0.01]
    picked = select("diverse", Pool(vectors, scores), 8, np.random.default_rng(1))
    clouds_seen = set((picked // 20).tolist())
    assert clouds_seen == {0, 1, 2, 3}
    by_margin = select("margin", Pool(vectors, scores), 8, np.random.default_rng(1))
    assert set((by_margin // 20).tolist()) == {0}


def test_the_mix_draws_a_tenth_at_random_from_all_texts() -> None:
    scores = np.full((1000, 2), [0.99, 0.01], dtype=np.float32)
    scores[:400] = 0.5
    vectors = clouds(200)
    picked = np.concatenate(
        [select("mix", Pool(vectors, scores), 20, np.random.default_rng(seed)) for seed in range(100)]
    )
    # Of 2,000 picks 200 are random, of which three fifths are texts that are known well.
    assert 80 < (picked >= 400).sum() < 160


@given(
    st.sampled_from(sorted(STRATEGIES)),
    st.integers(0, 12),
    st.integers(0, 15),
    st.booleans(),
    st.integers(0, 9),
)
def test_no_text_is_picked_twice_and_none_is_missing(
    strategy: str, n_texts: int, n: int, knows: bool, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    scores = generator.dirichlet(np.ones(3), n_texts).astype(np.float32) if knows else None
    texts = Pool(generator.normal(size=(n_texts, 4)).astype(np.float32), scores)
    picked = select(strategy, texts, n, generator).tolist()
    assert len(picked) == len(set(picked)) == min(n, n_texts)
    assert all(0 <= row < n_texts for row in picked)


def test_the_same_generator_picks_the_same() -> None:
    one, other = (select("mix", Pool(clouds(20)), 10, np.random.default_rng(7)).tolist() for _ in range(2))
    assert one == other


def test_reserved_texts_come_by_chance_alone_and_in_their_order() -> None:
    scores = np.full((400, 2), [0.99, 0.01], dtype=np.float32)
    # The learner would ask for these first.
    reserved = np.array([7, 300, 2, 150, 40, 90])
    scores[reserved] = 0.5
    pool = Pool(clouds(80), scores, reserved)
    picked = select("mix", pool, 40, np.random.default_rng(3)).tolist()
    drawn = [row for row in picked if row in reserved]
    assert 0 < len(drawn) <= 6
    assert drawn == reserved[: len(drawn)].tolist()


def test_at_the_end_only_reserved_texts_are_left() -> None:
    pool = Pool(clouds(2), None, np.arange(8))
    picked = select("mix", pool, 10, np.random.default_rng(0)).tolist()
    assert sorted(picked) == list(range(10))
    assert [row for row in picked if row < 8] == list(range(8))


def test_any_strategy_leaves_one_in_ten_to_chance() -> None:
    vectors = clouds(50)
    scores = np.full((len(vectors), 2), 0.5, dtype=np.float32)
    # The later a text, the surer is the learner.
    scores[:, 0] += np.linspace(0, 0.4, len(vectors), dtype=np.float32)
    scores[:, 1] = 1 - scores[:, 0]
    pool = Pool(vectors, scores, reserved=np.array([199, 150, 101], dtype=np.int64))
    picked = select_with_chance("margin", pool, 20, np.random.default_rng(1)).tolist()
    by_chance = [row for row in picked if row in (199, 150, 101)]
    assert by_chance == [199, 150, 101][: len(by_chance)] != []
    assert [row for row in picked if row not in by_chance] == list(range(20 - len(by_chance)))
