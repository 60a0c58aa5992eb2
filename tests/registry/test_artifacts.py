from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from headway.errors import CorruptArtifactError, MachineError, ModelError
from headway.registry import manifest_hash, read_manifest
from headway.registry.artifacts import export_artifact, keep_artifact, lay_out
from headway.store import Store
from tests.registry.conftest import MakeArtifact


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_kept_is_laid_out_again(store: Store, make_artifact: MakeArtifact) -> None:
    folder = make_artifact()
    expected = contents(folder)
    artifact = keep_artifact(store, folder)
    assert artifact == manifest_hash(folder)
    shutil.rmtree(folder)
    assert contents(lay_out(store, artifact)) == expected
    assert lay_out(store, artifact) == lay_out(store, artifact)


def test_a_damaged_artefact_is_not_kept(store: Store, make_artifact: MakeArtifact) -> None:
    folder = make_artifact()
    (folder / "labels.json").write_text("[]")
    with pytest.raises(CorruptArtifactError, match=r"labels\.json"):
        keep_artifact(store, folder)
    assert not store.blobs.folder.exists()


def test_the_cache_can_be_deleted(store: Store, make_artifact: MakeArtifact) -> None:
    artifact = keep_artifact(store, make_artifact())
    shutil.rmtree(lay_out(store, artifact).parent)
    read_manifest(lay_out(store, artifact))


def test_many_may_lay_out_at_once(store: Store, make_artifact: MakeArtifact) -> None:
    artifact = keep_artifact(store, make_artifact())
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: lay_out(store, artifact), range(16)))
    (folder,) = folders
    read_manifest(folder)
    assert list(folder.parent.iterdir()) == [folder]


def test_a_missing_blob_is_told_and_nothing_is_left(store: Store, make_artifact: MakeArtifact) -> None:
    folder = make_artifact()
    artifact = keep_artifact(store, folder)
    store.blobs.path(read_manifest(folder).files["labels.json"]["sha256"]).unlink()
    with pytest.raises(CorruptArtifactError, match="is missing"):
        lay_out(store, artifact)
    assert not list((store.folder / "cache" / "artifacts").iterdir())


def test_a_manifest_that_was_exchanged_is_refused(store: Store, make_artifact: MakeArtifact) -> None:
    folder = lay_out(store, keep_artifact(store, make_artifact()))
    other = make_artifact(b"weights 2")
    for name in ("manifest.json", "manifest.sha256"):
        (folder / name).unlink()
        shutil.copyfile(other / name, folder / name)
    with pytest.raises(CorruptArtifactError, match="not the one this model was registered with"):
        lay_out(store, folder.name)


def test_an_export_is_a_verified_copy_of_its_own(
    store: Store, make_artifact: MakeArtifact, tmp_path: Path
) -> None:
    artifact = keep_artifact(store, make_artifact())
    target = tmp_path / "出口" / "model"
    export_artifact(store, artifact, target)
    assert contents(target) == contents(lay_out(store, artifact))
    assert manifest_hash(target) == artifact
    (target / "labels.json").write_text("[]")
    read_manifest(lay_out(store, artifact))
    export_artifact(store, artifact, target)
    read_manifest(target)


def test_a_folder_with_other_files_is_no_place_for_an_export(
    store: Store, make_artifact: MakeArtifact, tmp_path: Path
) -> None:
    artifact = keep_artifact(store, make_artifact())
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "notes.txt").write_text("mine")
    with pytest.raises(CorruptArtifactError, match=r"notes\.txt is not listed"):
        export_artifact(store, artifact, tmp_path / "target")


def test_an_export_to_a_full_disk_is_refused(
    store: Store, make_artifact: MakeArtifact, small_disk: Path
) -> None:
    artifact = keep_artifact(store, make_artifact(bytes(4_000_000)))
    with pytest.raises(MachineError, match="No space left"):
        export_artifact(store, artifact, small_disk / "model")
    with pytest.raises(ModelError):
        read_manifest(small_disk / "model")
