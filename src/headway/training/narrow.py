"""Whether bfloat16 pays on this machine."""

from __future__ import annotations

import time

import torch

_SIZE = 256
# The best of so many: a neighbour on the machine disturbs some of them, and the result must not depend on it.
_ROUNDS = 9
# bfloat16 has to be so many times as fast: it also costs conversions.
_PAYS = 1.5
# Where it is emulated it is a hundred times as slow, and one look is enough.
_HOPELESS = 0.2


def use_bf16(setting: str) -> bool:
    """Whether matrix products are to be computed in bfloat16: as was said, or where it is faster (auto)."""
    return setting == "yes" or (setting == "auto" and bf16_gain() >= _PAYS)


def bf16_gain() -> float:
    """How many times as fast as in float32 a matrix product is in bfloat16 on this machine."""
    wide = torch.ones((_SIZE, _SIZE))
    narrow = wide.to(torch.bfloat16)
    seconds = {"wide": _seconds(wide), "narrow": _seconds(narrow)}
    for _ in range(_ROUNDS):
        seconds["wide"] = min(seconds["wide"], _seconds(wide))
        if seconds["wide"] / seconds["narrow"] < _HOPELESS:
            break
        seconds["narrow"] = min(seconds["narrow"], _seconds(narrow))
    return seconds["wide"] / seconds["narrow"]


def _seconds(matrix: torch.Tensor) -> float:
    start = time.perf_counter()
    torch.mm(matrix, matrix)
    return time.perf_counter() - start
