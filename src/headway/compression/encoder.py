"""A base model → an encoder artefact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from headway.compression.artifact import library_versions, new_artifact
from headway.compression.bert_graph import bert_encoder_graph
from headway.compression.int8 import quantize_rows
from headway.compression.torch_graph import torch_encoder_graph
from headway.errors import ModelError, UsageError
from headway.models.checkpoint import is_direct, position_limit
from headway.records import timestamp, utc_now
from headway.registry.manifest import Manifest, read_manifest
from headway.text import DEFAULT_STEPS

if TYPE_CHECKING:
    from onnx import ModelProto

    from headway.models import BaseModel


def make_encoder(base: BaseModel, precision: Literal["fp32", "int8"], folder: Path) -> Path:
    """Write the encoder artefact of a base model into `folder` and give the folder.

    An artefact that is already there is verified and kept. Raises `ModelError` for a model that cannot be
    exported, `MissingExtraError` without onnx, `CorruptArtifactError` for a damaged artefact in the way.
    """
    if precision not in {"fp32", "int8"}:
        raise UsageError(f"The precision {precision!r} is unknown; known are fp32 and int8.")
    if folder.exists():
        read_manifest(folder)
        return folder
    config = _read_config(base.folder)
    direct = is_direct(config)
    write_graph = bert_encoder_graph if direct else torch_encoder_graph
    model = write_graph(base.folder, base.pooling)
    if precision == "int8":
        model = quantize_rows(model)
    manifest = Manifest(
        kind="encoder",
        engine="onnx",
        precision=precision,
        name=base.name,
        created_at=timestamp(utc_now()),
        preparation=DEFAULT_STEPS,
        prefix=base.prefix,
        pooling=base.pooling,
        max_length=min(base.max_length, position_limit(config)),
        base_model={"name": base.name, "licence": base.licence, "sha256": base.sha256},
        versions=library_versions(),
        licence=base.licence,
        extra={"dimension": output_dimension(model), "graph": "direct" if direct else "torch"},
    )
    tokenizer = _read_tokenizer(base.folder)
    with new_artifact(folder, manifest) as write:
        write("model.onnx", model.SerializeToString())
        write("tokenizer.json", tokenizer)
    return folder


def output_dimension(model: ModelProto) -> int:
    """Length of an encoder graph's vectors. Raises `ModelError` where the graph leaves it open."""
    shape = model.graph.output[0].type.tensor_type.shape
    if len(shape.dim) == 2 and shape.dim[1].dim_value:
        return int(shape.dim[1].dim_value)
    raise ModelError("The encoder graph does not say how long its vectors are.")


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError, json.JSONDecodeError) as error:
        raise ModelError(
            f"{folder / 'config.json'} cannot be read: {error}.",
            next_step="Give a folder that transformers saved, with config.json and model.safetensors.",
        ) from error
    return config


def _read_tokenizer(folder: Path) -> bytes:
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ModelError(
            f"{folder} has no tokenizer.json.",
            next_step="Save it with AutoTokenizer.from_pretrained(folder).save_pretrained(folder).",
        )
    return path.read_bytes()
