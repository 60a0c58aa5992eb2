"""Writing an artefact's folder: complete and sealed, or not there at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from headway.registry.manifest import Manifest, read_manifest, write_manifest
from headway.store.files import machine_errors, move_into_place, write_atomically

_LIBRARIES = ("numpy", "onnx", "onnxruntime", "tokenizers")


@contextmanager
def new_artifact(folder: Path, manifest: Manifest) -> Iterator[Callable[[str, bytes], None]]:
    """Fill an artefact's folder: all of it appears at once, sealed, or nothing does.

    Where another process finished the same folder first, its artefact is verified and kept.
    """
    with machine_errors(f"writing {folder}"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".partial-{folder.name}-"))
    try:
        yield lambda name, data: write_atomically(partial / name, data)
        write_manifest(partial, manifest)
        partial.chmod(0o755)
        if not move_into_place(partial, folder):
            read_manifest(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def library_versions() -> dict[str, str]:
    """The installed versions of the libraries that decide what an artefact holds and how it is run."""
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:  # onnx comes with the train extra only
            continue
    return versions
