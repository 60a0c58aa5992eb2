"""A tiny base model, rows of two languages and a context for tests of recipes that train an encoder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from headway.models import BaseModel, resolve_base
from headway.training.recipe import Context, HeldOut
from tests.projects import mixed, tiny_base

ROWS = mixed(160)
NAMES = tuple(sorted({label for _, label in ROWS}))
TEXTS = [text for text, _ in ROWS]
LABELS = np.array([NAMES.index(label) for _, label in ROWS])
N_TRAIN = 120


def base_model(session: Path) -> BaseModel:
    """The tiny base model, checked and described."""
    return resolve_base(str(tiny_base(session)), "zh", session / "cache")


def context(base: BaseModel, scratch: Path, **given: Any) -> Context:
    """What a recipe is given in these tests."""
    scratch.mkdir(parents=True, exist_ok=True)
    return Context(names=NAMES, base=base, scratch=scratch, **given)


def train_rows() -> tuple[list[str], np.ndarray[Any, Any], int]:
    """Texts, labels and the number of labels to fit on."""
    return TEXTS[:N_TRAIN], LABELS[:N_TRAIN], len(NAMES)


def held_out() -> HeldOut:
    """The remaining rows."""
    return HeldOut(TEXTS[N_TRAIN:], LABELS[N_TRAIN:])
