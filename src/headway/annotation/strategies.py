"""Which texts to label next: those from which the learner is likely to learn most.

- `random`: any. What it picks says without bias how good the model is.
- `least_confidence`, `margin`, `entropy`: where the learner is least sure (Lewis and Gale 1994; Scheffer et
  al. 2001; Shannon's entropy). Alone they pick the same difficulty many times over.
- `diverse`: among the least sure by margin, one out of each of as many groups as are wanted (Zhdanov 2019,
  "Diverse mini-batch active learning"). Without a learner: one out of each group of all texts, the most
  typical one (Hacohen et al. 2022, "Active learning on a budget").
- `mix`, the default: `diverse`, and one in ten at random, so that what the model is worth can be told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from headway.annotation.groups import k_means, nearest

#: of `mix`, the share that is drawn at random
RANDOM_SHARE = 0.1
# Groups are formed among so many times as many of the least sure as are wanted.
_CANDIDATES = 10
# More texts than so many are not grouped: a sample of them stands for all.
_MOST_GROUPED = 10_000

Rows = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Pool:
    """The texts that nobody has labelled yet."""

    #: unit vectors, [texts, dimension]
    vectors: Vectors
    #: the learner's probabilities, [texts, labels]; None before it has learned anything
    scores: NDArray[np.float32] | None = None
    #: rows that are labelled only when their turn comes by chance, in that order: what is measured on them
    #: holds for all texts. None = any row may come by chance
    reserved: Rows | None = None

    def __len__(self) -> int:
        return len(self.vectors)


#: (pool, how many, generator) → that many rows of the pool, or all, the most wanted first
Strategy = Callable[[Pool, int, np.random.Generator], Rows]


def select(strategy: str, pool: Pool, n: int, generator: np.random.Generator) -> Rows:
    """The rows of the pool to label next, at most `n`, the most wanted first."""
    return _pick(STRATEGIES[strategy], pool, n, generator)


def select_with_chance(strategy: str, pool: Pool, n: int, generator: np.random.Generator) -> Rows:
    """As `select`, but one in ten is drawn at random, so that what the model is worth can be told."""
    return _pick(partial(_mixed, STRATEGIES[strategy]), pool, n, generator)


def _pick(strategy: Strategy, pool: Pool, n: int, generator: np.random.Generator) -> Rows:
    n = min(n, len(pool))
    return strategy(pool, n, generator) if n > 0 else np.empty(0, dtype=np.int64)


def least_confidence(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How unsure: what is left beside the most probable label, [texts]."""
    unsure: NDArray[np.float32] = 1 - scores.max(axis=1)
    return unsure


def margin(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How unsure: 1 less the lead of the most probable label over the second, [texts]."""
    if scores.shape[1] < 2:
        return np.zeros(len(scores), dtype=np.float32)
    two = np.partition(scores, -2, axis=1)[:, -2:]
    unsure: NDArray[np.float32] = 1 - (two[:, 1] - two[:, 0])
    return unsure


def entropy(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """How unsure: the entropy of the probabilities in nats, [texts]."""
    unsure: NDArray[np.float32] = -(scores * np.log(np.maximum(scores, 1e-12))).sum(axis=1)
    return unsure


def _random(pool: Pool, n: int, generator: np.random.Generator) -> Rows:
    return generator.permutation(len(pool))[:n].astype(np.int64)


def _unsure(measure: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> Strategy:
    def pick(pool: Pool, n: int, generator: np.random.Generator) -> Rows:
        if pool.scores is None:
            return _diverse(pool, n, generator)
        return _most(measure(pool.scores), n)

    return pick


def _most(unsure: NDArray[np.float32], n: int) -> Rows:
    """The rows with the highest values, the highest first; of equals the first."""
    return np.argsort(-unsure, kind="stable")[:n].astype(np.int64)


def _diverse(pool: Pool, n: int, generator: np.random.Generator) -> Rows:
    if pool.scores is None:
        some = generator.permutation(len(pool))[:_MOST_GROUPED]
        return some[_one_of_each_group(pool.vectors[some], None, n, generator)]
    unsure = margin(pool.scores)
    some = _most(unsure, _CANDIDATES * n)
    picked = some[_one_of_each_group(pool.vectors[some], unsure[some], n, generator)]
    return picked[np.argsort(-unsure[picked], kind="stable")]


def _one_of_each_group(
    vectors: Vectors, weights: NDArray[np.float32] | None, n: int, generator: np.random.Generator
) -> Rows:
    """Rows nearest to the centres of `n` groups, the largest group first; no row twice."""
    centres, group = k_means(vectors, n, generator, weights)
    order = np.argsort(-np.bincount(group, minlength=len(centres)), kind="stable")
    return nearest(vectors, centres[order])


def _mixed(strategy: Strategy, pool: Pool, n: int, generator: np.random.Generator) -> Rows:
    kept = np.empty(0, dtype=np.int64) if pool.reserved is None else pool.reserved
    free = np.setdiff1d(np.arange(len(pool)), kept)
    of_free = Pool(pool.vectors[free], None if pool.scores is None else pool.scores[free])
    chosen = free[strategy(of_free, min(n, len(free)), generator)] if len(free) else free
    by_chance = generator.random(n) < RANDOM_SHARE
    # Where all others are labelled, only chance is left.
    by_chance[len(chosen) :] = True
    others = generator.permutation(np.setdiff1d(free, chosen)) if pool.reserved is None else kept
    drawn = others[: int(by_chance.sum())]
    mixed = np.full(n, -1, dtype=np.int64)
    mixed[np.flatnonzero(by_chance)[: len(drawn)]] = drawn
    places = np.flatnonzero(mixed < 0)[: len(chosen)]
    mixed[places] = chosen[: len(places)]
    return mixed[mixed >= 0]


STRATEGIES: dict[str, Strategy] = {
    "random": _random,
    "least_confidence": _unsure(least_confidence),
    "margin": _unsure(margin),
    "entropy": _unsure(entropy),
    "diverse": _diverse,
    "mix": partial(_mixed, _diverse),
}
