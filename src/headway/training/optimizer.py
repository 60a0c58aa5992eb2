"""AdamW as fine-tuning needs it: layer-wise rates, touched rows only, and a pull towards the start.

Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization". The arithmetic of dense parameters is
torch's fused kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

_BETAS, _EPSILON = (0.9, 0.999), 1e-8


@dataclass(frozen=True)
class Rates:
    """How fast what is learned."""

    learning_rate: float
    weight_decay: float
    #: factor on the head's rate
    head_factor: float = 1.0
    #: each layer's rate is that of the layer above times this
    layer_decay: float = 1.0
    #: decoupled pull of each weight towards its pretrained value (Xuhong et al. 2018, L2-SP)
    l2_pretrained: float = 0.0


def rate_factor(step: int, total: int, warmup: float, schedule: str) -> float:
    """What the rates are multiplied with in a step (0, 1, …): a linear rise, then the schedule's fall."""
    rise = round(warmup * total)
    if step < rise:
        return (step + 1) / (rise + 1)
    if schedule == "constant" or total <= rise:
        return 1.0
    done = (step - rise) / (total - rise)
    return 0.5 * (1 + math.cos(math.pi * done)) if schedule == "cosine" else 1 - done


class Optimizer:
    """Updates the parameters of a network, and of its word table only the rows a batch has touched.

    A row that no text of the batch holds has no gradient; plain AdamW would still move it by its momentum
    and shrink it by weight decay, reading and writing the whole table at every step. Momentum of a row here
    decays when the row is touched (as in torch's SparseAdam), and the table has no weight decay.
    """

    def __init__(
        self,
        named: Mapping[str, nn.Parameter],
        rates: Rates,
        depth_of: Callable[[str], int],
        n_layers: int,
        table: nn.Parameter | None = None,
    ) -> None:
        self._names = list(named)
        self._parameters = list(named.values())
        self._rates = rates
        self._table = table
        # A table that is not learned, or learned densely with the rest, has no rows of its own.
        self._row_state = None if table is None else (torch.zeros_like(table), torch.zeros_like(table))
        self._row_factor = rates.layer_decay ** (n_layers + 1)
        self._steps = 0
        self._base_rates = [self._rate(name, depth_of, n_layers) for name in self._names]
        self._anchors = (
            [
                None if name.startswith("head.") else parameter.detach().clone()
                for name, parameter in named.items()
            ]
            if rates.l2_pretrained
            else []
        )
        groups = [
            {
                "params": [parameter],
                "lr": rate,
                "weight_decay": rates.weight_decay if parameter.ndim > 1 else 0.0,
            }
            for parameter, rate in zip(self._parameters, self._base_rates, strict=True)
        ]
        self._adam = torch.optim.AdamW(
            _merged(groups), lr=rates.learning_rate, betas=_BETAS, eps=_EPSILON, fused=True
        )
        self._group_rates = [group["lr"] for group in self._adam.param_groups]

    def _rate(self, name: str, depth_of: Callable[[str], int], n_layers: int) -> float:
        if name.startswith("head."):
            return self._rates.learning_rate * self._rates.head_factor
        return self._rates.learning_rate * self._rates.layer_decay ** (n_layers + 1 - depth_of(name))

    def clip(self, rows: Tensor | None, max_norm: float) -> float:
        """Shrink all gradients together to a length of at most `max_norm`; gives the length before."""
        gradients = [parameter.grad for parameter in self._parameters if parameter.grad is not None]
        if rows is not None:
            gradients.append(rows)
        length = float(torch.nn.utils.get_total_norm(gradients))
        if length > max_norm > 0:
            torch._foreach_mul_(gradients, max_norm / (length + 1e-6))
        return length

    def step(self, factor: float, touched: Tensor | None = None, rows: Tensor | None = None) -> None:
        """Update with rates times `factor`; `rows` are the gradients of the table's rows `touched`."""
        with torch.no_grad():
            self._step(factor, touched, rows)

    def _step(self, factor: float, touched: Tensor | None, rows: Tensor | None) -> None:
        self._steps += 1
        for group, rate in zip(self._adam.param_groups, self._group_rates, strict=True):
            group["lr"] = rate * factor
        self._adam.step()
        if touched is not None and rows is not None:
            self._step_rows(self._rates.learning_rate * self._row_factor * factor, touched, rows)
        if self._anchors:
            self._pull(factor)
        self.clear()

    def clear(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def _step_rows(self, rate: float, touched: Tensor, gradient: Tensor) -> None:
        if self._row_state is None or self._table is None:
            raise ValueError("This optimizer has no table of words.")
        first, second = (state[touched] for state in self._row_state)
        first.mul_(_BETAS[0]).add_(gradient, alpha=1 - _BETAS[0])
        second.mul_(_BETAS[1]).addcmul_(gradient, gradient, value=1 - _BETAS[1])
        for state, rows in zip(self._row_state, (first, second), strict=True):
            state[touched] = rows
        scale = second.div(1 - _BETAS[1] ** self._steps).sqrt_().add_(_EPSILON)
        self._table[touched] -= rate / (1 - _BETAS[0] ** self._steps) * first / scale

    def _pull(self, factor: float) -> None:
        for parameter, anchor, rate in zip(self._parameters, self._anchors, self._base_rates, strict=True):
            if anchor is not None:
                parameter.lerp_(anchor, min(1.0, rate * factor * self._rates.l2_pretrained))

    def state(self) -> dict[str, Tensor]:
        """Everything but the parameters, as named tensors."""
        tensors = {"steps": torch.tensor(self._steps)}
        for name, parameter in zip(self._names, self._parameters, strict=True):
            for key, value in self._adam.state.get(parameter, {}).items():
                tensors[f"{key}/{name}"] = value
        if self._row_state is not None:
            tensors["rows/first"], tensors["rows/second"] = self._row_state
        for name, anchor in zip(self._names, self._anchors, strict=False):
            if anchor is not None:
                tensors[f"anchor/{name}"] = anchor
        return tensors

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Take back what `state` gave."""
        self._steps = int(tensors["steps"])
        for name, parameter in zip(self._names, self._parameters, strict=True):
            kept = {
                key: tensors[f"{key}/{name}"]
                for key in ("step", "exp_avg", "exp_avg_sq")
                if f"{key}/{name}" in tensors
            }
            if kept:
                self._adam.state[parameter] = {key: value.clone() for key, value in kept.items()}
        if self._row_state is not None:
            for state, key in zip(self._row_state, ("rows/first", "rows/second"), strict=True):
                state.copy_(tensors[key])
        for number, name in enumerate(self._names if self._anchors else []):
            if f"anchor/{name}" in tensors:
                self._anchors[number] = tensors[f"anchor/{name}"].clone()


def _merged(groups: list[dict[str, object]]) -> list[dict[str, object]]:
    """Groups of equal rate and decay as one, so that few calls update all."""
    merged: dict[tuple[object, object], dict[str, object]] = {}
    for group in groups:
        key = (group["lr"], group["weight_decay"])
        found = merged.setdefault(key, {**group, "params": []})
        found["params"] += group["params"]  # type: ignore[operator]
    return list(merged.values())
