"""Artefacts in the project: kept as blobs, laid out as a folder when they are used."""

from __future__ import annotations

import shutil
from pathlib import Path

from headway.errors import CorruptArtifactError
from headway.registry.manifest import manifest_hash, read_manifest
from headway.store import Store
from headway.store.files import appearing, machine_errors, sync_folder


def keep_artifact(store: Store, folder: Path) -> str:
    """Keep every file of a verified artefact and return its identity, the hash of its manifest."""
    manifest = read_manifest(folder)
    for name in manifest.files:
        store.blobs.put_file(folder / name)
    return store.blobs.put_file(folder / "manifest.json")


def lay_out(store: Store, artifact: str) -> Path:
    """The folder of an artefact below the project's cache, made from blobs where it is not there yet.

    Raises `CorruptArtifactError` naming the file where a blob is missing or damaged.
    """
    folder = store.folder / "cache" / "artifacts" / artifact
    if not folder.exists():
        # Where another process was quicker, its folder has the same content.
        with appearing(folder, f"laying out a model in {folder.parent}") as temporary:
            _place_files(store, artifact, temporary)
    if manifest_hash(folder) != artifact:
        raise CorruptArtifactError(
            f"{folder / 'manifest.json'} is not the one this model was registered with.",
            next_step=f"Delete the folder {folder}; it is made again from the project's blobs.",
        )
    return folder


def export_artifact(store: Store, artifact: str, target: Path) -> None:
    """Copy an artefact into a folder of its own, and verify the copy.

    Raises `CorruptArtifactError` naming the file that is wrong, or that was in the folder before.
    """
    source = lay_out(store, artifact)
    read_manifest(source)
    with machine_errors(f"writing the artefact to {target}"):
        target.mkdir(parents=True, exist_ok=True)
        for path in source.iterdir():
            shutil.copyfile(path, target / path.name)
        sync_folder(target)
    read_manifest(target)


def _place_files(store: Store, artifact: str, folder: Path) -> None:
    store.blobs.place(artifact, folder / "manifest.json")
    digest = manifest_hash(folder)
    (folder / "manifest.sha256").write_text(digest, "ascii")
    for name, entry in read_manifest(folder, verify=False).files.items():
        store.blobs.place(entry["sha256"], folder / name)
