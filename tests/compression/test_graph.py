from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, numpy_helper

from headway.compression.graph import GraphBuilder, require_onnx
from headway.errors import MissingExtraError


def test_constants_keep_their_kind_and_rank() -> None:
    graph = GraphBuilder()
    graph.constant("number", 0.5)
    graph.constant("list", [1, 2])
    graph.constant("scalar", np.array(128, dtype=np.uint8))
    graph.constant("transposed", np.arange(6, dtype=np.float32).reshape(2, 3).T)
    kinds = {name: (tensor.data_type, list(tensor.dims)) for name, tensor in graph.constants.items()}
    assert kinds == {
        "number": (TensorProto.FLOAT, []),
        "list": (TensorProto.INT64, [2]),
        "scalar": (TensorProto.UINT8, []),
        "transposed": (TensorProto.FLOAT, [3, 2]),
    }
    transposed = numpy_helper.to_array(graph.constants["transposed"])
    np.testing.assert_array_equal(transposed, [[0, 3], [1, 4], [2, 5]])


def test_absent_onnx_is_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(MissingExtraError, match=r"headway\[train\]"):
        require_onnx()
