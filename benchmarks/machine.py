"""What a figure was measured on: processor, memory, versions, commit."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import headway

CHECKOUT = Path(__file__).resolve().parent.parent

#: processor flags that decide how fast matrices are multiplied
FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_tile", "amx_int8", "amx_bf16")
LIBRARIES = ("torch", "onnxruntime", "transformers", "scikit-learn", "tokenizers", "numpy")


def describe_machine(cpuinfo: Path = Path("/proc/cpuinfo")) -> dict[str, Any]:
    """The machine, the library versions (None where not installed) and the commit, as plain data.

    What a system does not tell (`cpuinfo` is Linux's) is None or empty.
    """
    model, flags = read_cpu(cpuinfo)
    return {
        "cpu": model or platform.processor() or None,
        "cores": os.cpu_count(),
        "flags": flags,
        "memory_gib": _memory_gib(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "versions": {"headway": headway.__version__, **{name: _version(name) for name in LIBRARIES}},
        "commit": git_commit(CHECKOUT),
    }


def load() -> float | None:
    """How many processes wanted a core in the last minute: on an idle machine, ours alone."""
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):
        return None


def read_cpu(cpuinfo: Path) -> tuple[str | None, list[str]]:
    """Model name and those of `FLAGS` that the first processor has."""
    try:
        text = cpuinfo.read_text("utf-8", "replace")
    except OSError:
        return None, []
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    present = set(fields.get("flags", "").split())
    return fields.get("model name"), [flag for flag in FLAGS if flag in present]


def git_commit(folder: Path) -> str | None:
    """The commit a checkout stands at, with `+changes` where files differ from it; None without git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    return f"{commit}+changes" if _git(folder, "status", "--porcelain") else commit


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory_gib() -> float | None:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
    return round(size / 2**30, 1)
