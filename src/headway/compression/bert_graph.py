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
from safetensors import SafetensorError, deserialize

from headway.compression.graph import GraphBuilder
from headway.errors import ModelError

if TYPE_CHECKING:
    from onnx import ModelProto

#: model_type -> name before each weight in a checkpoint that also holds a head
PREFIXES = {"bert": "bert.", "roberta": "roberta.", "xlm-roberta": "roberta."}
# Large enough that a masked key weighs exactly 0 after the softmax, and finite, so that a row
# without a single token gives numbers rather than NaN.
_MASKED = 1e4

_LAYER_PARTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    "intermediate.dense",
    "output.dense",
    "output.LayerNorm",
)

Weights = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class _Checkpoint:
    """What a folder holds: config.json and the tensors."""

    config: dict[str, Any]
    weights: Weights


def is_direct(config: dict[str, Any]) -> bool:
    """Whether a Hugging Face configuration describes a model this module can write."""
    return (
        config.get("model_type") in PREFIXES
        and config.get("hidden_act", "gelu") == "gelu"
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
    )


def position_limit(config: dict[str, Any]) -> int:
    """The most tokens a model has positions for; RoBERTa's tables begin with rows that are no position."""
    positions = int(config.get("max_position_embeddings", 512))
    offset = config.get("pad_token_id", 1) + 1 if "roberta" in config.get("model_type", "") else 0
    return positions - int(offset)


def bert_encoder_graph(folder: Path, pooling: str) -> ModelProto:
    """Write the encoder of a folder with config.json and model.safetensors as an ONNX graph.

    Inputs are `input_ids` and `attention_mask`, int64 [batch, sequence]; the output `sentence_embedding`,
    float32 [batch, dimension], is pooled ("mean" or "cls") and has length 1.
    Raises `ModelError` for a folder without weights, a missing tensor or an unknown pooling.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = _read_weights(folder, PREFIXES[config["model_type"]])
    _require_tensors(folder, weights, config["num_hidden_layers"])
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


def _read_weights(folder: Path, prefix: str) -> Weights:
    """All float tensors of the checkpoint, widened to float32, without the prefix of the inner model."""
    files = sorted(folder.glob("model*.safetensors"))
    if not files:
        raise ModelError(
            f"{folder} has no model.safetensors.",
            next_step="Give a folder that transformers saved with safetensors weights.",
        )
    tensors: Weights = {}
    for file in files:
        for name, tensor in _tensors(file):
            tensors[name.removeprefix(prefix)] = tensor
    return tensors


def _tensors(file: Path) -> list[tuple[str, np.ndarray[Any, Any]]]:
    """Read with the bytes in hand, since numpy has no bfloat16 and safetensors' own reader refuses it."""
    try:
        entries: list[tuple[str, dict[str, Any]]] = deserialize(file.read_bytes())  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise ModelError(f"{file} is not a safetensors file: {error}.") from error
    return [
        (name, _widen(entry["data"], entry["dtype"]).reshape(entry["shape"]))
        for name, entry in entries
        if entry["dtype"] in {"F32", "F16", "BF16", "F64"}
    ]


def _widen(data: bytes, dtype: str) -> np.ndarray[Any, Any]:
    if dtype == "BF16":
        # bfloat16 is the upper half of a float32.
        return (np.frombuffer(data, np.uint16).astype(np.uint32) << 16).view(np.float32)
    kinds: dict[str, type] = {"F32": np.float32, "F16": np.float16, "F64": np.float64}
    return np.frombuffer(data, kinds[dtype]).astype(np.float32)


def _require_tensors(folder: Path, weights: Weights, layers: int) -> None:
    embeddings = ("word_embeddings", "position_embeddings", "token_type_embeddings")
    wanted = [f"embeddings.{name}.weight" for name in embeddings]
    modules = ["embeddings.LayerNorm"]
    modules += [f"encoder.layer.{layer}.{part}" for layer in range(layers) for part in _LAYER_PARTS]
    wanted += [f"{module}.{kind}" for module in modules for kind in ("weight", "bias")]
    missing = [name for name in wanted if name not in weights]
    if missing:
        shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        raise ModelError(
            f"{folder} lacks the tensors {shown}.",
            next_step="Give the whole checkpoint of an encoder, as transformers saves it.",
        )
