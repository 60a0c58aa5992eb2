"""Recipe `lora`: small matrices beside the encoder's are trained, and merged into it at the end.

Hu et al. 2022, "LoRA: Low-Rank Adaptation of Large Language Models", by the package peft. Where the
adapters sit in the upper layers only, the layers below are computed once for all epochs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from headway.errors import MissingExtraError, UsageError
from headway.training.neural import NeuralRecipe
from headway.training.neural_settings import NeuralSettings
from headway.training.search_space import choice, log_range

if TYPE_CHECKING:
    from headway.models.encoder import Encoder

_LAYER = re.compile(r"\blayers?\.(\d+)\.")


@dataclass(frozen=True)
class LoraSettings(NeuralSettings):
    """What can be set with --set."""

    learning_rate: float = field(default=2e-3, metadata=log_range(1e-4, 1e-2))
    head_factor: float = 2.0
    weight_decay: float = 0.0
    dropout: float = 0.0
    #: rank of the small matrices
    rank: int = field(default=8, metadata=choice(4, 8, 16, 32))
    #: what they add is scaled by alpha / rank
    alpha: float = 16.0
    #: names of the matrices that get adapters, joined by "+": query, key, value, dense; all = all of them
    targets: str = field(default="query+value", metadata=choice("query+value", "all"))
    #: dropout before the small matrices
    adapter_dropout: float = 0.0
    #: adapters in so many of the highest layers; 0 = in all
    adapter_layers: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rank < 1 or not self.alpha > 0 or self.adapter_layers < 0:
            raise ValueError("rank and alpha have to be positive, adapter_layers 0 or more")
        if not 0 <= self.adapter_dropout < 1:
            raise ValueError("adapter_dropout has to be from 0 to less than 1")


class Lora(NeuralRecipe):
    """Trains adapters and the head. Its settings are those of `LoraSettings`."""

    Settings: ClassVar[type[Any]] = LoraSettings
    name: ClassVar[str] = "lora"

    def adapt(self, encoder: Encoder) -> int:
        """Freeze the encoder and put adapters beside the matrices of the upper layers.

        Raises `MissingExtraError` without peft, `UsageError` for targets the architecture does not have.
        """
        try:
            from peft import LoraConfig, inject_adapter_in_model  # noqa: PLC0415 - loads torch
        except ImportError as error:
            raise MissingExtraError(
                "The recipe lora needs the package peft, which is not installed.",
                next_step="pip install 'headway[train]'",
            ) from error
        encoder.requires_grad_(False)
        n_below = encoder.n_layers - min(self.settings.adapter_layers or encoder.n_layers, encoder.n_layers)
        config = LoraConfig(
            r=self.settings.rank,
            lora_alpha=self.settings.alpha,
            lora_dropout=self.settings.adapter_dropout,
            target_modules=self._targets(encoder, n_below),
        )
        inject_adapter_in_model(config, encoder.transformer)
        return n_below

    def finish(self, encoder: Encoder) -> Encoder:
        """Merge the adapters into the matrices they stand beside."""
        from peft.tuners.tuners_utils import BaseTunerLayer  # noqa: PLC0415 - loads torch

        for name, module in list(encoder.transformer.named_modules()):
            if isinstance(module, BaseTunerLayer):
                module.merge()
                parent, _, child = name.rpartition(".")
                setattr(encoder.transformer.get_submodule(parent), child, module.get_base_layer())
        return encoder

    def _targets(self, encoder: Encoder, n_below: int) -> list[str]:
        from torch import nn  # noqa: PLC0415

        linear = {
            name: int(found[1])
            for name, module in encoder.transformer.named_modules()
            if isinstance(module, nn.Linear) and (found := _LAYER.search(name))
        }
        kinds = sorted({name.rpartition(".")[2] for name in linear})
        wanted = kinds if self.settings.targets == "all" else self.settings.targets.split("+")
        unknown = [kind for kind in wanted if kind not in kinds]
        if unknown:
            raise UsageError(
                f"{encoder.base.name} has no matrices named {', '.join(unknown)}.",
                next_step=f"Set targets to some of {'+'.join(kinds)}, or to all.",
            )
        return [
            name for name, layer in linear.items() if layer >= n_below and name.rpartition(".")[2] in wanted
        ]
