"""What a contestant in training is to do, as plain data that can go to another process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.inputs import Labelled


@dataclass(frozen=True)
class TrainingJob:
    """One contestant: who trains what, and how."""

    #: "product" multiplies matrices instead, to measure the machine's peak
    side: Literal["ours", "trainer", "product"]
    #: a JSON file with `texts` and `labels`; "" for a product
    rows: str = ""
    #: the folder of the base model
    base: str = ""
    recipe: Literal["full", "lora"] = "full"
    bf16: bool = False
    frozen_embeddings: bool = False
    batch_size: int = 32
    max_length: int = 64
    epochs: int = 4
    learning_rate: float = 2e-4
    weight_decay: float = 0.01
    warmup: float = 0.1
    seed: int = 0
    #: side of the square matrices of a product
    product_side: int = 2_048
    #: a JSON file as `rows`: train to the end and measure on these
    test: str = ""


def our_settings(job: TrainingJob) -> dict[str, str]:
    """The job as settings of our recipe, in the words of `--set`."""
    shared = ("batch_size", "max_length", "epochs", "learning_rate", "weight_decay", "warmup")
    settings = {name: str(getattr(job, name)) for name in shared} | {"bf16": "yes" if job.bf16 else "no"}
    return settings | ({"freeze_embeddings": "yes"} if job.frozen_embeddings else {})


def read_rows(path: str) -> Labelled:
    """Texts and labels from a JSON file."""
    return Labelled(**json.loads(Path(path).read_text("utf-8")))


def write_rows(path: Path, rows: Labelled) -> str:
    """Write texts and labels as a JSON file and give its path."""
    path.write_text(json.dumps(vars(rows), ensure_ascii=False), "utf-8")
    return str(path)
