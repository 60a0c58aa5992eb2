"""Taking a model out of the project: as the artefact it is, or as a folder for plain transformers."""

from __future__ import annotations

from pathlib import Path

from headway.compression.transformers_folder import write_transformers_folder
from headway.errors import CorruptArtifactError, ModelError, UsageError
from headway.models import resolve_base
from headway.records import ModelVersion, Run
from headway.registry import Manifest, read_manifest
from headway.registry.artifacts import export_artifact, lay_out
from headway.registry.card import model_card
from headway.store import Store
from headway.store import runs as run_rows
from headway.store.files import sha256_of
from headway.workflow.weights import lay_out_weights


def publish(store: Store, version: ModelVersion, folder: Path, format_name: str = "artifact") -> None:
    """Write a version to a new folder as `artifact` or `transformers`.

    Raises `UsageError` for another format or a folder that is not empty, `ModelError` where there is no
    transformers form (of a baseline, of a head that is not linear, or when the base model is no longer the
    one it was made from), and `CorruptArtifactError` where files of the model are damaged.
    """
    if format_name not in {"artifact", "transformers"}:
        raise UsageError(f"The format {format_name!r} is unknown; there are artifact and transformers.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not empty.", next_step="Name a new folder with --dir DIR.")
    if format_name == "artifact":
        export_artifact(store, version.artifact, folder)
    else:
        _publish_transformers(store, version, folder)


def _publish_transformers(store: Store, version: ModelVersion, folder: Path) -> None:
    artifact = lay_out(store, version.artifact)
    manifest = read_manifest(artifact)
    run = run_rows.get_run(store, version.run) if version.run else None
    if manifest.engine != "onnx" or run is None:
        raise ModelError(
            f"{version.reference} is a {manifest.recipe} without a transformers encoder.",
            next_step="Export it with --format artifact; `headway predict` and `headway serve` use that.",
        )
    encoder = _encoder_folder(store, version, manifest, run)
    write_transformers_folder(artifact, encoder, model_card(version, manifest, run), folder)


def _encoder_folder(store: Store, version: ModelVersion, manifest: Manifest, run: Run) -> Path:
    """The folder of the encoder below a version's head: the one its run trained, else the base model's."""
    files = run.details.get("encoder_files")
    if files is not None:
        folder = lay_out_weights(store, run.id, files)
        if sha256_of(folder / "model.safetensors") != manifest.base_model["sha256"]:
            raise CorruptArtifactError(
                f"The trained encoder in {folder} is not the one of {version.reference}.",
                next_step="Run `headway prune --cache` and try again; else restore a backup.",
            )
        return folder
    base = resolve_base(
        run.details["base"]["requested"], manifest.extra["language"], store.folder / "cache" / "bases"
    )
    if base.sha256 != manifest.base_model["sha256"]:
        raise ModelError(
            f"The base model {base.name} has other weights than the one {version.reference} was trained on.",
            next_step="Put the former files back, or train again.",
        )
    return base.folder
