"""Texts as token ids, made once, and the batches of an epoch."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from headway.inference.batches import length_batches
from headway.inference.tokenize import TextTokenizer, check_texts
from headway.models import BaseModel
from headway.text import prepare

_ROWS_AT_ONCE = 64


def tokenise(
    base: BaseModel, preparation: tuple[str, ...], texts: Sequence[str], max_length: int = 0
) -> list[list[int]]:
    """Token ids of raw texts, as the published model will see them; `max_length` 0 = the base model's.

    Raises `UsageError` naming the first entry that is not a string.
    """
    check_texts(texts)
    longest = min(max_length or base.max_length, base.max_length)
    tokenizer = TextTokenizer(base.folder / "tokenizer.json", longest, base.prefix)
    return tokenizer.encode([base.prefix + prepare(text, preparation) for text in texts])


def epoch_batches(n: int, batch_size: int, *, seed: int, epoch: int) -> list[NDArray[np.int64]]:
    """The batches of one epoch: every row once, in an order that seed and epoch alone decide.

    Batches are drawn at random, not by length: nothing is padded, so that nothing is gained by sorting, and
    batches of like lengths would be batches of like texts.
    """
    order = np.random.default_rng([seed, epoch]).permutation(n).astype(np.int64)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def alike_in_length(ids: Sequence[Sequence[int]], rows: Sequence[int] | None = None) -> list[list[int]]:
    """The rows, or some of them, in batches for computing without a gradient: the longest texts first."""
    wanted = range(len(ids)) if rows is None else rows
    batches = length_batches([len(ids[row]) for row in wanted], sys.maxsize, _ROWS_AT_ONCE)
    return [[wanted[place] for place in batch.tolist()] for batch in batches]


def micro_batches(rows: Sequence[int], lengths: Sequence[int], max_tokens: int) -> list[list[int]]:
    """Cut a batch into parts of at most `max_tokens` tokens; a longer text is a part of its own."""
    parts: list[list[int]] = []
    room = 0
    for row in rows:
        if not parts or lengths[row] > room:
            parts.append([])
            room = max_tokens
        parts[-1].append(row)
        room -= lengths[row]
    return parts
