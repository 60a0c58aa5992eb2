"""The head on an encoder's graph: one matrix, or any torch module, and the softmax after it."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headway.compression.graph import require_onnx
from headway.errors import ModelError
from headway.models.transformer import require_torch

if TYPE_CHECKING:
    from onnx import ModelProto

# The newest operator set of the tracing exporter.
_OPSET = 18


def with_linear_head(model: ModelProto, weights: NDArray[Any], bias: NDArray[Any]) -> ModelProto:
    """An encoder's graph with a matrix [labels, dimension] and a bias [labels] on it; changed in place."""
    onnx = require_onnx()
    for name, array in (("head.weight", weights.T), ("head.bias", bias)):
        tensor = np.ascontiguousarray(array, dtype=np.float32)
        model.graph.initializer.append(onnx.numpy_helper.from_array(tensor, name))
    inputs = [model.graph.output[0].name, "head.weight", "head.bias"]
    model.graph.node.append(onnx.helper.make_node("Gemm", inputs, ["head.logits"], name="head.logits"))
    return _with_softmax(model, len(bias))


def with_traced_head(
    model: ModelProto, head: Any, dimension: int, n_labels: int, temperature: float
) -> ModelProto:
    """An encoder's graph with a torch module [n, dimension] -> logits [n, labels] on it; changed in place.

    The logits are divided by `temperature`. Raises `ModelError` where torch cannot write the module as a
    graph, or it gives other logits than expected.
    """
    onnx = require_onnx()
    traced = _traced(head, dimension, n_labels)
    names = {"vectors": model.graph.output[0].name}

    def renamed(name: str) -> str:
        return names.setdefault(name, f"head.traced.{name}") if name else ""

    for tensor in traced.graph.initializer:
        tensor.name = renamed(tensor.name)
    for node in traced.graph.node:
        node.name = f"head.traced.{node.name}"
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
        node.doc_string = ""
        del node.metadata_props[:]
    model.graph.initializer.extend(traced.graph.initializer)
    model.graph.node.extend(traced.graph.node)
    scale = onnx.numpy_helper.from_array(np.array(temperature, dtype=np.float32), "head.temperature")
    model.graph.initializer.append(scale)
    inputs = [renamed(traced.graph.output[0].name), "head.temperature"]
    model.graph.node.append(onnx.helper.make_node("Div", inputs, ["head.logits"], name="head.logits"))
    return _with_softmax(model, n_labels)


def _with_softmax(model: ModelProto, n_labels: int) -> ModelProto:
    onnx = require_onnx()
    graph = model.graph
    graph.node.append(
        onnx.helper.make_node("Softmax", ["head.logits"], ["probabilities"], name="probabilities", axis=-1)
    )
    del graph.output[:]
    output = ("probabilities", onnx.TensorProto.FLOAT, ["batch", n_labels])
    graph.output.append(onnx.helper.make_tensor_value_info(*output))
    graph.name = "classifier"
    return model


def _traced(head: Any, dimension: int, n_labels: int) -> ModelProto:
    torch = require_torch()
    example = torch.zeros((2, dimension))
    with torch.no_grad():
        shape = tuple(head.eval()(example).shape)
    if shape != (2, n_labels):
        raise ModelError(
            f"The head gives logits of shape {shape} for 2 texts; {(2, n_labels)} was expected.",
            next_step="A head is a torch module that turns [n, dimension] into [n, labels].",
        )
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # Tracing warns of shapes it turns into constants; the equivalence report is what proves them right.
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                head, (example,), buffer, dynamo=False, opset_version=_OPSET, input_names=["vectors"],
                output_names=["logits"], dynamic_axes={"vectors": {0: "batch"}, "logits": {0: "batch"}},
            )  # fmt: skip
        except (RuntimeError, ValueError, TypeError, torch.onnx.errors.OnnxExporterError) as error:
            raise ModelError(
                f"torch cannot write the head as a graph: {error}.",
                next_step="Build the head from ordinary layers of torch.",
            ) from error
    return require_onnx().load_from_string(buffer.getvalue())
