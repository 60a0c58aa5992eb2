from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from headway.models.dense import dense, is_narrow, round_up

# bfloat16 has 8 binary digits; sums of a few dozen products stay within this.
CLOSE = {"atol": 0.05, "rtol": 0.03}


def layers(*widths: int) -> list[Any]:
    torch.manual_seed(0)
    return [nn.Linear(24, width) for width in widths]


def found(hidden: Tensor, given: list[Any], narrow: bool) -> tuple[Tensor, list[Tensor | None]]:
    """What the layers give, and the gradients of what goes in and of all parameters."""
    hidden = hidden.detach().clone().requires_grad_()
    parameters = [one for layer in given for one in layer.parameters()]
    for one in parameters:
        one.grad = None
    with torch.autocast("cpu", torch.bfloat16, enabled=narrow):
        result = dense(hidden, *given)
    (result.float() * torch.arange(1.0, result.shape[1] + 1)).mean().backward()
    return result, [hidden.grad, *(one.grad for one in parameters)]


@pytest.mark.parametrize("widths", [(8,), (8, 8, 8), (40, 3)])
def test_in_float32_it_is_what_the_layers_give(widths: tuple[int, ...]) -> None:
    given = layers(*widths)
    hidden = torch.randn(7, 24)
    torch.testing.assert_close(dense(hidden, *given), torch.cat([layer(hidden) for layer in given], dim=1))


@pytest.mark.parametrize("widths", [(8,), (8, 8, 8), (40, 3)])
def test_in_bfloat16_results_and_gradients_are_those_of_float32_but_for_the_digits(
    widths: tuple[int, ...],
) -> None:
    given, hidden = layers(*widths), torch.randn(7, 24)
    (narrow, gradients), (wide, expected) = (found(hidden, given, on) for on in (True, False))
    assert narrow.dtype == torch.bfloat16
    torch.testing.assert_close(narrow.float(), wide, **CLOSE)
    for one, other in zip(gradients, expected, strict=True):
        assert one is not None
        assert other is not None
        assert one.dtype == torch.float32
        assert one.shape == other.shape
        torch.testing.assert_close(one, other, **CLOSE)


def test_gradients_of_weights_lie_as_the_weights_do() -> None:
    given = layers(8, 16)
    found(torch.randn(7, 24), given, narrow=True)
    for layer in given:
        assert layer.weight.grad.stride() == layer.weight.stride()


def test_what_does_not_learn_gets_no_gradient() -> None:
    first, second = layers(8, 8)
    second.requires_grad_(False)
    _, gradients = found(torch.randn(7, 24), [first], narrow=True)
    assert all(one is not None for one in gradients)
    _, (of_hidden, *rest) = found(torch.randn(7, 24), [second], narrow=True)
    assert of_hidden is not None
    assert rest == [None, None]


def test_what_goes_in_need_not_learn() -> None:
    (layer,) = layers(8)
    with torch.autocast("cpu", torch.bfloat16):
        dense(torch.randn(7, 24), layer).sum().backward()
    # The sum's gradient is 1 everywhere, and there are seven tokens.
    torch.testing.assert_close(layer.bias.grad, torch.full((8,), 7.0))


def test_a_layer_that_is_more_than_a_product_computes_for_itself() -> None:
    class Twice(nn.Linear):  # type: ignore[misc]  # torch is not typed here
        def forward(self, hidden: Tensor) -> Tensor:
            return 2 * super().forward(hidden)

    (plain,), twice = layers(8), Twice(24, 8)
    twice.load_state_dict(plain.state_dict())
    hidden = torch.randn(7, 24)
    with torch.autocast("cpu", torch.bfloat16):
        both = dense(hidden, plain, twice).float()
    torch.testing.assert_close(both[:, 8:], 2 * both[:, :8], **CLOSE)


def test_a_layer_without_a_bias_is_computed_too() -> None:
    bare, hidden = nn.Linear(24, 8, bias=False), torch.randn(7, 24)
    with torch.autocast("cpu", torch.bfloat16):
        narrow = dense(hidden, bare).float()
    torch.testing.assert_close(narrow, bare(hidden), **CLOSE)


def test_autocast_is_what_makes_it_narrow() -> None:
    assert not is_narrow()
    with torch.autocast("cpu", torch.bfloat16):
        assert is_narrow()


@given(rows=st.integers(1, 200))
def test_rows_are_rounded_up_with_zeros(rows: int) -> None:
    hidden = torch.ones(rows, 3)
    rounded = round_up(hidden)
    assert len(rounded) % 32 == 0
    assert rows <= len(rounded) < rows + 32
    assert torch.equal(rounded[:rows], hidden)
    assert not rounded[rows:].any()
