from __future__ import annotations

import json
from pathlib import Path

import httpx
import numpy as np
import pytest
from safetensors.numpy import save_file

from headway.access import Policy
from headway.errors import CorruptArtifactError, ModelError, UsageError
from headway.registry import Manifest, write_manifest
from headway.registry.versions import promote, register
from headway.serving import Service, load_models, service_app, start
from headway.store import Store
from headway.store.tasks import add_task

LABELS = ["物流", "refund"]


def make_linear(folder: Path, *, name: str = "support", strength: float = 5.0) -> Path:
    """A baseline artefact of two features: one for a Chinese and one for an English word."""
    folder.mkdir()
    (folder / "vocabulary.json").write_text(json.dumps({"快递": 0, "refund": 1}), "utf-8")
    (folder / "labels.json").write_text(json.dumps(LABELS), "utf-8")
    tensors = {
        "idf": np.ones(2, np.float32),
        "weights": np.eye(2, dtype=np.float32) * np.float32(strength),
        "bias": np.zeros(2, np.float32),
    }
    save_file(tensors, folder / "model.safetensors")
    manifest = Manifest(
        kind="classifier",
        engine="linear",
        precision="fp32",
        name=name,
        created_at="2026-01-02T03:04:05.000006+00:00",
        task={"name": name, "kind": "text-classification", "labels": LABELS},
        preparation=("unicode-nfc@1", "control@1", "whitespace@1"),
        dataset="d" * 64,
        settings={"ngram_range": [2, 6]},
        licence="Apache-2.0",
    )
    write_manifest(folder, manifest)
    return folder


@pytest.fixture
def project(store: Store) -> Store:
    add_task(store, "support", "text-classification")
    return store


def test_the_champion_of_a_registered_model_is_served(project: Store, tmp_path: Path) -> None:
    register(project, make_linear(tmp_path / "one"), task="support")
    register(project, make_linear(tmp_path / "two", strength=9.0), task="support")
    assert [model.version for model in load_models(project, ["support"])] == [1]
    promote(project, "support@2")
    models = load_models(project, ["support"])
    assert [model.version for model in models] == [2]
    server = start(service_app(Service(models), Policy(project)), port=0)
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        texts = ["我的快递呢", "I want a REFUND"]
        answer = client.post("/v1/models/support/predict", json={"inputs": texts, "top_k": 1}).json()
        assert client.get("/v1/models/support").json()["licence"] == "Apache-2.0"
    server.stop()
    assert [row["label"] for row in answer["predictions"]] == LABELS
    expected = models[0].predictor.predict_scores(texts).max(axis=1)
    assert [row["score"] for row in answer["predictions"]] == [round(float(score), 4) for score in expected]


def test_what_cannot_be_served_is_refused_before_anything_starts(project: Store, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model 'support'"):
        load_models(project, ["support"])
    version = register(project, make_linear(tmp_path / "one"), task="support")
    with pytest.raises(UsageError, match="named twice"):
        load_models(project, ["support", "support@1"])
    laid_out = project.folder / "cache" / "artifacts" / version.artifact / "labels.json"
    load_models(project, ["support"])
    laid_out.unlink()
    laid_out.write_text("[]")
    with pytest.raises(CorruptArtifactError, match="labels"):
        load_models(project, ["support"])
