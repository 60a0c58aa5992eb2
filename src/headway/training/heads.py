"""What turns a text's vector into logits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from headway.training.hooks import calling
from headway.training.linear import LinearModel


def linear(dimension: int, n_labels: int) -> nn.Module:
    """One matrix and a bias. It is started from the probe's, so that training begins where that ended."""
    return nn.Linear(dimension, n_labels)


def mlp(dimension: int, n_labels: int) -> nn.Module:
    """A hidden layer as wide as the vector. Vectors have length 1, so they are scaled up first."""
    hidden = nn.Linear(dimension, dimension)
    with torch.no_grad():
        hidden.weight.mul_(dimension**0.5)
    return nn.Sequential(hidden, nn.GELU(), nn.Linear(dimension, n_labels))


def start_from(head: nn.Module, model: LinearModel) -> None:
    """Give a linear head the weights of a fitted linear model."""
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(model.weights))
        head.bias.copy_(torch.from_numpy(model.bias))


class OwnHead(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """A head of the user's: what it raises says so."""

    def __init__(self, name: str, head: nn.Module) -> None:
        super().__init__()
        self.name = name
        self.head = head

    def forward(self, vectors: Tensor) -> Tensor:
        """Logits [n, labels] of vectors [n, dimension]."""
        with calling(self.name):
            logits: Tensor = self.head(vectors)
        return logits


def as_linear(head: Any) -> LinearModel | None:
    """The weights of a head that is one matrix and a bias; None for any other."""
    if not isinstance(head, nn.Linear):
        return None
    return LinearModel(head.weight.detach().numpy().copy(), head.bias.detach().numpy().copy())
