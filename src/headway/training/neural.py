"""What recipes share that train an encoder by gradient descent: the way to `NeuralFit`.

This module loads no torch: `auto` looks at every recipe, and the baseline does without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from headway.models.transformer import require_torch
from headway.training.fine_tuned import FineTuned
from headway.training.neural_settings import NeuralSettings
from headway.training.recipe import Context, HeldOut, Needs

if TYPE_CHECKING:
    from headway.models.encoder import Encoder


class NeuralRecipe:
    """Trains a pretrained encoder and a head together; subclasses say what of the encoder is trained."""

    Settings: ClassVar[type[Any]] = NeuralSettings
    needs: ClassVar[Needs] = "base"
    refits: ClassVar[bool] = False
    tasks: ClassVar[tuple[str, ...]] = ("text-classification",)
    name: ClassVar[str]

    def __init__(self, settings: Any, context: Context) -> None:
        self.settings = settings
        self.context = context

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> FineTuned:
        """Train on raw texts; after each epoch `held_out` is measured and says which was best.

        Raises `MissingExtraError` without torch, `MachineError` where memory or disk do not suffice,
        `DivergedError` where the loss is no number before an epoch was completed, `ModelError` for a
        checkpoint of another training.
        """
        require_torch()
        from headway.training.neural_fit import NeuralFit  # noqa: PLC0415 - loads torch

        fit = NeuralFit(self.name, self.settings, self.context, self.adapt, self.finish)
        return fit.run(texts, labels, n_labels, held_out)

    def adapt(self, encoder: Encoder) -> int:
        """Say by `requires_grad` what is trained; gives how many lowest layers stay as they are."""
        raise NotImplementedError

    def finish(self, encoder: Encoder) -> Encoder:
        """The trained encoder as it is to be published."""
        return encoder
