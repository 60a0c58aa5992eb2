"""Trained weights → a classifier artefact: an encoder's graph with a head on it, or the linear baseline."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from headway.compression.artifact import library_versions, new_artifact
from headway.compression.graph import require_onnx
from headway.compression.heads import with_linear_head, with_traced_head
from headway.errors import ModelError, UsageError
from headway.registry.manifest import Manifest, read_manifest

if TYPE_CHECKING:
    from onnx import ModelProto


def make_classifier(
    encoder: Path,
    weights: NDArray[Any],
    bias: NDArray[Any],
    manifest: Manifest,
    folder: Path,
    *,
    temperature: float = 1.0,
) -> Path:
    """Put a linear head on an encoder artefact and write the classifier artefact into `folder`.

    `weights` is [labels, dimension], `bias` is [labels], both in the order of `manifest.task["labels"]`. The
    graph's one output `probabilities` is float32 [batch, labels]; the head stays float32. What the graph
    does with a text (engine, precision, prefix, pooling, length, base model) is taken from the encoder, the
    rest from `manifest`; where that names no preparation, it is the encoder's too. Weights and bias are
    divided by `temperature` (Guo et al. 2017), which the manifest keeps under `extra`. Raises `ModelError`
    where the shapes do not fit each other or the temperature is not finite and positive.
    """
    _check_temperature(temperature)
    labels = _labels(manifest)
    dimension = int(read_manifest(encoder).extra["dimension"])
    if weights.shape != (len(labels), dimension) or bias.shape != (len(labels),):
        raise ModelError(
            f"The head has weights {weights.shape} and bias {bias.shape}; "
            f"{len(labels)} labels on an encoder of dimension {dimension} were expected."
        )
    model = require_onnx().load(encoder / "model.onnx")
    return _write(
        encoder,
        with_linear_head(model, weights / temperature, bias / temperature),
        manifest,
        folder,
        temperature,
    )


def make_headed_classifier(
    encoder: Path, head: Any, manifest: Manifest, folder: Path, *, temperature: float = 1.0
) -> Path:
    """Put any head on an encoder artefact: a torch module [n, dimension] -> logits [n, labels].

    Otherwise as `make_classifier`; the logits are divided by `temperature`. Raises `ModelError` where torch
    cannot write the module as a graph, or it gives another number of logits.
    """
    _check_temperature(temperature)
    labels = _labels(manifest)
    model = require_onnx().load(encoder / "model.onnx")
    dimension = int(read_manifest(encoder).extra["dimension"])
    model = with_traced_head(model, head, dimension, len(labels), temperature)
    return _write(encoder, model, manifest, folder, temperature)


def _write(encoder: Path, model: ModelProto, manifest: Manifest, folder: Path, temperature: float) -> Path:
    source = read_manifest(encoder)
    complete = dataclasses.replace(
        manifest,
        kind="classifier",
        engine=source.engine,
        precision=source.precision,
        preparation=manifest.preparation or source.preparation,
        prefix=source.prefix,
        pooling=source.pooling,
        max_length=source.max_length,
        base_model=source.base_model,
        versions={**library_versions(), **manifest.versions},
        extra={**source.extra, **manifest.extra, "temperature": float(temperature)},
    )
    with new_artifact(_absent(folder), complete) as write:
        write("model.onnx", model.SerializeToString())
        write("tokenizer.json", (encoder / "tokenizer.json").read_bytes())
        write("labels.json", _json(_labels(manifest)))
    return folder


def make_linear(
    vocabulary: Mapping[str, int],
    idf: NDArray[Any],
    weights: NDArray[Any],
    bias: NDArray[Any],
    manifest: Manifest,
    folder: Path,
    *,
    temperature: float = 1.0,
) -> Path:
    """Write the baseline as a classifier artefact into `folder`; neither torch nor onnx is needed.

    `vocabulary` maps n-gram → column, `idf` is [features], `weights` [labels, features], `bias` [labels];
    `manifest.settings["ngram_range"]` is (low, high). Weights and bias are divided by `temperature`, which
    the manifest keeps under `extra`. Raises `ModelError` where the shapes do not fit or the temperature is
    not finite and positive.
    """
    _check_temperature(temperature)
    labels = _labels(manifest)
    features = len(vocabulary)
    if idf.shape != (features,) or weights.shape != (len(labels), features) or bias.shape != (len(labels),):
        raise ModelError(
            f"The baseline has idf {idf.shape}, weights {weights.shape} and bias {bias.shape} for {features} "
            f"features and {len(labels)} labels."
        )
    complete = dataclasses.replace(
        manifest,
        kind="classifier",
        engine="linear",
        precision="fp32",
        versions={**library_versions(), **manifest.versions},
        extra={**manifest.extra, "temperature": float(temperature)},
    )
    tensors = {
        name: np.ascontiguousarray(array, dtype=np.float32)
        for name, array in (("idf", idf), ("weights", weights / temperature), ("bias", bias / temperature))
    }
    with new_artifact(_absent(folder), complete) as write:
        write("vocabulary.json", _json({gram: int(column) for gram, column in vocabulary.items()}))
        write("model.safetensors", save(tensors))
        write("labels.json", _json(labels))
    return folder


def _check_temperature(temperature: float) -> None:
    if not (math.isfinite(temperature) and temperature > 0):
        raise ModelError(f"The temperature is {temperature}; a finite number above 0 was expected.")


def _labels(manifest: Manifest) -> list[str]:
    labels = [str(label) for label in manifest.task.get("labels", [])]
    if not labels or len(set(labels)) != len(labels):
        raise ModelError(
            f"The manifest's task has the labels {labels}; one or more, all different, were expected."
        )
    return labels


def _absent(folder: Path) -> Path:
    if folder.exists():
        raise UsageError(
            f"{folder} already exists, and an artefact never changes.", next_step="Name a new folder."
        )
    return folder


def _json(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode("utf-8")
