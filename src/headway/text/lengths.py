"""How long texts are: a few quantiles, and how many there are of each range."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: texts of at least so many characters, and fewer than the next bound, are counted together
LENGTHS = (0, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)

_QUANTILES = {"shortest": 0.0, "median": 0.5, "95%": 0.95, "longest": 1.0}


def length_quantiles(lengths: NDArray[Any]) -> dict[str, int]:
    """The shortest, the median, the 95 % quantile and the longest; zeros where there is no text."""
    return {
        name: int(np.quantile(lengths, share)) if len(lengths) else 0 for name, share in _QUANTILES.items()
    }


def length_counts(lengths: NDArray[Any]) -> list[int]:
    """How many lengths lie in each range that begins at one of `LENGTHS`."""
    return [int(count) for count in np.histogram(lengths, bins=[*LENGTHS, np.inf])[0]]
