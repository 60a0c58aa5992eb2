"""The BERT family without padding: the tokens of a batch lie one after another.

Every matrix product then sees real tokens only. Attention alone needs texts side by side
(`attention.py`). The layers are those transformers loaded, so that names, saving and adapters are
its own; the arithmetic is that of Devlin et al. 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from headway.models.attention import Block, attend, blocks, starts
from headway.models.dense import dense
from headway.models.dropout import drop, drop_and_add, is_on


@dataclass(frozen=True)
class Packed:
    """The tokens of some texts one after another."""

    #: token ids, int64 [tokens]
    ids: Tensor
    #: place of each token in its text, int64 [tokens]
    positions: Tensor
    #: number of each token's text, in packed order, int64 [tokens]
    text_of: Tensor
    #: tokens of each text, in packed order, int64 [texts]
    lengths: Tensor
    #: for each packed text its place in the caller's order, int64 [texts]
    order: Tensor
    layout: tuple[Block, ...]


def pack(texts: Sequence[Sequence[int]]) -> Packed:
    """Lay the token ids of some texts one after another."""
    layout = blocks([len(text) for text in texts])
    order = [text for block in layout for text in block.texts]
    counts = torch.tensor([len(texts[text]) for text in order])
    text_of = torch.repeat_interleave(torch.arange(len(order)), counts)
    ids = torch.tensor([token for text in order for token in texts[text]])
    positions = torch.arange(len(ids)) - starts(counts)[text_of]
    return Packed(ids, positions, text_of, counts, torch.tensor(order), tuple(layout))


def embed(embeddings: Any, packed: Packed, words: Tensor | None = None) -> Tensor:
    """Token vectors [tokens, width] before the first layer.

    `words` are the word vectors of the tokens where the caller looked them up; else the table is used.
    """
    if words is None:
        words = embeddings.word_embeddings(packed.ids)
    # RoBERTa counts positions from the one after the padding token's id, BERT from 0.
    first = embeddings.padding_idx + 1 if hasattr(embeddings, "padding_idx") else 0
    positions = embeddings.position_embeddings(packed.positions + first)
    summed = words + positions + embeddings.token_type_embeddings.weight[0]
    return drop(embeddings.LayerNorm(summed), embeddings.dropout)


def run_layer(layer: Any, hidden: Tensor, packed: Packed) -> Tensor:
    """One layer on packed token vectors [tokens, width]."""
    attention = layer.attention
    attended = dense(_attend(attention.self, hidden, packed), attention.output.dense)
    hidden = attention.output.LayerNorm(drop_and_add(attended, attention.output.dropout, hidden))
    inner = dense(functional.gelu(dense(hidden, layer.intermediate.dense)), layer.output.dense)
    mixed: Tensor = layer.output.LayerNorm(drop_and_add(inner, layer.output.dropout, hidden))
    return mixed


def pool(hidden: Tensor, packed: Packed, pooling: str) -> Tensor:
    """One unit vector for each text, [texts, width], in the caller's order.

    `hidden` may have more rows than the texts have tokens (`dense.round_up`).
    """
    hidden = hidden[: len(packed.ids)]
    if pooling == "cls":
        pooled = hidden[packed.positions == 0]
    else:
        sums = hidden.new_zeros((len(packed.lengths), hidden.shape[1]))
        pooled = sums.index_add(0, packed.text_of, hidden) / packed.lengths[:, None]
    unit = functional.normalize(pooled, dim=1)
    return unit.new_empty(unit.shape).index_copy(0, packed.order, unit)


def _attend(own: Any, hidden: Tensor, packed: Packed) -> Tensor:
    """Attention of each text with itself: [tokens, width]."""
    joint = dense(hidden, own.query, own.key, own.value)
    dropout = own.dropout.p if is_on(own.dropout) else 0.0
    return attend(joint, packed.layout, own.num_attention_heads, dropout)


def checkpointed(run: Callable[..., Tensor], *given: Any) -> Tensor:
    """Run a part without keeping what its gradient needs; it is computed again then."""
    from torch.utils.checkpoint import checkpoint  # noqa: PLC0415 - rarely used

    result: Tensor = checkpoint(run, *given, use_reentrant=False)
    return result
