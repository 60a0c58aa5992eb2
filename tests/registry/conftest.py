from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headway.registry import Manifest, write_manifest
from headway.store import Store
from headway.store.tasks import add_task

MakeArtifact = Callable[..., Path]


@pytest.fixture
def store(store: Store) -> Store:
    add_task(store, "客服", "text-classification")
    return store


@pytest.fixture
def make_artifact(tmp_path: Path) -> MakeArtifact:
    """Makes a sealed artefact of three small files; another `weights` makes another artefact."""

    def make(weights: bytes = b"weights 1", name: str = "客服") -> Path:
        folder = tmp_path / f"artifact-{len(list(tmp_path.glob('artifact-*')))}"
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(weights)
        (folder / "vocabulary.json").write_text('{"退": 0, "款": 1}', "utf-8")
        (folder / "labels.json").write_text('["物流", "退款"]', "utf-8")
        task = {"name": "客服", "kind": "text-classification", "labels": ["物流", "退款"]}
        manifest = Manifest("classifier", "linear", "fp32", name, "2026-11-22", task, ("unicode-nfc@1",))
        write_manifest(folder, manifest)
        return folder

    return make
