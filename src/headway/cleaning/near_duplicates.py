"""Near-duplicates among a million texts: what differs by a typing error, punctuation or a word.

MinHash (Broder 1997) with banding (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4) proposes
pairs; each pair counts only where the exact Jaccard index of its shingles says so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headway.cleaning.table import Indices
from headway.text.shingles import shingle_hashes, shingle_sets

#: Least share of common shingles (Jaccard index) of two near-duplicates, and of their lengths.
THRESHOLD = 0.7

# 20 bands of 5 rows find a pair at the threshold with a chance of 97.5 %, one at 0.8 with 99.96 %.
_BANDS, _ROWS = 20, 5
# A pair whose sketches agree less than this far below the threshold (3.6 standard deviations) is not checked.
_MARGIN = 0.15
_TEXTS = 20_000
_PAIRS = 20_000
_THREADS = 2
# In a chain of texts each like the next but not like the first, so many representatives are looked for.
_ROUNDS = 30
_LOWER_HALF = np.uint64(0xFFFFFFFF)


def near_duplicate_clusters(texts: Sequence[str]) -> Indices:
    """For each text the position of its cluster's representative, which stands for itself, int64 [n].

    Every member of a cluster is a near-duplicate of the representative, the first of the cluster.
    """
    components, sets = _join(texts)
    clusters = np.arange(len(texts))
    left = np.flatnonzero(np.bincount(components, minlength=len(texts))[components] > 1)
    for _round in range(_ROUNDS):
        if not len(left):
            break
        _, first, inverse = np.unique(components[left], return_index=True, return_inverse=True)
        leaders = left[first[inverse]]
        like = (leaders == left) | (sets.jaccard(leaders, left) >= THRESHOLD)
        clusters[left[like]] = leaders[like]
        left = left[~like]
    return clusters


def near_duplicate_components(texts: Sequence[str]) -> Indices:
    """For each text the position of the first text that a chain of near-duplicates joins it to, int64 [n].

    Texts of different components are no near-duplicates, so components can be put on either side of a split.
    """
    return _join(texts)[0]


def _join(texts: Sequence[str]) -> tuple[Indices, _ShingleSets]:
    """The components, and the shingles of all texts that have company."""
    earlier, later = _likely_pairs(texts)
    sets = _ShingleSets(texts, _distinct(np.concatenate([earlier, later])))
    near = sets.jaccard(earlier, later) >= THRESHOLD
    edges = np.ones(near.sum(), dtype=np.int8), (earlier[near], later[near])
    count, numbers = connected_components(coo_array(edges, shape=(len(texts), len(texts))), directed=False)
    first = np.full(count, len(texts))
    np.minimum.at(first, numbers, np.arange(len(texts)))
    return np.asarray(first[numbers], dtype=np.int64), sets


def _likely_pairs(texts: Sequence[str]) -> tuple[Indices, Indices]:
    """Pairs of similar length whose sketches are alike: enough to join all that belong together."""
    bands = np.empty((_BANDS, len(texts)), dtype=np.uint32)
    sketches = np.empty((len(texts), _BANDS * _ROWS), dtype=np.uint8)
    counts = np.empty(len(texts), dtype=np.int32)

    def sketch(start: int) -> None:
        part = slice(start, start + _TEXTS)
        hashes, counts[part] = shingle_hashes(texts[part])
        minima = _minima(hashes, counts[part])
        bands[:, part] = _band_hashes(minima)
        sketches[part] = minima.T.astype(np.uint8)

    _in_threads(sketch, len(texts), _TEXTS)
    pairs = _distinct(np.concatenate(_in_threads(lambda n: _equal_pairs(bands[n]), _BANDS, 1)))
    earlier, later = (pairs >> np.uint64(32)).astype(np.int64), (pairs & _LOWER_HALF).astype(np.int64)

    def is_likely(start: int) -> NDArray[np.bool_]:
        left, right = earlier[start : start + _PAIRS], later[start : start + _PAIRS]
        short, long = np.minimum(counts[left], counts[right]), np.maximum(counts[left], counts[right])
        agreement = (sketches[left] == sketches[right]).mean(axis=1)
        likely = (short > 0) & (short >= THRESHOLD * long) & (agreement >= THRESHOLD - _MARGIN)
        return np.asarray(likely)

    likely = np.concatenate([*_in_threads(is_likely, len(pairs), _PAIRS), np.zeros(0, dtype=bool)])
    return earlier[likely], later[likely]


def _minima(hashes: NDArray[np.uint32], sizes: NDArray[np.int32]) -> NDArray[np.uint32]:
    """Each text's least hash under each of the permutations h → a h + b, uint32 [permutations, texts]."""
    rng = np.random.default_rng(0)
    factors = rng.integers(2**31, size=_BANDS * _ROWS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    shifts = rng.integers(2**32, size=_BANDS * _ROWS, dtype=np.uint32)
    filled = np.flatnonzero(sizes)
    starts = (np.cumsum(sizes, dtype=np.int64) - sizes)[filled]
    minima = np.zeros((_BANDS * _ROWS, len(sizes)), dtype=np.uint32)
    permuted = np.empty_like(hashes)
    if len(filled):
        for number, (factor, shift) in enumerate(zip(factors, shifts, strict=True)):
            np.multiply(hashes, factor, out=permuted)
            np.add(permuted, shift, out=permuted)
            minima[number, filled] = np.minimum.reduceat(permuted, starts)
    return minima


def _band_hashes(minima: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """One hash for the rows of each band, uint32 [bands, texts]."""
    mixed = np.zeros((_BANDS, minima.shape[1]), dtype=np.uint64)
    for rows in minima.reshape(_BANDS, _ROWS, -1).transpose(1, 0, 2):
        mixed = (mixed ^ rows) * np.uint64(0x9E3779B185EBCA87)
        mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(16)).astype(np.uint32)


def _equal_pairs(band: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Pairs that agree in a band, the earlier text in the upper half of a number, the later in the lower.

    Of many equal texts each is paired with the one before it and with the first.
    """
    keys = np.sort(band.astype(np.uint64) << np.uint64(32) | np.arange(len(band), dtype=np.uint64))
    order = keys & _LOWER_HALF
    new = np.ones(len(band), dtype=bool)
    new[1:] = keys[1:] >> np.uint64(32) != keys[:-1] >> np.uint64(32)
    begin = np.maximum.accumulate(np.where(new, np.arange(len(band)), 0))
    later = np.flatnonzero(~new)
    earlier = np.concatenate([order[later - 1], order[begin[later]]])
    return _distinct(earlier << np.uint64(32) | np.tile(order[later], 2))


def _distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """The different numbers, sorted."""
    # numpy.unique looks them up in a hash table, which takes thirty times as long for millions.
    ordered = np.sort(numbers)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


class _ShingleSets:
    """The shingles of some of the texts, to compare them exactly."""

    def __init__(self, texts: Sequence[str], needed: Indices) -> None:
        parts = _in_threads(
            lambda start: shingle_sets([texts[n] for n in needed[start : start + _TEXTS].tolist()]),
            len(needed),
            _TEXTS,
        )
        empty = np.zeros(0, dtype=np.int64)
        self._hashes = np.concatenate([*(hashes for hashes, _ in parts), empty.astype(np.uint32)])
        self._counts = np.concatenate([*(counts for _, counts in parts), empty])
        self._starts = np.cumsum(self._counts) - self._counts
        self._row = np.zeros(len(texts), dtype=np.int64)
        self._row[needed] = np.arange(len(needed))

    def jaccard(self, left: Indices, right: Indices) -> NDArray[np.float64]:
        """The Jaccard index of each pair, float64 [pairs]."""
        rows = self._row[left], self._row[right]
        parts = _in_threads(
            lambda start: self._jaccard(*(side[start : start + _PAIRS] for side in rows)), len(left), _PAIRS
        )
        return np.concatenate([*parts, np.zeros(0)])

    def _jaccard(self, left: Indices, right: Indices) -> NDArray[np.float64]:
        keys = np.sort(np.concatenate([self._keyed(left), self._keyed(right)]))
        common = keys[1:][keys[1:] == keys[:-1]] >> np.uint64(32)
        shared = np.bincount(common.astype(np.int64), minlength=len(left))
        return np.asarray(shared / (self._counts[left] + self._counts[right] - shared))

    def _keyed(self, rows: Indices) -> NDArray[np.uint64]:
        """The shingles of each row, each below the number of its pair."""
        counts = self._counts[rows]
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        pairs = np.repeat(np.arange(len(rows), dtype=np.uint64), counts) << np.uint64(32)
        return np.asarray(pairs | self._hashes[inside + np.repeat(self._starts[rows], counts)])


def _in_threads(work: Callable[[int], Any], stop: int, step: int) -> list[Any]:
    """What `work` gives for 0, step, 2 step … below `stop`."""
    # numpy lets go of the interpreter while it sorts and multiplies.
    with ThreadPoolExecutor(_THREADS) as pool:
        return list(pool.map(work, range(0, stop, step)))
