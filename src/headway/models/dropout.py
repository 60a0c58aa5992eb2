"""Dropout from a quarter of the random bits: torch draws 64 for each element, 16 are enough.

At the batch sizes of fine-tuning the drawing is what dropout costs; see `docs/training.md`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

_STEPS = 1 << 16


def scaled_mask(shape: Sequence[int], rate: float, dtype: torch.dtype = torch.float32) -> Tensor:
    """0 with the probability `rate` (to 1/65,536), else what keeps the mean at 1.

    Srivastava et al. 2014. It is drawn from torch's generator, by one thread: the same whatever their number.
    """
    dropped = round(rate * _STEPS)
    numbers = math.prod(shape)
    drawn = torch.empty(-(-numbers // 4), dtype=torch.int64).random_(-(1 << 63), None).view(torch.int16)
    mask = torch.empty(numbers, dtype=dtype)
    # Written as numbers at once: by way of booleans it takes three times as long.
    torch.ge(drawn[:numbers], dropped - _STEPS // 2, out=mask)
    return mask.mul_(_STEPS / (_STEPS - dropped)).view(*shape)


def drop(values: Tensor, dropout: Any) -> Tensor:
    """The values after a dropout module."""
    if not is_on(dropout):
        return values
    return values * scaled_mask(values.shape, dropout.p, values.dtype)


def drop_and_add(values: Tensor, dropout: Any, other: Tensor) -> Tensor:
    """The values after a dropout module, plus others, in one pass."""
    if not is_on(dropout):
        return values + other
    return torch.addcmul(other, values, scaled_mask(values.shape, dropout.p, values.dtype))


def is_on(dropout: Any) -> bool:
    """Whether a dropout module drops anything now."""
    return bool(dropout.p > 0 and dropout.training)
