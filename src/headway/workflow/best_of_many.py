"""How far the best of many attempts would get ahead by luck alone.

Who tries twenty settings on the same rows and keeps the best has picked the luckiest, too. The bootstrap of
the largest difference says how far ahead the luckiest comes where none is better: White 2000, "A Reality
Check for Data Snooping", with the recentring of Hansen 2005, "A Test for Superior Predictive Ability", so
that attempts which are clearly worse do not make the rest look lucky.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_RESAMPLES = 2_000
_LEVEL = 0.95
# Numbers drawn at once: 32 MB.
_CHUNK = 4_000_000
# Hansen's bound grows with the iterated logarithm of the rows, which is negative below this many.
_LEAST_ROWS = 16


def luck_of_the_best(gains: NDArray[np.int64], *, seed: int = 0) -> float:
    """The advantage that the best of several attempts has by chance in at most one case of twenty.

    `gains` is int [attempts, rows]: 1 where an attempt got a row right that the reference got wrong, -1 where
    it was the other way round, 0 else. The result is a fraction of the rows, 0 where there is nothing.
    """
    n_attempts, n = gains.shape
    if not n_attempts or not n:
        return 0.0
    mean = gains.mean(axis=1)
    bound = np.sqrt(gains.var(axis=1) / n * 2 * math.log(math.log(max(n, _LEAST_ROWS))))
    centre = np.where(mean >= -bound, mean, 0.0)
    # Rows with the same gains are exchangeable, so their counts are drawn and not the rows.
    patterns, counts = np.unique(gains, axis=1, return_counts=True)
    rng = np.random.default_rng(seed)
    largest = np.empty(_RESAMPLES)
    size = max(1, _CHUNK // len(counts))
    for start in range(0, _RESAMPLES, size):
        stop = min(start + size, _RESAMPLES)
        drawn = rng.multinomial(n, counts / n, size=stop - start)
        largest[start:stop] = (drawn @ patterns.T / n - centre).max(axis=1)
    return max(float(np.quantile(largest, _LEVEL)), 0.0)
