from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers
from safetensors.torch import load_file, save_file

from headway.compression.bert_graph import bert_encoder_graph
from headway.errors import ModelError
from headway.inference.batches import padded
from headway.models import BaseModel
from tests.compression.tiny import TEXTS, make_tokenizer

IDS = [encoding.ids for encoding in make_tokenizer().encode_batch([*TEXTS, "鞋 " * 62])]


def run(model: Any, ids: list[list[int]]) -> np.ndarray[Any, Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    tokens, mask = padded(ids)
    (rows,) = session.run(None, {"input_ids": tokens, "attention_mask": mask})
    return np.asarray(rows)


def expected(folder: Path, ids: list[list[int]], pooling: str) -> np.ndarray[Any, Any]:
    """What transformers itself computes, each text alone."""
    model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    rows = []
    for text in ids:
        with torch.no_grad():
            hidden = model(input_ids=torch.tensor([text])).last_hidden_state[0]
        pooled = hidden.mean(0) if pooling == "mean" else hidden[0]
        rows.append(torch.nn.functional.normalize(pooled, dim=-1).numpy())
    return np.stack(rows)


@pytest.mark.parametrize("pooling", ["mean", "cls"])
@pytest.mark.parametrize("architecture", ["bert", "xlm-roberta"])
def test_graph_computes_what_transformers_computes(
    bases: dict[str, BaseModel], architecture: str, pooling: str
) -> None:
    folder = bases[architecture].folder
    rows = run(bert_encoder_graph(folder, pooling), IDS)
    np.testing.assert_allclose(rows, expected(folder, IDS, pooling), atol=2e-5)


def test_half_precision_and_prefixed_weights_are_read(bases: dict[str, BaseModel], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bases["bert"].folder, tmp_path / "half"))
    weights = load_file(folder / "model.safetensors")
    halved = {
        f"bert.{name}": tensor.to(torch.bfloat16 if "weight" in name else torch.float16)
        for name, tensor in weights.items()
    }
    save_file({**halved, "classifier.weight": torch.ones(2, 32)}, folder / "model.safetensors")
    rows = run(bert_encoder_graph(folder, "mean"), IDS)
    original = expected(bases["bert"].folder, IDS, "mean")
    assert (rows * original).sum(1).min() > 0.999


def test_missing_tensors_are_named(bases: dict[str, BaseModel], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bases["bert"].folder, tmp_path / "broken"))
    weights = load_file(folder / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(ModelError, match=r"encoder\.layer\.1\.output\.dense\.weight"):
        bert_encoder_graph(folder, "mean")
    (folder / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(ModelError, match="not a safetensors file"):
        bert_encoder_graph(folder, "mean")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"no model\.safetensors"):
        bert_encoder_graph(folder, "mean")


def test_unknown_pooling_is_refused(bases: dict[str, BaseModel]) -> None:
    with pytest.raises(ModelError, match="'max'"):
        bert_encoder_graph(bases["bert"].folder, "max")
