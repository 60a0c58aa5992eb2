"""Writing ONNX graphs: a small builder, and the one place that imports onnx (only when it is used)."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from headway.errors import MissingExtraError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

#: The operator set of every graph we write: the first with Gelu.
OPSET = 20
#: The file format version that belongs to that operator set.
IR_VERSION = 9


def require_onnx() -> ModuleType:
    """The onnx package, which serving never needs. Raises `MissingExtraError` where it is absent."""
    try:
        onnx = importlib.import_module("onnx")
    except ImportError as error:
        raise MissingExtraError(
            "Writing a model graph needs the package onnx, which is not installed.",
            next_step="pip install 'headway[train]'",
        ) from error
    return onnx


class GraphBuilder:
    """Collects the nodes and constants of a graph. A tensor is known by its name."""

    def __init__(self) -> None:
        self._onnx = require_onnx()
        self.nodes: list[NodeProto] = []
        self.constants: dict[str, TensorProto] = {}

    def constant(self, name: str, value: np.ndarray[Any, Any] | float | list[int]) -> str:
        """Add a constant and give its name; numbers become float32 and lists int64."""
        if isinstance(value, list):
            array: np.ndarray[Any, Any] = np.array(value, dtype=np.int64)
        elif isinstance(value, np.ndarray):
            array = np.asarray(value, order="C")
        else:
            array = np.array(value, dtype=np.float32)
        self.constants[name] = self._onnx.numpy_helper.from_array(array, name)
        return name

    def add(self, operator: str, *inputs: str, output: str, domain: str = "", **attributes: Any) -> str:
        """Add a node with one output and give the output's name."""
        node = self._onnx.helper.make_node(
            operator, list(inputs), [output], name=output, domain=domain, **attributes
        )
        self.nodes.append(node)
        return output

    def model(self, output: str, dimension: int) -> ModelProto:
        """The finished graph: two int64 inputs [batch, sequence], one float output [batch, dimension]."""
        helper, types = self._onnx.helper, self._onnx.TensorProto
        inputs = [
            helper.make_tensor_value_info(name, types.INT64, ["batch", "sequence"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info(output, types.FLOAT, ["batch", dimension])]
        graph = helper.make_graph(self.nodes, "encoder", inputs, outputs, list(self.constants.values()))
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="headway",
        )
