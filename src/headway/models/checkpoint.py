"""Checkpoints of the BERT family: which can be read here, and their weights as numpy arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, deserialize

from headway.errors import ModelError

#: model_type -> name before each weight in a checkpoint that also holds a head
PREFIXES = {"bert": "bert.", "roberta": "roberta.", "xlm-roberta": "roberta."}

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


def is_direct(config: dict[str, Any]) -> bool:
    """Whether a Hugging Face configuration describes a model that is written, and trained, directly."""
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


def read_weights(folder: Path, prefix: str) -> Weights:
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


def require_tensors(folder: Path, weights: Weights, layers: int) -> None:
    """Raise `ModelError` naming tensors that a model of so many layers lacks."""
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
