"""Whether bfloat16 pays on this machine."""

from __future__ import annotations

import time

import torch

# Products of this size take milliseconds even where bfloat16 is emulated.
_SIZE = 192
_ROUNDS = 3
# bfloat16 has to be so many times as fast: it also costs conversions.
_PAYS = 1.5


def use_bf16(setting: str) -> bool:
    """Whether matrix products are to be computed in bfloat16: as was said, or where it is faster (auto)."""
    return setting == "yes" or (setting == "auto" and bf16_gain() >= _PAYS)


def bf16_gain() -> float:
    """How many times as fast as in float32 a matrix product is in bfloat16 on this machine."""
    wide = torch.ones((_SIZE, _SIZE))
    narrow = wide.to(torch.bfloat16)
    return _seconds(wide) / _seconds(narrow)


def _seconds(matrix: torch.Tensor) -> float:
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        torch.mm(matrix, matrix)
        best = min(best, time.perf_counter() - start)
    return best
