from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from headway.compression.int8 import quantize_rows
from headway.compression.torch_graph import torch_encoder_graph
from headway.errors import ModelError
from headway.models import BaseModel
from tests.compression.test_bert_graph import IDS, expected, run


def test_other_architectures_are_exported_and_quantised(bases: dict[str, BaseModel]) -> None:
    folder = bases["electra"].folder
    model = torch_encoder_graph(folder, "mean")
    reference = expected(folder, IDS, "mean")
    np.testing.assert_allclose(run(model, IDS), reference, atol=2e-5)
    data = model.SerializeToString()
    assert b"site-packages" not in data
    assert str(folder).encode() not in data
    small = quantize_rows(model)
    assert (run(small, IDS) * reference).sum(1).min() > 0.98
    assert len(small.SerializeToString()) < len(data) / 2


def test_unknown_architecture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "not-a-model"}), "utf-8")
    with pytest.raises(ModelError, match="transformers cannot load"):
        torch_encoder_graph(tmp_path, "mean")


def test_unknown_pooling_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'max'"):
        torch_encoder_graph(tmp_path, "max")
