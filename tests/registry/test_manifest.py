from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headway.errors import CorruptArtifactError, ModelError, NewerProjectError
from headway.registry import Manifest, manifest_hash, read_manifest, write_manifest
from tests.registry.conftest import MakeArtifact


@pytest.fixture
def artifact(make_artifact: MakeArtifact) -> Path:
    return make_artifact()


def reseal(folder: Path, content: Any) -> None:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "manifest.json").write_bytes(data)
    (folder / "manifest.sha256").write_text(hashlib.sha256(data).hexdigest())


def test_what_was_written_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"graph")
    manifest = Manifest(
        "encoder", "onnx", "int8", "双语 base", "2026-11-22", {}, ("a@1", "b@2"), "query: ", "mean", 128,
        extra={"dimension": 384}, settings={"c": 4.0}, licence="MIT",
    )  # fmt: skip
    sealed = write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == sealed
    assert sealed.preparation == ("a@1", "b@2")
    assert sealed.files == {"model.onnx": {"sha256": hashlib.sha256(b"graph").hexdigest(), "size": 5}}
    assert (tmp_path / "manifest.sha256").read_text() == manifest_hash(tmp_path)
    assert write_manifest(tmp_path, manifest) == sealed


@pytest.mark.parametrize("name", ["model.safetensors", "vocabulary.json", "labels.json"])
def test_a_file_that_is_not_the_one_written_is_named(artifact: Path, name: str) -> None:
    path = artifact / name
    data = path.read_bytes()
    damages: list[tuple[bytes | None, str]] = [
        (bytes([data[0] ^ 1]) + data[1:], f"{name} is not the file that was written"),
        (data[:-1], f"{name} has {len(data) - 1} bytes instead of {len(data)}"),
        (data + b"\n", f"{name} has {len(data) + 1} bytes instead of {len(data)}"),
        (None, f"{name} is missing"),
    ]
    for damage, reason in damages:
        path.unlink()
        if damage is not None:
            path.write_bytes(damage)
        with pytest.raises(CorruptArtifactError, match=reason) as caught:
            read_manifest(artifact)
        assert caught.value.next_step
        path.write_bytes(data)
    read_manifest(artifact)


def test_every_wrong_file_is_named_at_once(artifact: Path) -> None:
    (artifact / "labels.json").unlink()
    (artifact / "vocabulary.json").write_text("{}")
    (artifact / "多余.bin").write_bytes(b"")
    with pytest.raises(CorruptArtifactError) as caught:
        read_manifest(artifact)
    for name in ("labels.json is missing", "vocabulary.json has 2 bytes", "多余.bin is not listed"):
        assert name in caught.value.message
    assert read_manifest(artifact, verify=False).name == "客服"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_flipped_byte_of_the_manifest_or_its_seal_is_refused(artifact: Path, data: st.DataObject) -> None:
    path = artifact / data.draw(st.sampled_from(["manifest.json", "manifest.sha256"]))
    good = path.read_bytes()
    broken = bytearray(good)
    broken[data.draw(st.integers(0, len(good) - 1))] ^= data.draw(st.integers(1, 255))
    if bytes(broken).strip() == good:
        return
    path.write_bytes(bytes(broken))
    try:
        with pytest.raises(CorruptArtifactError, match=r"manifest\."):
            read_manifest(artifact, verify=False)
    finally:
        path.write_bytes(good)


@pytest.mark.parametrize("missing", ["manifest.json", "manifest.sha256"])
def test_a_folder_without_a_manifest_is_no_artefact(artifact: Path, missing: str) -> None:
    (artifact / missing).unlink()
    with pytest.raises(ModelError, match=f"not a Headway artefact: {missing} is missing"):
        read_manifest(artifact)


def test_what_is_no_folder_is_no_artefact(artifact: Path, tmp_path: Path) -> None:
    for path in (artifact / "labels.json", tmp_path / "nothing"):
        with pytest.raises(ModelError, match="not a Headway artefact"):
            read_manifest(path)
        with pytest.raises(ModelError, match=r"manifest\.json is missing"):
            manifest_hash(path)


def test_a_later_format_is_refused(artifact: Path) -> None:
    reseal(artifact, {**json.loads((artifact / "manifest.json").read_bytes()), "format": 2})
    with pytest.raises(NewerProjectError, match="has format 2; this version of Headway reads up to 1"):
        read_manifest(artifact)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[1]", b"3", {"format": "two"}, {}, {"kind": "x"}, {"preparation": [], "new": 1}]
)
def test_a_sealed_file_that_is_no_manifest_is_refused(artifact: Path, content: Any) -> None:
    reseal(artifact, content)
    with pytest.raises(CorruptArtifactError, match=r"manifest\.json"):
        read_manifest(artifact)
