"""The BERT family without padding: the tokens of a batch lie one after another.

Every matrix product then sees real tokens only. Attention alone needs texts side by side; it runs in groups
of texts of similar length. The layers are those transformers loaded, so that names, saving and adapters are
its own; the arithmetic is that of Devlin et al. 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

# A text joins a group while it has at least this share of the group's longest: less would pad too much.
_SIMILAR = 0.75
# A smaller group than this is widened whatever the lengths: each group costs some thirty calls a layer.
_LEAST = 4
_MASKED = -1e4


@dataclass(frozen=True)
class _Group:
    """Texts that attend side by side: rows of the padded block, each `longest` tokens."""

    texts: int
    longest: int
    #: first and last + 1 of the group's tokens in the packed order
    start: int
    end: int
    #: for each place of the padded block the token that stands there, relative to `start`; None = no padding
    places: Tensor | None
    #: where in the padded block each token stands
    tokens: Tensor | None
    #: what is added to attention scores, [texts, 1, 1, longest]
    mask: Tensor | None


@dataclass(frozen=True)
class Packed:
    """The tokens of some texts one after another, the longest text first."""

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
    groups: tuple[_Group, ...]


def pack(texts: Sequence[Sequence[int]]) -> Packed:
    """Lay the token ids of some texts one after another."""
    order = sorted(range(len(texts)), key=lambda text: -len(texts[text]))
    lengths = [len(texts[text]) for text in order]
    counts = torch.tensor(lengths)
    ends = torch.cumsum(counts, 0)
    text_of = torch.repeat_interleave(torch.arange(len(lengths)), counts)
    ids = torch.tensor([token for text in order for token in texts[text]])
    positions = torch.arange(len(ids)) - (ends - counts)[text_of]
    return Packed(ids, positions, text_of, counts, torch.tensor(order), tuple(_groups(lengths)))


def _groups(lengths: Sequence[int]) -> list[_Group]:
    groups, first, start = [], 0, 0
    for number in range(1, len(lengths) + 1):
        closed = number == len(lengths) or (
            lengths[number] < _SIMILAR * lengths[first] and number - first >= _LEAST
        )
        if closed:
            groups.append(_group(lengths[first:number], start))
            start += sum(lengths[first:number])
            first = number
    return groups


def _group(lengths: Sequence[int], start: int) -> _Group:
    longest, end = lengths[0], start + sum(lengths)
    if lengths[-1] == longest:
        return _Group(len(lengths), longest, start, end, None, None, None)
    counts = torch.tensor(lengths)
    first = torch.cumsum(counts, 0) - counts
    there = torch.arange(longest) < counts[:, None]
    # A padded place repeats its text's first token: any finite numbers do, as the mask hides them.
    places = torch.where(there, first[:, None] + torch.arange(longest), first[:, None]).reshape(-1)
    mask = torch.zeros(len(lengths), 1, 1, longest).masked_fill_(~there[:, None, None, :], _MASKED)
    return _Group(len(lengths), longest, start, end, places, there.reshape(-1).nonzero()[:, 0], mask)


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
    return _dropped(embeddings.LayerNorm(summed), embeddings.dropout)


def run_layer(layer: Any, hidden: Tensor, packed: Packed) -> Tensor:
    """One layer on packed token vectors [tokens, width]."""
    attention = layer.attention
    attended = attention.output.dense(_attend(attention.self, hidden, packed))
    hidden = attention.output.LayerNorm(_dropped(attended, attention.output.dropout) + hidden)
    inner = functional.gelu(layer.intermediate.dense(hidden))
    inner = _dropped(layer.output.dense(inner), layer.output.dropout)
    mixed: Tensor = layer.output.LayerNorm(inner + hidden)
    return mixed


def pool(hidden: Tensor, packed: Packed, pooling: str) -> Tensor:
    """One unit vector for each text, [texts, width], in the caller's order."""
    if pooling == "cls":
        pooled = hidden[packed.positions == 0]
    else:
        sums = hidden.new_zeros((len(packed.lengths), hidden.shape[1]))
        pooled = sums.index_add(0, packed.text_of, hidden) / packed.lengths[:, None]
    unit = functional.normalize(pooled, dim=1)
    return unit.new_empty(unit.shape).index_copy(0, packed.order, unit)


def _attend(own: Any, hidden: Tensor, packed: Packed) -> Tensor:
    """Scaled dot-product attention of each text with itself: [tokens, width]."""
    heads = own.num_attention_heads
    parts = [own.query(hidden), own.key(hidden), own.value(hidden)]
    attended = [_attend_group(parts, group, heads, own.dropout) for group in packed.groups]
    return attended[0] if len(attended) == 1 else torch.cat(attended)


def _attend_group(parts: Sequence[Tensor], group: _Group, heads: int, dropout: Any) -> Tensor:
    texts, longest, width = group.texts, group.longest, parts[0].shape[1]

    def by_head(part: Tensor) -> Tensor:
        part = part[group.start : group.end]
        if group.places is not None:
            part = part.index_select(0, group.places)
        split = part.view(texts, longest, heads, width // heads).transpose(1, 2)
        return split.reshape(texts * heads, longest, width // heads)

    queries, keys, values = map(by_head, parts)
    # Plain products: on texts this short they take half the time of the fused kernel, which is made for
    # long ones.
    scores = torch.bmm(queries, keys.transpose(1, 2)) * (width // heads) ** -0.5
    if group.mask is not None:
        scores = (scores.view(texts, heads, longest, longest) + group.mask).view(-1, longest, longest)
    shares = _dropped(torch.softmax(scores, dim=-1), dropout)
    context = torch.bmm(shares, values).view(texts, heads, longest, -1).transpose(1, 2)
    context = context.reshape(texts * longest, width)
    return context if group.tokens is None else context.index_select(0, group.tokens)


def _dropped(values: Tensor, dropout: Any) -> Tensor:
    return values if dropout.p == 0 or not dropout.training else functional.dropout(values, dropout.p)


def checkpointed(run: Callable[..., Tensor], *given: Any) -> Tensor:
    """Run a part without keeping what its gradient needs; it is computed again then."""
    from torch.utils.checkpoint import checkpoint  # noqa: PLC0415 - rarely used

    result: Tensor = checkpoint(run, *given, use_reentrant=False)
    return result
