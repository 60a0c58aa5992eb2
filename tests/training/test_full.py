from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.full import Full, FullSettings
from headway.training.recipe import HeldOut
from tests.training.tuning import LABELS, NAMES, TEXTS, context, held_out, train_rows

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
    "given",
    [
        {"head": "mlp"},
        {"loss": "focal"},
        {"class_weights": "balanced"},
        {"label_smoothing": 0.1},
        {"layer_decay": 0.8},
        {"l2_pretrained": 1.0},
        {"schedule": "cosine"},
        {"monitor": "log_loss"},
        {"bf16": "yes"},
        {"max_length": 8},
        {"max_tokens": 16},
    ],
)
def test_every_setting_trains(base: BaseModel, tmp_path: Path, given: dict[str, Any]) -> None:
    fitted = Full(FullSettings(**QUICK, **given), context(base, tmp_path)).fit(*train_rows(), held_out())
    scores = fitted.scores(TEXTS[:5])
    assert scores.shape == (5, len(NAMES))
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-4)
    assert len(fitted.history) == 1


def test_less_memory_gives_the_same_weights(base: BaseModel, tmp_path: Path) -> None:
    def trained(name: str, **given: Any) -> Encoder:
        settings = FullSettings(**QUICK, dropout=0.0, **given)
        return Full(settings, context(base, tmp_path / name)).fit(*train_rows(), held_out()).encoder

    plain = trained("plain").state_dict()
    for name, found in (
        ("tight", trained("tight", max_tokens=24)),
        ("again", trained("again", gradient_checkpointing=True)),
    ):
        for key, tensor in found.state_dict().items():
            torch.testing.assert_close(tensor, plain[key], atol=2e-4, rtol=1e-2, msg=f"{name} {key}")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"epochs": 0}, "epochs has to be positive"),
        ({"learning_rate": -1.0}, "learning_rate has to be positive"),
        ({"schedule": "stairs"}, "schedule='stairs' is none of linear, cosine, constant"),
        ({"dropout": 1.0}, "dropout has to be from 0 to less than 1"),
        ({"head": "forest"}, "head='forest' is none of linear, mlp"),
        ({"freeze_layers": -1}, "freeze_layers has to be 0 or more"),
        ({"layer_decay": 1.5}, "layer_decay has to be at most 1"),
        ({"learning_rate": float("nan")}, "learning_rate has to be positive"),
    ],
)
def test_values_that_make_no_sense_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FullSettings(**given)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ValueError, match="bf16='maybe' is none of .*; epochs has to be positive; .*warmup"):
        FullSettings(bf16="maybe", epochs=-1, warmup=2.0)


def test_a_label_without_rows_is_never_predicted_and_breaks_nothing(base: BaseModel, tmp_path: Path) -> None:
    names = (*NAMES, "没有 none")
    settings = FullSettings(**QUICK, class_weights="balanced")
    given = context(base, tmp_path)
    recipe = Full(settings, given)
    fitted = recipe.fit(TEXTS[:60], LABELS[:60], len(names), HeldOut(TEXTS[60:70], LABELS[60:70]))
    assert len(names) - 1 not in fitted.scores(TEXTS).argmax(axis=1)


def test_a_batch_of_one_label_and_a_held_out_split_without_others(base: BaseModel, tmp_path: Path) -> None:
    rows = np.flatnonzero(LABELS == 0)[:12].tolist() + np.flatnonzero(LABELS == 1)[:2].tolist()
    texts, labels = [TEXTS[row] for row in rows], LABELS[rows]
    fitted = Full(FullSettings(**QUICK | {"batch_size": 4}), context(base, tmp_path)).fit(
        texts, labels, 2, HeldOut(texts[:3], labels[:3])
    )
    assert np.isfinite(fitted.scores(texts)).all()


def test_threads_are_as_before(base: BaseModel, tmp_path: Path) -> None:
    before = torch.get_num_threads()
    Full(FullSettings(**QUICK), context(base, tmp_path)).fit(*train_rows())
    assert torch.get_num_threads() == before
