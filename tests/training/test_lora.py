from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from headway.compression import make_encoder
from headway.errors import UsageError
from headway.inference import Embedder
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.fine_tuned import FineTuned, embed
from headway.training.lora import Lora, LoraSettings
from headway.training.token_batches import tokenise
from tests.training.test_full import changed
from tests.training.test_loop import StoppedError, stop_after, weights
from tests.training.tuning import TEXTS, context, held_out, train_rows

QUICK: dict[str, Any] = {"epochs": 2, "batch_size": 16, "learning_rate": 5e-3}


def fit(base: BaseModel, folder: Path, **given: Any) -> FineTuned:
    options = {key: given.pop(key) for key in ("checkpoints", "resume", "on_event") if key in given}
    settings = LoraSettings(**{**QUICK, **given})
    return Lora(settings, context(base, folder, **options)).fit(*train_rows(), held_out())


def test_only_the_matrices_with_adapters_change(base: BaseModel, tmp_path: Path) -> None:
    found = changed(base, fit(base, tmp_path).encoder)
    assert {name.split("self.")[-1] for name in found} == {"query.weight", "value.weight"}


def test_adapters_are_merged_and_what_is_saved_says_the_same(base: BaseModel, tmp_path: Path) -> None:
    fitted = fit(base, tmp_path)
    assert not any("lora" in name for name in fitted.encoder.state_dict())
    again = FineTuned(fitted.base, Encoder.load(fitted.base).eval(), fitted.head, fitted.preparation)
    np.testing.assert_allclose(again.scores(TEXTS[:20]), fitted.scores(TEXTS[:20]), atol=1e-6)
    artefact = Embedder.load(
        make_encoder(fitted.base, "fp32", tmp_path / "encoder"), preparation=fitted.preparation
    )
    vectors = embed(fitted.encoder, tokenise(fitted.base, fitted.preparation, TEXTS[:20]))
    np.testing.assert_allclose(artefact.embed(TEXTS[:20]), vectors, atol=1e-5)


def test_merging_changes_no_logit(base: BaseModel, tmp_path: Path) -> None:
    recipe = Lora(LoraSettings(), context(base, tmp_path))
    encoder = Encoder.load(base, 0.0).eval()
    recipe.adapt(encoder)
    torch.manual_seed(0)
    with torch.no_grad():
        for name, one in encoder.named_parameters():
            if "lora_" in name:
                one.normal_(std=0.2)
    ids = tokenise(base, (), TEXTS[:20])
    before = embed(encoder, ids)
    assert np.abs(before - embed(Encoder.load(base), ids)).max() > 1e-3
    np.testing.assert_allclose(embed(recipe.finish(encoder), ids), before, atol=1e-5)


@pytest.mark.parametrize("targets", ["all", "dense", "key"])
def test_other_matrices_can_get_adapters(base: BaseModel, tmp_path: Path, targets: str) -> None:
    found = changed(base, fit(base, tmp_path, targets=targets).encoder)
    assert found
    assert all(targets in name or targets == "all" for name in found)
    assert all(name.endswith("weight") for name in found)


def test_matrices_that_are_not_there_are_named(base: BaseModel, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no matrices named q_lin, 查询") as caught:
        fit(base, tmp_path, targets="q_lin+query+查询")
    assert "dense+key+query+value" in str(caught.value.next_step)


def test_layers_below_the_adapters_are_computed_once(base: BaseModel, tmp_path: Path) -> None:
    fitted = fit(base, tmp_path, adapter_layers=1)
    assert {name.split("self.")[-1] for name in changed(base, fitted.encoder)} == {
        "query.weight",
        "value.weight",
    }


@pytest.mark.parametrize("stopped", [2, 8, 11])
def test_a_run_that_is_resumed_ends_with_the_same_weights(
    base: BaseModel, tmp_path: Path, stopped: int
) -> None:
    whole = fit(base, tmp_path / "whole", adapter_dropout=0.1)
    kept = tmp_path / "kept"
    with pytest.raises(StoppedError):
        fit(
            base,
            tmp_path / "a",
            adapter_dropout=0.1,
            checkpoint_steps=3,
            checkpoints=kept,
            on_event=stop_after(stopped),
        )
    resumed = fit(
        base, tmp_path / "b", adapter_dropout=0.1, checkpoint_steps=5, checkpoints=kept, resume=True
    )
    assert resumed.history == whole.history
    for name, tensor in weights(whole).items():
        assert torch.equal(tensor, weights(resumed)[name]), name


@pytest.mark.parametrize(
    "given", [{"rank": 0}, {"alpha": 0.0}, {"adapter_layers": -1}, {"adapter_dropout": 1.0}]
)
def test_values_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"has to be|have to be"):
        LoraSettings(**given)
