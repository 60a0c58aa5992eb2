"""A classifier as a folder for plain transformers: the encoder, the head, and the few lines that join them.

No class of transformers pools by the mean and then classifies, so the folder holds the encoder, as it came
or as it was trained, and the head as a tensor file; README.md shows how to use them, and a test runs what it
shows.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from headway.compression.graph import require_onnx
from headway.errors import ModelError
from headway.registry.manifest import Manifest, read_manifest
from headway.store.files import machine_errors, sync_folder
from headway.text import DEFAULT_STEPS

_COPIED = (
    "config.json",
    "model.safetensors",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
    "special_tokens_map.json",
)

_USE = """
## Use with plain transformers
{before}
```python
import unicodedata

import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

folder = "."  # this folder
encoder = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
tokenizer = AutoTokenizer.from_pretrained(folder)
head = load_file(f"{{folder}}/head.safetensors")
labels = {labels}

def probabilities(texts):
    texts = [{prefix!r} + " ".join(unicodedata.normalize("NFC", text).split()) for text in texts]
    batch = tokenizer(texts, padding=True, truncation=True, max_length={max_length}, return_tensors="pt")
    with torch.no_grad():
        states = encoder(**batch).last_hidden_state
    {pooled}
    vectors = torch.nn.functional.normalize(vectors, dim=1)
    return torch.softmax(vectors @ head["weight"].T + head["bias"], dim=1)

def predict(texts):
    return [labels[best] for best in probabilities(texts).argmax(dim=1).tolist()]
```
"""
_BEFORE = """
The model learned from texts that were prepared by further steps than those below. Prepare texts so first:
`headway.text.prepare(text, {steps})`.
"""
_POOLED = {
    "mean": 'mask = batch["attention_mask"].unsqueeze(-1)\n'
    "    vectors = (states * mask).sum(1) / mask.sum(1)",
    "cls": "vectors = states[:, 0]",
}


def write_transformers_folder(artifact: Path, encoder: Path, card: str, folder: Path) -> None:
    """Write encoder, tokenizer, head.safetensors, labels and README.md into a folder.

    `encoder` is the folder of the encoder the artefact was made from. It is in float32: of a model published
    as int8 a few labels differ, and the card says how many. Raises `ModelError` where the head is not one
    matrix and a bias, before anything is written.
    """
    manifest = read_manifest(artifact, verify=False)
    labels = manifest.task["labels"]
    weight, bias = _head(artifact)
    with machine_errors(f"writing the model to {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in _COPIED:
            if (encoder / name).is_file():
                shutil.copyfile(encoder / name, folder / name)
        save_file({"weight": weight, "bias": bias}, folder / "head.safetensors")
        (folder / "labels.json").write_text(json.dumps(labels, ensure_ascii=False), "utf-8")
        (folder / "README.md").write_text(card + _usage(manifest), "utf-8")
        sync_folder(folder)


def _head(artifact: Path) -> tuple[np.ndarray, np.ndarray]:
    onnx = require_onnx()
    tensors = {tensor.name: tensor for tensor in onnx.load(artifact / "model.onnx").graph.initializer}
    if "head.weight" not in tensors:
        raise ModelError(
            "The model's head is not one matrix and a bias, and plain transformers has no form for another.",
            next_step="Export it with --format artifact, or train it with --set head=linear.",
        )
    weight = np.ascontiguousarray(onnx.numpy_helper.to_array(tensors["head.weight"]).T)
    return weight, onnx.numpy_helper.to_array(tensors["head.bias"])


def _usage(manifest: Manifest) -> str:
    further = set(manifest.preparation) - set(DEFAULT_STEPS)
    return _USE.format(
        before=_BEFORE.format(steps=list(manifest.preparation)) if further else "",
        labels=json.dumps(manifest.task["labels"], ensure_ascii=False),
        prefix=manifest.prefix,
        max_length=manifest.max_length,
        pooled=_POOLED[manifest.pooling],
    )
