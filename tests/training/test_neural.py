from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from headway.errors import MissingExtraError
from headway.models import BaseModel
from headway.models.encoder import Encoder
from headway.training.neural import NeuralRecipe
from headway.training.neural_settings import NeuralSettings
from tests.training.test_full import changed
from tests.training.tuning import context, held_out, train_rows

QUICK: dict[str, Any] = {"epochs": 1, "batch_size": 32, "learning_rate": 1e-3}


class OnlyBiases(NeuralRecipe):
    """Trains nothing of the encoder but biases (Ben Zaken et al. 2022), and forgets them at the end."""

    name: ClassVar[str] = "only-biases"

    def adapt(self, encoder: Encoder) -> int:
        """Freeze what is no bias."""
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad_(name.endswith("bias"))
        return 0


class Forgetful(OnlyBiases):
    """Publishes the encoder it began with."""

    def finish(self, encoder: Encoder) -> Encoder:
        """The base, as it was."""
        return Encoder.load(encoder.base)


def test_a_subclass_says_what_is_trained(base: BaseModel, tmp_path: Path) -> None:
    recipe = OnlyBiases(NeuralSettings(**QUICK), context(base, tmp_path))
    fitted = recipe.fit(*train_rows(), held_out())
    found = changed(base, fitted.encoder)
    assert found
    assert all(name.endswith("bias") for name in found)
    assert fitted.base.folder.name == "tuned-only-biases"
    assert np.isfinite(fitted.scores(["退款", "refund"])).all()


def test_a_subclass_says_what_is_published(base: BaseModel, tmp_path: Path) -> None:
    recipe = Forgetful(NeuralSettings(**QUICK), context(base, tmp_path))
    assert changed(base, recipe.fit(*train_rows()).encoder) == set()


def test_what_is_trained_has_to_be_said(base: BaseModel, tmp_path: Path) -> None:
    class Silent(NeuralRecipe):
        name: ClassVar[str] = "silent"

    with pytest.raises(NotImplementedError):
        Silent(NeuralSettings(**QUICK), context(base, tmp_path)).fit(*train_rows())


def test_recipes_can_be_looked_at_without_torch() -> None:
    code = (
        "import sys\n"
        "from headway.training.recipe import recipe_class\n"
        "classes = [recipe_class(name) for name in ('full', 'lora')]\n"
        "print([(one.needs, one.refits) for one in classes], 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[('base', False), ('base', False)] False"


def test_without_torch_the_extra_is_named(
    base: BaseModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match="torch and transformers") as caught:
        OnlyBiases(NeuralSettings(**QUICK), context(base, tmp_path)).fit(*train_rows())
    assert caught.value.next_step == "pip install 'headway[train]'"
