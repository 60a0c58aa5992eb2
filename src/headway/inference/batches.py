"""Batches of texts of similar length, so that little time goes into padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def length_batches(lengths: Sequence[int], max_tokens: int, max_rows: int) -> list[NDArray[np.int64]]:
    """Group texts by length: a batch's rows x its longest text stays within `max_tokens`.

    `lengths` are token counts. Gives index arrays, longest texts first; each index is in exactly one.
    A text longer than `max_tokens` makes a batch of its own.
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    batches = []
    start = 0
    while start < len(order):
        longest = max(int(lengths[order[start]]), 1)
        rows = max(1, min(max_rows, max_tokens // longest))
        batches.append(order[start : start + rows])
        start += rows
    return batches


def padded(ids: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and attention mask as two arrays [rows, longest]; the padding is id 0 under mask 0."""
    shape = (len(ids), max(len(row) for row in ids))
    tokens, mask = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for index, row in enumerate(ids):
        tokens[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return tokens, mask
