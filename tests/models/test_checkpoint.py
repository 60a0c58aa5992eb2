from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from headway.errors import ModelError
from headway.models.checkpoint import is_direct, position_limit, read_weights, require_tensors


@pytest.mark.parametrize(
    ("change", "direct"),
    [
        ({}, True),
        ({"hidden_act": "relu"}, False),
        ({"model_type": "electra"}, False),
        ({"position_embedding_type": "relative_key"}, False),
        ({"is_decoder": True}, False),
    ],
)
def test_only_what_is_understood_is_read_directly(
    tiny_base: Path, change: dict[str, Any], direct: bool
) -> None:
    config = json.loads((tiny_base / "config.json").read_text("utf-8"))
    assert is_direct({**config, **change}) is direct


def test_roberta_has_fewer_positions_than_rows() -> None:
    sizes = {"max_position_embeddings": 514, "pad_token_id": 1}
    assert position_limit({"model_type": "xlm-roberta", **sizes}) == 512
    assert position_limit({"model_type": "roberta", **sizes}) == 512
    assert position_limit({"model_type": "bert", **sizes}) == 514


@pytest.mark.parametrize("kind", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_weights_of_every_precision_become_float32(tmp_path: Path, kind: torch.dtype) -> None:
    # Powers of two and their small multiples, which every precision has.
    values = torch.tensor([[0.0, -1.5], [2.0**-8, 384.0]])
    save_file({"bert.a.weight": values.to(kind), "b.weight": values.clone()}, tmp_path / "model.safetensors")
    found = read_weights(tmp_path, "bert.")
    assert found.keys() == {"a.weight", "b.weight"}
    assert found["a.weight"].dtype == np.float32
    np.testing.assert_array_equal(found["a.weight"], values.numpy())


def test_what_is_no_weight_is_left_out_and_parts_are_put_together(tmp_path: Path) -> None:
    save_file({"position_ids": torch.arange(4), "x": torch.ones(2)}, tmp_path / "model-1-of-2.safetensors")
    save_file({"y": torch.zeros(3)}, tmp_path / "model-2-of-2.safetensors")
    assert read_weights(tmp_path, "roberta.").keys() == {"x", "y"}


def test_a_folder_without_weights_and_a_file_of_another_kind_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.safetensors"):
        read_weights(tmp_path, "bert.")
    (tmp_path / "model.safetensors").write_bytes("不是张量".encode())
    with pytest.raises(ModelError, match="is not a safetensors file"):
        read_weights(tmp_path, "bert.")


def test_tensors_that_are_missing_are_named(tiny_base: Path) -> None:
    weights = read_weights(tiny_base, "bert.")
    require_tensors(tiny_base, weights, 2)
    with pytest.raises(ModelError, match=r"encoder\.layer\.2\.attention\.self\.query\.weight.* and 11 more"):
        require_tensors(tiny_base, weights, 3)
    del weights["encoder.layer.1.output.dense.weight"]
    with pytest.raises(ModelError, match=r"lacks the tensors encoder\.layer\.1\.output\.dense\.weight\."):
        require_tensors(tiny_base, weights, 2)


def test_it_reads_what_safetensors_reads(tiny_base: Path) -> None:
    expected = load_file(tiny_base / "model.safetensors")
    found = read_weights(tiny_base, "")
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        np.testing.assert_array_equal(found[name], tensor.numpy())
