from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import BertConfig, BertModel, RobertaConfig, RobertaModel

from headway.models import packed

SIZES = {
    "vocab_size": 50,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 40,
}
token_ids = st.lists(st.integers(2, 49), min_size=1, max_size=30)


def model(kind: str, dropout: float = 0.0) -> Any:
    torch.manual_seed(0)
    rates = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    if kind == "bert":
        made: Any = BertModel(BertConfig(**SIZES, **rates), add_pooling_layer=False)
    else:
        made = RobertaModel(RobertaConfig(**SIZES, **rates, pad_token_id=1), add_pooling_layer=False)
    return made.eval()


def by_packing(transformer: Any, texts: list[list[int]], pooling: str) -> torch.Tensor:
    batch = packed.pack(texts)
    hidden = packed.embed(transformer.embeddings, batch)
    for layer in transformer.encoder.layer:
        hidden = packed.run_layer(layer, hidden, batch)
    return packed.pool(hidden, batch, pooling)


def by_padding(transformer: Any, texts: list[list[int]], pooling: str) -> torch.Tensor:
    longest = max(map(len, texts))
    ids = torch.tensor([text + [1] * (longest - len(text)) for text in texts])
    mask = torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in texts])
    hidden = transformer(input_ids=ids, attention_mask=mask).last_hidden_state
    if pooling == "cls":
        return torch.nn.functional.normalize(hidden[:, 0], dim=1)
    column = mask[:, :, None]
    return torch.nn.functional.normalize((hidden * column).sum(1) / column.sum(1), dim=1)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
@pytest.mark.parametrize("pooling", ["mean", "cls"])
@settings(max_examples=25, deadline=None)
@given(texts=st.lists(token_ids, min_size=1, max_size=9))
def test_vectors_are_those_of_transformers(kind: str, pooling: str, texts: list[list[int]]) -> None:
    transformer = model(kind)
    with torch.no_grad():
        expected = by_padding(transformer, texts, pooling)
        torch.testing.assert_close(by_packing(transformer, texts, pooling), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_gradients_are_those_of_transformers(kind: str) -> None:
    transformer = model(kind)
    texts = [[5, 6, 7], list(range(2, 30)), [9], [8, 8, 8, 8], [3, 4], [7, 6, 5, 4], [2, 3, 4]]
    weights = torch.arange(16.0)
    found = []
    for vectors in (by_packing, by_padding):
        transformer.zero_grad()
        (vectors(transformer, texts, "mean") * weights).sum().backward()
        found.append({name: one.grad.clone() for name, one in transformer.named_parameters()})
    for name in found[0]:
        torch.testing.assert_close(found[0][name], found[1][name], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_rows_of_zeros_below_the_tokens_change_nothing(pooling: str) -> None:
    transformer = model("bert")
    batch = packed.pack([[5, 6, 7], list(range(2, 30)), [9], [8, 9]])
    found = []
    for below in (0, 30):
        transformer.zero_grad()
        hidden = packed.embed(transformer.embeddings, batch)
        hidden = torch.nn.functional.pad(hidden, (0, 0, 0, below))
        for layer in transformer.encoder.layer:
            hidden = packed.run_layer(layer, hidden, batch)
        vectors = packed.pool(hidden, batch, pooling)
        (vectors * torch.arange(16.0)).sum().backward()
        gradients = {name: one.grad for name, one in transformer.named_parameters()}
        found.append((vectors.detach(), {name: one.clone() for name, one in gradients.items()}))
    torch.testing.assert_close(found[0], found[1], atol=1e-5, rtol=1e-4)


@given(texts=st.lists(token_ids, min_size=1, max_size=30))
def test_every_token_is_packed_once(texts: list[list[int]]) -> None:
    batch = packed.pack(texts)
    assert len(batch.ids) == sum(map(len, texts))
    ends = torch.cumsum(batch.lengths, 0).tolist()
    for number, place in enumerate(batch.order.tolist()):
        start = ends[number] - len(texts[place])
        assert batch.ids[start : ends[number]].tolist() == texts[place]
        assert batch.positions[start : ends[number]].tolist() == list(range(len(texts[place])))


def test_dropout_is_drawn_in_training_only() -> None:
    transformer = model("bert", dropout=0.5)
    texts = [[5, 6, 7], [8, 9]]
    torch.testing.assert_close(by_packing(transformer, texts, "mean"), by_packing(transformer, texts, "mean"))
    transformer.train()
    first, second = (by_packing(transformer, texts, "mean") for _ in range(2))
    assert (first - second).abs().max() > 1e-3


def test_what_is_computed_again_gives_the_same_gradient() -> None:
    transformer = model("bert")
    batch = packed.pack([[5, 6, 7], [8, 9]])
    layer = transformer.encoder.layer[0]
    hidden = packed.embed(transformer.embeddings, batch).detach()
    gradients = []
    for run in (lambda *given: packed.checkpointed(packed.run_layer, *given), packed.run_layer):
        transformer.zero_grad()
        run(layer, hidden.clone().requires_grad_(), batch).sum().backward()
        gradients.append(layer.output.dense.weight.grad.clone())
    torch.testing.assert_close(gradients[0], gradients[1])
