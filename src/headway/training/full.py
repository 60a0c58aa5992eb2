"""Recipe `full`: all weights of a pretrained encoder are trained, from the probe's head on.

AdamW (Loshchilov and Hutter 2019) with a warm-up and a decay trains encoder and head together, and the
epoch that was best on held-out rows is kept. Fine-tuning as such: Devlin et al. 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headway.training.neural import NeuralRecipe
from headway.training.neural_settings import NeuralSettings

if TYPE_CHECKING:
    from headway.models.encoder import Encoder


@dataclass(frozen=True)
class FullSettings(NeuralSettings):
    """What can be set with --set."""

    #: the word and position vectors stay as they are
    freeze_embeddings: bool = False
    #: so many of the lowest layers stay as they are, and the embeddings with them
    freeze_layers: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.freeze_layers < 0:
            raise ValueError("freeze_layers has to be 0 or more")


class Full(NeuralRecipe):
    """Trains encoder and head. Its settings are those of `FullSettings`."""

    Settings: ClassVar[type[Any]] = FullSettings
    name: ClassVar[str] = "full"

    def adapt(self, encoder: Encoder) -> int:
        """Everything is trained but what the settings freeze."""
        n_frozen: int = min(self.settings.freeze_layers, encoder.n_layers)
        frozen_depth = n_frozen if n_frozen or self.settings.freeze_embeddings else -1
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad_(encoder.depth_of(name) > frozen_depth)
        return n_frozen
