from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from headway.compression import make_encoder
from headway.errors import CorruptArtifactError, ModelError, UsageError
from headway.inference import Embedder
from headway.models import BaseModel
from headway.registry.manifest import read_manifest
from tests.compression.tiny import TEXTS


def test_manifest_says_what_the_encoder_is(encoders: dict[str, Path], bases: dict[str, BaseModel]) -> None:
    manifest = read_manifest(encoders["int8"])
    assert (manifest.kind, manifest.engine, manifest.precision) == ("encoder", "onnx", "int8")
    assert (manifest.pooling, manifest.max_length, manifest.licence) == ("mean", 64, "MIT")
    assert manifest.base_model == {"name": "bert", "licence": "MIT", "sha256": bases["bert"].sha256}
    assert manifest.extra == {"dimension": 32, "graph": "direct"}
    assert sorted(manifest.files) == ["model.onnx", "tokenizer.json"]
    assert {"onnx", "onnxruntime", "tokenizers"} <= set(manifest.versions)
    graph = (encoders["int8"] / "model.onnx").read_bytes()
    assert str(bases["bert"].folder).encode() not in graph


def test_int8_encoder_is_close_to_fp32(encoders: dict[str, Path]) -> None:
    full, small = (Embedder.load(encoders[name]).embed(TEXTS) for name in ("fp32", "int8"))
    assert (full * small).sum(1).min() > 0.98
    np.testing.assert_allclose(np.linalg.norm(small, axis=1), 1, atol=1e-5)


def test_an_encoder_is_made_once(bases: dict[str, BaseModel], tmp_path: Path) -> None:
    folder = make_encoder(bases["bert"], "fp32", tmp_path / "encoder")
    first = (folder / "manifest.json").read_bytes()
    assert make_encoder(bases["bert"], "fp32", folder) == folder
    assert (folder / "manifest.json").read_bytes() == first
    (folder / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(CorruptArtifactError, match=r"model\.onnx"):
        make_encoder(bases["bert"], "fp32", folder)


def test_the_same_base_gives_the_same_bytes(
    bases: dict[str, BaseModel], encoders: dict[str, Path], tmp_path: Path
) -> None:
    again = make_encoder(bases["bert"], "int8", tmp_path / "again")
    assert (again / "model.onnx").read_bytes() == (encoders["int8"] / "model.onnx").read_bytes()


def test_length_never_exceeds_the_positions(bases: dict[str, BaseModel], tmp_path: Path) -> None:
    base = replace(bases["xlm-roberta"], max_length=512)
    folder = make_encoder(base, "int8", tmp_path / "encoder")
    assert read_manifest(folder).max_length == 68
    assert Embedder.load(folder).embed(["long 长 " * 200]).shape == (1, 32)


def test_other_architectures_go_through_torch(bases: dict[str, BaseModel], tmp_path: Path) -> None:
    folder = make_encoder(bases["electra"], "fp32", tmp_path / "encoder")
    assert read_manifest(folder).extra == {"dimension": 32, "graph": "torch"}
    assert Embedder.load(folder).embed(TEXTS).shape == (len(TEXTS), 32)


def test_an_incomplete_base_is_refused(bases: dict[str, BaseModel], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bases["bert"].folder, tmp_path / "base"))
    base: Any = replace(bases["bert"], folder=folder)
    with pytest.raises(UsageError, match="'int4'"):
        make_encoder(base, "int4", tmp_path / "encoder")  # type: ignore[arg-type]
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match=r"no tokenizer\.json"):
        make_encoder(base, "fp32", tmp_path / "encoder")
    (folder / "config.json").write_text(json.dumps({"model_type": "not-a-model"}), "utf-8")
    with pytest.raises(ModelError, match="transformers cannot load"):
        make_encoder(base, "fp32", tmp_path / "encoder")
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json"):
        make_encoder(base, "fp32", tmp_path / "encoder")
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
