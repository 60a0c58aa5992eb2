from __future__ import annotations

from pathlib import Path

import pytest

from headway.compression.artifact import library_versions, new_artifact
from headway.errors import CorruptArtifactError, MachineError
from headway.registry.manifest import read_manifest
from tests.compression.tiny import classifier_manifest


def write(folder: Path, content: bytes) -> None:
    with new_artifact(folder, classifier_manifest()) as put:
        put("file", content)


def test_an_artefact_appears_whole_and_alone(tmp_path: Path) -> None:
    write(tmp_path / "new" / "model", b"content")
    assert read_manifest(tmp_path / "new" / "model").files["file"]["size"] == len(b"content")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["model"]


def test_nothing_is_left_when_writing_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with new_artifact(tmp_path / "model", classifier_manifest()) as put:
            put("file", b"content")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail()
    assert not list(tmp_path.iterdir())


def test_the_first_of_two_writers_wins(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with new_artifact(folder, classifier_manifest()) as put:
        put("file", b"second")
        write(folder, b"first")
    assert (folder / "file").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_what_is_in_the_way_must_be_a_sound_artefact(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    write(folder, b"first")
    (folder / "file").write_bytes(b"other")
    with pytest.raises(CorruptArtifactError, match="file"):
        write(folder, b"second")


def test_a_folder_that_cannot_be_made_is_the_machines_refusal(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MachineError):
        write(tmp_path / "file" / "model", b"content")


def test_versions_name_what_runs_the_graph() -> None:
    assert {"onnx", "onnxruntime", "tokenizers"} <= set(library_versions())
