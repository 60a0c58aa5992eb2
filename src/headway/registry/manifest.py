"""The manifest: what an artefact is, what it was made from, and the hash of each of its files."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from headway.errors import CorruptArtifactError, ModelError, NewerProjectError
from headway.store.files import sha256_of, write_atomically

FORMAT = 1
_MANIFEST = "manifest.json"
_SEAL = "manifest.sha256"


class FileEntry(TypedDict):
    """A file's hash and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """Everything one must know of an artefact to use it, to trust it and to make it again."""

    #: "classifier" or "encoder"
    kind: str
    #: "onnx" (a graph) or "linear" (the baseline: n-grams and one matrix)
    engine: str
    #: "fp32" or "int8"
    precision: str
    #: model name, or the base model's for an encoder
    name: str
    #: ISO 8601, UTC
    created_at: str
    #: {"name", "kind", "labels"} of a classifier; {} of an encoder
    task: dict[str, Any] = field(default_factory=dict)
    #: the steps of `headway.text.prepare`, in order
    preparation: tuple[str, ...] = ()
    #: put before each prepared text
    prefix: str = ""
    #: "mean", "cls" or "" where nothing is pooled
    pooling: str = ""
    #: tokens, special ones included; 0 = no limit
    max_length: int = 0
    #: {"name", "licence", "sha256"} or {}
    base_model: dict[str, Any] = field(default_factory=dict)
    #: hash of the dataset version
    dataset: str = ""
    recipe: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    seed: int = 0
    #: library name -> version
    versions: dict[str, str] = field(default_factory=dict)
    licence: str = "unknown"
    #: hash of the artefact this one was made from
    derived_from: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    files: dict[str, FileEntry] = field(default_factory=dict)
    format: int = FORMAT


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Hash every file of a folder and seal it with manifest.json and manifest.sha256."""
    files: dict[str, FileEntry] = {
        path.name: {"sha256": sha256_of(path), "size": path.stat().st_size}
        for path in sorted(folder.iterdir())
        if path.name not in {_MANIFEST, _SEAL}
    }
    sealed = dataclasses.replace(manifest, files=files)
    text = json.dumps(dataclasses.asdict(sealed), ensure_ascii=False, indent=1, sort_keys=True)
    data = text.encode("utf-8")
    write_atomically(folder / _MANIFEST, data)
    write_atomically(folder / _SEAL, hashlib.sha256(data).hexdigest().encode())
    return sealed


def read_manifest(folder: Path, *, verify: bool = True) -> Manifest:
    """Read an artefact's manifest and, unless told otherwise, verify every file against it.

    Raises `ModelError` where there is no artefact, `CorruptArtifactError` naming each file that is
    wrong, missing or not listed, and `NewerProjectError` for a manifest of a later format.
    """
    manifest = parse_manifest(_sealed_content(folder), str(folder / _MANIFEST))
    if verify:
        _verify_files(folder, manifest)
    return manifest


def parse_manifest(data: bytes, place: str) -> Manifest:
    """The manifest that bytes hold; errors name the place they come from.

    Raises `CorruptArtifactError` where they hold none, and `NewerProjectError` for a later format.
    """
    try:
        content: dict[str, Any] = dict(json.loads(data))
        if not isinstance(content.get("format", 0), int):
            raise TypeError("its format is no number")
    except (ValueError, TypeError) as error:
        raise CorruptArtifactError(f"{place} is no manifest: {error}.") from error
    if content.get("format", 0) > FORMAT:
        raise NewerProjectError(
            f"{place} has format {content['format']}; this version of Headway reads up to {FORMAT}.",
            next_step="Upgrade Headway, then try again.",
        )
    try:
        return Manifest(**{**content, "preparation": tuple(content["preparation"])})
    except (KeyError, TypeError) as error:
        raise CorruptArtifactError(f"{place} lacks a field or has an unknown one: {error}.") from error


def manifest_hash(folder: Path) -> str:
    """The identity of an artefact: the sha256 of its manifest, which lists the hash of all the rest.

    Raises `ModelError` where there is no artefact.
    """
    try:
        return sha256_of(folder / _MANIFEST)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_artifact(folder, _MANIFEST) from error


def _sealed_content(folder: Path) -> bytes:
    try:
        data = (folder / _MANIFEST).read_bytes()
        seal = (folder / _SEAL).read_text("ascii").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _no_artifact(folder, Path(error.filename).name) from error
    except UnicodeDecodeError as error:
        raise CorruptArtifactError(f"{folder / _SEAL} is damaged: a sha256 in ASCII was expected.") from error
    if hashlib.sha256(data).hexdigest() != seal:
        raise CorruptArtifactError(
            f"{folder / _MANIFEST} is not the file that was written: its sha256 differs from {_SEAL}.",
            next_step="Restore the artefact from a copy, or train again.",
        )
    return data


def _no_artifact(folder: Path, missing: str) -> ModelError:
    return ModelError(
        f"{folder} is not a Headway artefact: {missing} is missing.",
        next_step="Give the folder that `headway models export --dir DIR` wrote.",
    )


def _verify_files(folder: Path, manifest: Manifest) -> None:
    problems = []
    present = {path.name for path in folder.iterdir()} - {_MANIFEST, _SEAL}
    for name, entry in manifest.files.items():
        if name not in present:
            problems.append(f"{name} is missing")
        elif (size := (folder / name).stat().st_size) != entry["size"]:
            problems.append(f"{name} has {size:,} bytes instead of {entry['size']:,}")
        elif sha256_of(folder / name) != entry["sha256"]:
            problems.append(f"{name} is not the file that was written (sha256 differs)")
    problems += [f"{name} is not listed in the manifest" for name in sorted(present - set(manifest.files))]
    if problems:
        raise CorruptArtifactError(
            f"The artefact in {folder} is damaged: {'; '.join(problems)}.",
            next_step="Restore the artefact from a copy, or train again.",
        )
