"""Attention of texts with themselves where their tokens lie one after another, without padding.

Whole texts are put side by side into the rows of a few blocks, several short ones into one row; a mask keeps
them apart. That takes few and large operations where a text at a time would take many small ones. The way
back is written out, since noting down each operation costs as much as texts this short take to compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from headway.models.dropout import scaled_mask

# Rows of a block are at least so long, unless all texts have one length: shorter rows would be many, longer
# ones mostly masked.
_LEAST_ROW = 32
# A text shorter than this share of a block's rows waits for a block with shorter ones.
_SIMILAR = 0.5
_MASKED = -1e4


@dataclass(frozen=True)
class Block:
    """Rows of equal length that hold whole texts; tokens of a block lie together in the packed order."""

    #: texts in packed order, as the caller numbers them
    texts: tuple[int, ...]
    rows: int
    #: places in a row
    length: int
    #: first and last + 1 of the block's tokens in the packed order
    start: int
    end: int
    #: for each place of the block the token that stands there, relative to `start`; None = the tokens as they
    #: lie
    places: Tensor | None
    #: where in the block each token stands
    tokens: Tensor | None
    #: what is added to attention scores, [rows, 1, length, length]; None = every text fills a row
    mask: Tensor | None


def blocks(lengths: Sequence[int]) -> list[Block]:
    """Put texts of these numbers of tokens into blocks, the longest first."""
    left = sorted(range(len(lengths)), key=lambda text: -lengths[text])
    found: list[Block] = []
    start = 0
    while left:
        room, shortest = lengths[left[0]], lengths[left[-1]]
        if room != shortest:
            room = max(room, _LEAST_ROW)
        here = len(left)
        if room > _LEAST_ROW:
            here = sum(lengths[text] >= _SIMILAR * room for text in left)
        found.append(_block(_rows(left[:here], lengths, room), lengths, room, start))
        start, left = found[-1].end, left[here:]
    return found


def _rows(texts: Sequence[int], lengths: Sequence[int], room: int) -> list[list[int]]:
    """Texts, the longest first, each in the first row that has room for it (first-fit decreasing)."""
    rows: list[list[int]] = []
    rooms: list[int] = []
    for text in texts:
        row = next((row for row, left in enumerate(rooms) if left >= lengths[text]), len(rows))
        if row == len(rows):
            rows.append([])
            rooms.append(room)
        rows[row].append(text)
        rooms[row] -= lengths[text]
    return rows


def _block(rows: Sequence[Sequence[int]], lengths: Sequence[int], room: int, start: int) -> Block:
    texts = tuple(text for row in rows for text in row)
    length = max(sum(lengths[text] for text in row) for row in rows)
    counts = torch.tensor([lengths[text] for text in texts])
    end = start + int(counts.sum())
    if end - start == len(texts) * length:
        return Block(texts, len(rows), length, start, end, None, None, None)
    in_row = torch.cat(
        [
            number * length + starts(torch.tensor([lengths[text] for text in row]))
            for number, row in enumerate(rows)
        ]
    )
    tokens = torch.repeat_interleave(in_row - starts(counts), counts) + torch.arange(end - start)
    # An empty place repeats the first token: any finite numbers do, as the mask hides them.
    places = torch.zeros(len(rows) * length, dtype=torch.int64)
    places[tokens] = torch.arange(end - start)
    text_of = torch.full((len(rows) * length,), -1)
    text_of[tokens] = torch.repeat_interleave(torch.arange(len(texts)), counts)
    text_of = text_of.view(len(rows), 1, length)
    apart = text_of.unsqueeze(-1) != text_of.unsqueeze(-2)
    mask = torch.zeros(apart.shape).masked_fill_(apart, _MASKED)
    return Block(texts, len(rows), length, start, end, places, tokens, mask)


def starts(counts: Tensor) -> Tensor:
    """Where each of some texts begins that lie one after another, by their numbers of tokens."""
    return torch.cumsum(counts, 0) - counts


def attend(joint: Tensor, layout: Sequence[Block], heads: int, dropout: float = 0.0) -> Tensor:
    """Scaled dot-product attention (Vaswani et al. 2017) of each text with itself: [tokens, width].

    Rows beyond the layout's tokens give zeros.
    `joint` holds queries, keys and values side by side, [tokens, 3 * width]; `dropout` is the rate of what
    is dropped of the attention weights.
    """
    attended: Tensor = _Attention.apply(joint, layout, heads, dropout)
    return attended


class _Attention(torch.autograd.Function):  # type: ignore[misc]  # torch is not typed here
    @staticmethod
    def forward(ctx: Any, joint: Tensor, layout: Sequence[Block], heads: int, dropout: float) -> Tensor:
        width = joint.shape[1] // 3
        attended = joint.new_zeros((joint.shape[0], width))
        kept: list[Tensor | None] = []
        # One type throughout: a caller's autocast would have this differ between the two ways.
        with torch.autocast("cpu", enabled=False):
            for block in layout:
                queries, keys, values = _by_head(joint, block, 3, heads)
                scores = torch.bmm(queries, keys.transpose(1, 2)).mul_(_scale(queries))
                if block.mask is not None:
                    scores.view(block.rows, heads, block.length, block.length).add_(block.mask)
                weights = torch.softmax(scores, -1)
                mask = scaled_mask(weights.shape, dropout, weights.dtype) if dropout else None
                dropped = weights if mask is None else weights * mask
                _put(attended, torch.bmm(dropped, values)[None], block)
                kept += [queries, keys, values, weights, mask, dropped]
        # Not as attributes: what is computed again later is freed until then.
        ctx.save_for_backward(*kept)
        ctx.layout, ctx.heads = layout, heads
        return attended

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None, None, None]:
        joint = gradient.new_zeros((gradient.shape[0], 3 * gradient.shape[1]))
        kept = ctx.saved_tensors
        for number, block in enumerate(ctx.layout):
            queries, keys, values, weights, mask, dropped = kept[6 * number : 6 * number + 6]
            (above,) = _by_head(gradient, block, 1, ctx.heads)
            found = gradient.new_empty((3, *queries.shape))
            of_queries, of_keys, of_values = found
            torch.bmm(dropped.transpose(1, 2), above, out=of_values)
            of_weights = torch.bmm(above, values.transpose(1, 2))
            if mask is not None:
                of_weights.mul_(mask)
            of_scores = torch._softmax_backward_data(of_weights, weights, -1, weights.dtype)
            of_scores.mul_(_scale(queries))
            torch.bmm(of_scores, keys, out=of_queries)
            torch.bmm(of_scores.transpose(1, 2), queries, out=of_keys)
            _put(joint, found, block)
        return joint, None, None, None


def _scale(queries: Tensor) -> float:
    return float(queries.shape[-1] ** -0.5)


def _by_head(tokens: Tensor, block: Block, parts: int, heads: int) -> Tensor:
    """Token vectors [tokens, parts * width] as [parts, rows * heads, length, width / heads]."""
    own = tokens[block.start : block.end]
    if block.places is not None:
        own = own.index_select(0, block.places)
    split = own.reshape(block.rows, block.length, parts, heads, -1).permute(2, 0, 3, 1, 4)
    return split.reshape(parts, block.rows * heads, block.length, -1)


def _put(tokens: Tensor, by_head: Tensor, block: Block) -> None:
    """Write what `_by_head` gave, or the like, back to the tokens of the block."""
    parts, own = len(by_head), tokens[block.start : block.end]
    split = by_head.view(parts, block.rows, -1, block.length, by_head.shape[-1]).permute(1, 3, 0, 2, 4)
    if block.tokens is None:
        own.view(split.shape).copy_(split)
    else:
        torch.index_select(split.reshape(block.rows * block.length, -1), 0, block.tokens, out=own)
