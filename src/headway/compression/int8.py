"""Weights and activations in 8 bits, such that a text's result never depends on its neighbours.

onnxruntime's dynamic quantisation takes one scale for a whole batch, so the answer for a text changes
with what else is in the batch. Here each token has a scale of its own: symmetric, largest value / 127
(per-token dynamic quantisation: Yao et al. 2022, "ZeroQuant"). No calibration data is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from headway.compression.graph import GraphBuilder, require_onnx
from headway.errors import ModelError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

# 7 bits for weights: on a CPU without VNNI the kernel adds two products in 16 bits, and
# 2 x 255 x 63 just fits. So the artefact gives the same answers on every CPU.
_WEIGHT_LIMIT = 63
_ROW_LIMIT = 127
# A table of fewer rows than this (positions, token types) is not worth its loss.
_TABLE_ROWS = 4096
_OPSET_WITH_AXES_INPUT = 18


def quantize_rows(model: ModelProto) -> ModelProto:
    """An int8 version of a float32 graph.

    Every MatMul and Gemm with a constant 2-D weight runs in int8 (weights: per output channel, 7 bits;
    activations: per row, 8 bits), and word embeddings are kept as int8 with a scale per row.
    Raises `ModelError` for an operator set below 18 or a Gemm that transposes its input.
    """
    opset = next((entry.version for entry in model.opset_import if entry.domain == ""), 0)
    if opset < _OPSET_WITH_AXES_INPUT:
        raise ModelError(f"The graph has operator set {opset}; int8 needs {_OPSET_WITH_AXES_INPUT} or later.")
    return _Surgery(model).run()


class _Surgery:
    """Rebuilds the node list of one graph, in order; everything it does not know stays as it is."""

    def __init__(self, model: ModelProto) -> None:
        self.onnx = require_onnx()
        self.model = model
        self.old = {constant.name: constant for constant in model.graph.initializer}
        self.new = GraphBuilder()
        self.quantized: dict[str, tuple[str, str]] = {}

    def run(self) -> ModelProto:
        for node in self.model.graph.node:
            if node.op_type == "MatMul" and self._is_matrix(node.input[1]):
                self._product(node, self._array(node.input[1]), node.output[0])
            elif node.op_type == "Gemm" and self._is_matrix(node.input[1]):
                self._gemm(node)
            elif node.op_type == "Gather" and self._is_large_table(node):
                self._lookup(node)
            else:
                self.new.nodes.append(node)
        return self._finished()

    def _array(self, name: str) -> np.ndarray[Any, Any]:
        array: np.ndarray[Any, Any] = self.onnx.numpy_helper.to_array(self.old[name])
        return array

    def _is_matrix(self, name: str) -> bool:
        return name in self.old and len(self.old[name].dims) == 2

    def _is_large_table(self, node: NodeProto) -> bool:
        table = node.input[0]
        rows_are_gathered = all(attribute.i == 0 for attribute in node.attribute if attribute.name == "axis")
        return rows_are_gathered and self._is_matrix(table) and self.old[table].dims[0] >= _TABLE_ROWS

    def _product(self, node: NodeProto, matrix: np.ndarray[Any, Any], output: str) -> None:
        rows, largest = self._quantized_rows(node.input[0])
        weight, scale, zero = self._quantized_matrix(node.input[1], matrix)
        step, middle = self._step(), self._middle()
        product = self.new.add(
            "MatMulIntegerToFloat", rows, weight, step, scale, middle, zero,
            output=f"{output}.int8", domain="com.microsoft",
        )  # fmt: skip
        self.new.add("Mul", product, largest, output=output)

    def _gemm(self, node: NodeProto) -> None:
        attributes = {attribute.name: attribute for attribute in node.attribute}
        if "transA" in attributes and attributes["transA"].i:
            raise ModelError(f"The node {node.name!r} transposes its input, which int8 cannot do.")
        matrix = self._array(node.input[1])
        if "transB" in attributes and attributes["transB"].i:
            matrix = matrix.T
        alpha = attributes["alpha"].f if "alpha" in attributes else 1.0
        beta = attributes["beta"].f if "beta" in attributes else 1.0
        output = node.output[0]
        if len(node.input) < 3 or not node.input[2]:
            self._product(node, matrix * np.float32(alpha), output)
            return
        self._product(node, matrix * np.float32(alpha), f"{output}.product")
        bias = node.input[2]
        if beta != 1.0:
            bias = self.new.add(
                "Mul", bias, self.new.constant(f"{output}.beta", beta), output=f"{output}.bias"
            )
        self.new.add("Add", f"{output}.product", bias, output=output)

    def _lookup(self, node: NodeProto) -> None:
        """Gather int8 rows and their scales, then multiply: a quarter of the table's size."""
        table, output = node.input[0], node.output[0]
        if f"{table}.int8" not in self.new.constants:
            array = self._array(table)
            scale = _scales(array, axis=1, limit=_ROW_LIMIT)
            self.new.constant(f"{table}.int8", np.round(array / scale).astype(np.int8))
            self.new.constant(f"{table}.scale", scale)
        rows = self.new.add("Gather", f"{table}.int8", node.input[1], output=f"{output}.int8")
        rows = self.new.add("Cast", rows, output=f"{output}.float", to=self.onnx.TensorProto.FLOAT)
        scale_name = self.new.add("Gather", f"{table}.scale", node.input[1], output=f"{output}.scale")
        self.new.add("Mul", rows, scale_name, output=output)

    def _quantized_rows(self, tensor: str) -> tuple[str, str]:
        """The uint8 form of a tensor and each row's largest value; shared by all that read the tensor."""
        if tensor not in self.quantized:
            new = self.new
            size = new.add("Abs", tensor, output=f"{tensor}.size")
            last = new.constant("int8.last", [-1])
            largest = new.add("ReduceMax", size, last, output=f"{tensor}.largest", keepdims=1)
            # A row of zeros is divided by zero here. Whatever integers that gives, `_product` multiplies
            # them by the row's largest value, which is 0.
            scaled = new.add("Div", tensor, largest, output=f"{tensor}.scaled")
            rows = new.add("QuantizeLinear", scaled, self._step(), self._middle(), output=f"{tensor}.rows")
            self.quantized[tensor] = (rows, largest)
        return self.quantized[tensor]

    def _quantized_matrix(self, name: str, matrix: np.ndarray[Any, Any]) -> tuple[str, str, str]:
        names = (f"{name}.int8", f"{name}.scale", f"{name}.zero")
        if names[0] not in self.new.constants:
            scale = _scales(matrix, axis=0, limit=_WEIGHT_LIMIT)
            self.new.constant(names[0], np.round(matrix / scale).astype(np.int8))
            self.new.constant(names[1], scale.reshape(-1))
            self.new.constant(names[2], np.zeros(matrix.shape[1], dtype=np.int8))
        return names

    def _step(self) -> str:
        return self.new.constant("int8.step", 1 / _ROW_LIMIT)

    def _middle(self) -> str:
        return self.new.constant("int8.middle", np.array(128, dtype=np.uint8))

    def _finished(self) -> ModelProto:
        graph, onnx = self.model.graph, self.onnx
        used = {name for node in self.new.nodes for name in node.input}
        kept = [constant for name, constant in self.old.items() if name in used]
        rebuilt = onnx.helper.make_graph(
            self.new.nodes, graph.name, graph.input, graph.output, [*kept, *self.new.constants.values()]
        )
        domains = [entry for entry in self.model.opset_import if entry.domain != "com.microsoft"]
        return onnx.helper.make_model(
            rebuilt,
            opset_imports=[*domains, onnx.helper.make_opsetid("com.microsoft", 1)],
            ir_version=self.model.ir_version,
            producer_name="headway",
        )


def _scales(matrix: np.ndarray[Any, Any], axis: int, limit: int) -> np.ndarray[Any, Any]:
    largest = np.abs(matrix).max(axis=axis, keepdims=True).astype(np.float32)
    return np.where(largest == 0, np.float32(1), largest / np.float32(limit))
