"""Any other encoder as an ONNX graph: loaded by transformers, traced by torch."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.compression.graph import require_onnx
from headway.errors import ModelError
from headway.models.transformer import load_transformer, require_torch

if TYPE_CHECKING:
    from onnx import ModelProto

# The newest operator set of the tracing exporter that int8 can rework (it wants 18 or later).
_OPSET = 18


def torch_encoder_graph(folder: Path, pooling: str) -> ModelProto:
    """Export the encoder of a transformers folder, with pooling and normalisation, as an ONNX graph.

    Inputs and output are those of `bert_graph.bert_encoder_graph`. Code that comes with a model is
    never run. Raises `MissingExtraError` without torch, `ModelError` for an architecture transformers
    does not know or cannot export.
    """
    onnx = require_onnx()
    torch = require_torch()
    model = _wrapped(folder, pooling)
    example = torch.ones((2, 16), dtype=torch.int64)
    mask = example.clone()
    mask[1, 8:] = 0
    buffer = io.BytesIO()
    axes = {0: "batch", 1: "sequence"}
    with warnings.catch_warnings():
        # Tracing warns of every shape it turns into a constant; the axes below are dynamic,
        # and the equivalence report is what proves it.
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(
                model, (example, mask), buffer, dynamo=False, opset_version=_OPSET,
                input_names=["input_ids", "attention_mask"], output_names=["sentence_embedding"],
                dynamic_axes={"input_ids": axes, "attention_mask": axes, "sentence_embedding": {0: "batch"}},
            )  # fmt: skip
        except (RuntimeError, ValueError, TypeError, torch.onnx.errors.OnnxExporterError) as error:
            raise ModelError(
                f"torch cannot export the model in {folder}: {error}.",
                next_step="Choose a base model of the BERT, RoBERTa or XLM-RoBERTa family.",
            ) from error
    exported = _without_traces_of_here(onnx.load_from_string(buffer.getvalue()))
    # The exporter leaves the length of a vector open, though it is fixed.
    with torch.no_grad():
        dimension = model(example, mask).shape[1]
    exported.graph.output[0].type.tensor_type.shape.dim[1].dim_value = dimension
    return exported


def _wrapped(folder: Path, pooling: str) -> Any:
    """The loaded model, in evaluation mode, behind a forward that pools and normalises."""
    torch = require_torch()
    if pooling not in {"mean", "cls"}:
        raise ModelError(f"The pooling {pooling!r} is unknown; known are mean and cls.")
    encoder = load_transformer(folder)

    class Wrapper(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            if pooling == "cls":
                pooled = hidden[:, 0]
            else:
                mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
                pooled = (hidden * mask).sum(1) / mask.sum(1)
            return torch.nn.functional.normalize(pooled, dim=-1)

    return Wrapper().eval()


def _without_traces_of_here(model: ModelProto) -> ModelProto:
    """Drop what the exporter wrote about this machine: source paths, stack traces, shapes it saw."""
    del model.graph.value_info[:]
    for message in (model, model.graph, *model.graph.node):
        message.doc_string = ""
        del message.metadata_props[:]
    return model
