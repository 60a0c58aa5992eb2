"""Checkpoints: where a training stands, on disk as a whole or not at all, and verified when read.

A checkpoint is a folder of safetensors files and `state.json`, sealed by `seal.json`, which lists the size
and sha256 of each. It appears by a rename; the two newest are kept.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.errors import ModelError
from headway.store import Store
from headway.store.files import appearing, machine_errors, sha256_of, write_atomically

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = 1
KEPT = 2
_SEAL = "seal.json"
_STATE = "state.json"


@dataclass(frozen=True)
class Checkpoint:
    """What was kept: named groups of tensors, and plain data."""

    step: int
    tensors: dict[str, dict[str, Tensor]]
    state: dict[str, Any]


def checkpoint_root(store: Store) -> Path:
    """The folder below which each run has one for its checkpoints."""
    return store.folder / "checkpoints"


def save_checkpoint(
    folder: Path, step: int, tensors: Mapping[str, Mapping[str, Tensor]], state: Mapping[str, Any]
) -> Path:
    """Write the checkpoint of a step below `folder` and remove all but the newest two.

    Each group of tensors becomes a file of its name. Raises `MachineError` where the disk is full: what was
    there before is then still there.
    """
    from safetensors.torch import save_file  # noqa: PLC0415 - needs torch

    target = folder / f"step-{step:09d}"
    if target.is_dir():
        return target
    doing = f"writing a checkpoint to {folder}"
    with machine_errors(doing):
        with appearing(target, doing) as partial:
            for name, group in tensors.items():
                file = partial / f"{name}.safetensors"
                save_file({key: value.detach().contiguous() for key, value in group.items()}, file)
                _sync(file)
            content = {"format": FORMAT, "step": step, **state}
            write_atomically(partial / _STATE, json.dumps(content, ensure_ascii=False).encode())
            seal = {
                path.name: {"size": path.stat().st_size, "sha256": sha256_of(path)}
                for path in sorted(partial.iterdir())
            }
            write_atomically(partial / _SEAL, json.dumps(seal).encode())
        for old in checkpoints_in(folder)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    return target


def checkpoints_in(folder: Path) -> list[Path]:
    """The checkpoints below a folder, the oldest first."""
    return sorted(folder.glob("step-*"))


def load_newest(folder: Path, identity: Mapping[str, Any]) -> tuple[Checkpoint | None, list[str]]:
    """The newest checkpoint that is whole, and a sentence for each one that is not.

    `identity` says what run it has to be of: `state["identity"]` must be equal. Raises `ModelError` naming
    what differs where it is of another run.
    """
    notes = []
    for path in reversed(checkpoints_in(folder)):
        problem = _damage(path)
        if problem:
            notes.append(f"The checkpoint {path.name} was not used: {problem}.")
            continue
        checkpoint = _read(path)
        _require_identity(path, checkpoint.state.get("identity", {}), identity)
        return checkpoint, notes
    return None, notes


def _damage(path: Path) -> str:
    """What is wrong with a checkpoint's files, or ""."""
    try:
        seal = json.loads((path / _SEAL).read_text("utf-8"))
        for name, entry in seal.items():
            file = path / name
            if file.stat().st_size != entry["size"] or sha256_of(file) != entry["sha256"]:
                return f"{name} is not the file that was written"
        if int(json.loads((path / _STATE).read_text("utf-8"))["format"]) > FORMAT:
            return "a later version of Headway wrote it"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is missing"
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "its list of files cannot be read"
    return ""


def _read(path: Path) -> Checkpoint:
    from safetensors.torch import load_file  # noqa: PLC0415 - needs torch

    state = json.loads((path / _STATE).read_text("utf-8"))
    tensors = {file.stem: load_file(file) for file in sorted(path.glob("*.safetensors"))}
    return Checkpoint(int(state["step"]), tensors, state)


def _require_identity(path: Path, found: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    different = [
        f"{key} {found.get(key)!r} instead of {value!r}"
        for key, value in expected.items()
        if found.get(key) != value
    ]
    if different:
        raise ModelError(
            f"The checkpoint {path} is of another training: {'; '.join(different)}.",
            next_step="Resume with the settings it was begun with, or train anew.",
        )


def _sync(file: Path) -> None:
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())
