from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.full import Full, FullSettings
from tests.training.tuning import context, held_out, train_rows

QUICK: dict[str, Any] = {"epochs": 1, "batch_size": 32, "learning_rate": 1e-3}


def changed(base: BaseModel, trained: Encoder) -> set[str]:
    """Names of the parameters that training has changed."""
    before = dict(Encoder.load(base).named_parameters())
    return {name for name, one in trained.named_parameters() if not torch.equal(one, before[name])}


@pytest.mark.parametrize(
    ("given", "learned"),
    [
        ({}, {"word", "position", "attention", "LayerNorm"}),
        ({"freeze_embeddings": True}, {"attention", "LayerNorm"}),
        ({"freeze_layers": 1}, set()),
        ({"gradient_checkpointing": True}, {"word", "position", "attention", "LayerNorm"}),
    ],
)
def test_what_is_frozen_stays(
    base: BaseModel, tmp_path: Path, given: dict[str, Any], learned: set[str]
) -> None:
    fitted = Full(FullSettings(**QUICK, **given), context(base, tmp_path)).fit(*train_rows(), held_out())
    found = changed(base, fitted.encoder)
    assert {
        part for part in ("word", "position", "attention", "LayerNorm") if any(part in n for n in found)
    } == learned


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"freeze_layers": -1}, "freeze_layers has to be 0 or more"),
        ({"epochs": 0}, "epochs has to be positive"),
    ],
)
def test_values_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FullSettings(**given)
