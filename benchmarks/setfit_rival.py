"""SetFit 1.2 as a rival, in an environment of its own.

Tunstall et al. 2022, "Efficient Few-Shot Learning Without Prompts". Its packages are installed once into a
folder of the user's cache and stay there; the same release of torch is taken as ours. What runs in that
environment is `setfit_child.py`, given texts and answering predictions as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.inputs import Labelled, MissingInputError
from headway.models import BaseModel

VERSION = "1.2.0"
_CHILD = Path(__file__).with_name("setfit_child.py")
_READY = "ready.json"
_SHOWN_LINES = 12


@dataclass(frozen=True)
class Answer:
    """What SetFit predicted, and seconds from the texts to the predictions; imports are left out."""

    predicted: list[str]
    seconds: float
    train_seconds: float
    versions: dict[str, str]


def environment_folder() -> Path:
    """Where the environment is kept: below `XDG_CACHE_HOME`, else below ~/.cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "headway-benchmarks" / f"setfit-{VERSION}"


def python_of(folder: Path) -> Path:
    """The Python of the environment, which is made where it is not there yet.

    Raises `MissingInputError` where the packages cannot be installed.
    """
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = {"packages": packages()}
    if (folder / _READY).is_file() and json.loads((folder / _READY).read_text("utf-8")) == wanted:
        return python
    print(f"Installing SetFit {VERSION} into {folder} …", file=sys.stderr)
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", *wanted["packages"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingInputError(
            f"SetFit {VERSION} cannot be installed into {folder}: {_end_of(done.stderr)}",
            next_step="Mend the package index of pip, or leave SetFit out with --no-setfit.",
        )
    (folder / _READY).write_text(json.dumps(wanted), "utf-8")
    return python


def packages() -> list[str]:
    """What is installed: SetFit, and the release of torch that runs here; pip chooses the rest."""
    from importlib.metadata import version

    return [f"setfit=={VERSION}", f"torch=={version('torch').partition('+')[0]}"]


def sentence_transformers_folder(base: BaseModel, folder: Path) -> Path:
    """The base model as sentence-transformers reads it: float32, mean or cls pooling, unit vectors."""
    from headway.models.encoder import Encoder

    Encoder.load(base).save(folder)
    names = ("Transformer", "Pooling", "Normalize")
    modules = [
        {
            "idx": number,
            "name": str(number),
            "path": f"{number}_{name}" if number else "",
            "type": f"sentence_transformers.models.{name}",
        }
        for number, name in enumerate(names)
    ]
    pooling = {
        "word_embedding_dimension": json.loads((folder / "config.json").read_text("utf-8"))["hidden_size"],
        "pooling_mode_cls_token": base.pooling == "cls",
        "pooling_mode_mean_tokens": base.pooling != "cls",
    }
    _write(folder / "modules.json", modules)
    _write(folder / "1_Pooling" / "config.json", pooling)
    _write(folder / "sentence_bert_config.json", {"max_seq_length": base.max_length, "do_lower_case": False})
    (folder / "2_Normalize").mkdir(exist_ok=True)
    return folder


def run_setfit(
    python: Path,
    encoder: Path,
    train: Labelled,
    test: Sequence[str],
    *,
    prefix: str,
    iterations: int,
    seed: int,
    threads: int,
) -> Answer:
    """Train SetFit on the rows and predict the test texts, in a process of its own.

    Raises `RuntimeError` with the end of what it wrote where the process fails.
    """
    request = {
        "encoder": str(encoder),
        "texts": [prefix + text for text in train.texts],
        "labels": train.labels,
        "test": [prefix + text for text in test],
        "iterations": iterations,
        "seed": seed,
        "threads": threads,
    }
    surroundings = {
        **os.environ,
        "OMP_NUM_THREADS": str(threads),
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "true",
    }
    surroundings.pop("PYTHONPATH", None)
    done = subprocess.run(
        [str(python), str(_CHILD)],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
        env=surroundings,
        cwd=encoder.parent,
    )
    if done.returncode:
        raise RuntimeError(f"SetFit ended with {done.returncode}: {_end_of(done.stderr)}")
    answer = json.loads(done.stdout.splitlines()[-1])
    return Answer(answer["predicted"], answer["seconds"], answer["train_seconds"], answer["versions"])


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), "utf-8")


def _end_of(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-_SHOWN_LINES:])
