"""How figures of the same kind are spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Mean, deviation, least and largest of some figures, and these themselves.

    The deviation is that of a sample (divided by n - 1), and None of a single figure.
    """
    many = np.asarray(values, dtype=np.float64)
    return {
        "mean": float(many.mean()),
        "deviation": float(many.std(ddof=1)) if len(many) > 1 else None,
        "min": float(many.min()),
        "max": float(many.max()),
        "values": [float(value) for value in many],
    }
