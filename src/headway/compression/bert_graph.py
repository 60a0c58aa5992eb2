"""The BERT family written as an ONNX graph from its configuration and weights, without torch.

The architecture is that of Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers"
(RoBERTa and XLM-RoBERTa differ in where positions start). Writing it takes a second where importing
torch and tracing the model takes ten, and the graph holds nothing but what inference needs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from headway.compression.graph import GraphBuilder
from headway.errors import ModelError
from headway.models.checkpoint import PREFIXES, Weights, read_weights, require_tensors

if TYPE_CHECKING:
    from onnx import ModelProto

# Large enough that a masked key weighs exactly 0 after the softmax, and finite, so that a row
# without a single token gives numbers rather than NaN.
_MASKED = 1e4


@dataclass(frozen=True)
class _Checkpoint:
    """What a folder holds: config.json and the tensors."""

    config: dict[str, Any]
    weights: Weights


def bert_encoder_graph(folder: Path, pooling: str) -> ModelProto:
    """Write the encoder of a folder with config.json and model.safetensors as an ONNX graph.

    Inputs are `input_ids` and `attention_mask`, int64 [batch, sequence]; the output `sentence_embedding`,
    float32 [batch, dimension], is pooled ("mean" or "cls") and has length 1.
    Raises `ModelError` for a folder without weights, a missing tensor or an unknown pooling.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = read_weights(folder, PREFIXES[config["model_type"]])
    require_tensors(folder, weights, config["num_hidden_layers"])
    model = _Checkpoint(config, weights)
    graph = GraphBuilder()
    hidden = _embed(graph, model)
    mask = _attention_mask(graph)
    for layer in range(config["num_hidden_layers"]):
        hidden = _layer(graph, model, layer, hidden, mask)
    pooled = pool(graph, hidden, pooling)
    return graph.model(pooled, int(config["hidden_size"]))


def pool(graph: GraphBuilder, hidden: str, pooling: str) -> str:
    """Pool token vectors [batch, sequence, dimension] into one unit vector per text."""
    if pooling == "mean":
        mask = graph.add("Cast", "attention_mask", output="mask.float", to=1)
        mask = graph.add("Unsqueeze", mask, graph.constant("axis.last", [2]), output="mask.column")
        kept = graph.add("Mul", hidden, mask, output="pool.kept")
        axis = graph.constant("axis.sequence", [1])
        total = graph.add("ReduceSum", kept, axis, output="pool.total", keepdims=0)
        tokens = graph.add("ReduceSum", mask, axis, output="pool.tokens", keepdims=0)
        pooled = graph.add("Div", total, tokens, output="pool.mean")
    elif pooling == "cls":
        first = graph.constant("index.first", np.array(0, dtype=np.int64))
        pooled = graph.add("Gather", hidden, first, output="pool.first", axis=1)
    else:
        raise ModelError(f"The pooling {pooling!r} is unknown; known are mean and cls.")
    return graph.add("LpNormalization", pooled, output="sentence_embedding", axis=-1, p=2)


def _embed(graph: GraphBuilder, model: _Checkpoint) -> str:
    """Word + position + token type 0 (every text is a single segment), then layer normalisation."""
    words = graph.constant("embeddings.word", model.weights["embeddings.word_embeddings.weight"])
    words = graph.add("Gather", words, "input_ids", output="embeddings.words")
    positions = model.weights["embeddings.position_embeddings.weight"]
    positions = positions + model.weights["embeddings.token_type_embeddings.weight"][0]
    if model.config["model_type"] != "bert":
        # RoBERTa counts positions from the one after the padding token's id.
        positions = positions[model.config.get("pad_token_id", 1) + 1 :]
    graph.constant("embeddings.position", positions)
    graph.add("Shape", "input_ids", output="sequence", start=1, end=2)
    zero = graph.constant("zero", [0])
    places = graph.add("Slice", "embeddings.position", zero, "sequence", zero, output="embeddings.places")
    total = graph.add("Add", words, places, output="embeddings.sum")
    return _normalise(graph, model, "embeddings.LayerNorm", total)


def _attention_mask(graph: GraphBuilder) -> str:
    """What is added to attention scores: 0 for a token, a large negative number for padding."""
    mask = graph.add("Cast", "attention_mask", output="attention.float", to=1)
    mask = graph.add("Sub", mask, graph.constant("one", 1.0), output="attention.shifted")
    mask = graph.add("Mul", mask, graph.constant("masked", _MASKED), output="attention.scaled")
    return graph.add("Unsqueeze", mask, graph.constant("axes.heads", [1, 2]), output="attention.mask")


def _layer(graph: GraphBuilder, model: _Checkpoint, layer: int, hidden: str, mask: str) -> str:
    name = f"encoder.layer.{layer}"
    attended = _attention(graph, model, f"{name}.attention", hidden, mask)
    attended = graph.add("Add", attended, hidden, output=f"{name}.attention.residual")
    attended = _normalise(graph, model, f"{name}.attention.output.LayerNorm", attended)
    inner = _linear(graph, model, f"{name}.intermediate.dense", attended)
    inner = graph.add("Gelu", inner, output=f"{name}.intermediate.gelu")
    inner = _linear(graph, model, f"{name}.output.dense", inner)
    inner = graph.add("Add", inner, attended, output=f"{name}.residual")
    return _normalise(graph, model, f"{name}.output.LayerNorm", inner)


def _attention(graph: GraphBuilder, model: _Checkpoint, name: str, hidden: str, mask: str) -> str:
    """Scaled dot-product attention and the matrix after it; keys are transposed for their product."""
    heads = int(model.config["num_attention_heads"])
    size = int(model.config["hidden_size"])
    split = graph.constant("shape.heads", [0, 0, heads, size // heads])

    def by_head(part: str, tensor: str, order: list[int]) -> str:
        tensor = graph.add("Reshape", tensor, split, output=f"{name}.{part}.heads")
        return graph.add("Transpose", tensor, output=f"{name}.{part}.ordered", perm=order)

    # A key's bias adds the same to every score of a query, which the softmax takes away again. A value's
    # bias passes the weighted mean unchanged, so that it can wait until after the last matrix.
    queries = by_head("query", _linear(graph, model, f"{name}.self.query", hidden), [0, 2, 1, 3])
    keys = by_head("key", _product(graph, model, f"{name}.self.key", hidden), [0, 2, 3, 1])
    values = by_head("value", _product(graph, model, f"{name}.self.value", hidden), [0, 2, 1, 3])
    scores = graph.add("MatMul", queries, keys, output=f"{name}.scores")
    scale = graph.constant("attention.scale", (size // heads) ** -0.5)
    scores = graph.add("Mul", scores, scale, output=f"{name}.scaled")
    scores = graph.add("Add", scores, mask, output=f"{name}.masked")
    shares = graph.add("Softmax", scores, output=f"{name}.shares", axis=-1)
    context = graph.add("MatMul", shares, values, output=f"{name}.context")
    context = graph.add("Transpose", context, output=f"{name}.context.ordered", perm=[0, 2, 1, 3])
    merged = graph.constant("shape.merged", [0, 0, size])
    context = graph.add("Reshape", context, merged, output=f"{name}.merged")
    output = f"{name}.output.dense"
    value_bias = model.weights[f"{output}.weight"] @ model.weights[f"{name}.self.value.bias"]
    return _linear(graph, model, output, context, extra_bias=value_bias)


def _product(graph: GraphBuilder, model: _Checkpoint, name: str, tensor: str) -> str:
    matrix = graph.constant(f"{name}.weight", model.weights[f"{name}.weight"].T)
    return graph.add("MatMul", tensor, matrix, output=f"{name}.product")


def _linear(
    graph: GraphBuilder,
    model: _Checkpoint,
    name: str,
    tensor: str,
    extra_bias: np.ndarray[Any, Any] | float = 0,
) -> str:
    bias = graph.constant(f"{name}.bias", model.weights[f"{name}.bias"] + extra_bias)
    return graph.add("Add", _product(graph, model, name, tensor), bias, output=name)


def _normalise(graph: GraphBuilder, model: _Checkpoint, name: str, tensor: str) -> str:
    scale = graph.constant(f"{name}.weight", model.weights[f"{name}.weight"])
    shift = graph.constant(f"{name}.bias", model.weights[f"{name}.bias"])
    epsilon = float(model.config.get("layer_norm_eps", 1e-12))
    return graph.add("LayerNormalization", tensor, scale, shift, output=name, axis=-1, epsilon=epsilon)
