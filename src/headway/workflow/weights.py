"""The trained encoder of a run: kept as blobs, laid out as a folder for transformers when it is used."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from headway.models import BaseModel
from headway.store import Store
from headway.store.files import appearing, machine_errors


def keep_weights(store: Store, base: BaseModel) -> dict[str, str]:
    """Keep every file of an encoder's folder; gives file name -> sha256, which goes into the run."""
    return {
        path.relative_to(base.folder).as_posix(): store.blobs.put_file(path)
        for path in sorted(base.folder.rglob("*"))
        if path.is_file()
    }


def lay_out_weights(store: Store, run_id: str, files: Mapping[str, str]) -> Path:
    """The folder of a run's encoder below the project's cache, made from blobs where it is not there yet.

    Raises `CorruptArtifactError` where a blob is missing.
    """
    folder = store.folder / "cache" / "weights" / run_id
    if not folder.exists():
        doing = f"laying out an encoder in {folder.parent}"
        with machine_errors(doing), appearing(folder, doing) as temporary:
            for name, digest in files.items():
                (temporary / name).parent.mkdir(parents=True, exist_ok=True)
                store.blobs.place(digest, temporary / name)
    return folder
