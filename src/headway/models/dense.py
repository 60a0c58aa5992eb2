"""Products with weight matrices in bfloat16, the way there and the way back written out.

Under torch's autocast each gradient of a weight comes back transposed and is turned while it is widened to
float32, which takes a fifth of a training step; here it is computed as it is to lie.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

# Products of new sizes are compiled first, which takes as long as one of them: few sizes are compiled once.
_ROUND = 32


def dense(hidden: Tensor, *layers: Any) -> Tensor:
    """What linear layers give for token vectors [tokens, width], side by side: [tokens, sum of their widths].

    In bfloat16 under autocast, else as the layers do it; so do layers that are more than a plain `Linear`.
    """
    if not is_narrow() or any(type(layer) is not nn.Linear or layer.bias is None for layer in layers):
        given = [layer(hidden) for layer in layers]
        return given[0] if len(given) == 1 else torch.cat(given, dim=1)
    parameters = [one for layer in layers for one in (layer.weight, layer.bias)]
    result: Tensor = _Dense.apply(hidden, *parameters)
    return result


def is_narrow() -> bool:
    """Whether a caller's autocast has matrix products computed in bfloat16."""
    return bool(torch.is_autocast_enabled("cpu"))


def round_up(hidden: Tensor) -> Tensor:
    """Token vectors with rows of zeros below, up to a number of rows that many batches share."""
    return functional.pad(hidden, (0, 0, 0, -len(hidden) % _ROUND))


class _Dense(torch.autograd.Function):  # type: ignore[misc]  # torch is not typed here
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, *parameters: Tensor) -> Tensor:
        weight, bias = _side_by_side(parameters[::2]), _side_by_side(parameters[1::2])
        narrow = hidden.to(torch.bfloat16)
        ctx.save_for_backward(narrow, weight)
        ctx.widths, ctx.type = [len(one) for one in parameters[::2]], hidden.dtype
        return torch.addmm(bias, narrow, weight.t())

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        hidden, weight = ctx.saved_tensors
        found: list[Tensor | None] = [None] * len(ctx.needs_input_grad)
        if ctx.needs_input_grad[0]:
            found[0] = torch.mm(gradient, weight).to(ctx.type)
        if any(ctx.needs_input_grad[1::2]):
            of_weights = torch.mm(gradient.t(), hidden).float()
            found[1::2] = of_weights.split(ctx.widths)
        if any(ctx.needs_input_grad[2::2]):
            found[2::2] = gradient.sum(0, dtype=torch.float32).split(ctx.widths)
        return tuple(found)


def _side_by_side(parameters: tuple[Tensor, ...]) -> Tensor:
    if len(parameters) == 1:
        return parameters[0].to(torch.bfloat16)
    joint = torch.empty((sum(map(len, parameters)), *parameters[0].shape[1:]), dtype=torch.bfloat16)
    torch.cat(parameters, out=joint)
    return joint
