from __future__ import annotations

import pytest
import torch
from torch import nn

from headway.models.dropout import drop, drop_and_add, is_on, scaled_mask


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_the_rate_is_kept_and_the_mean_is_one(rate: float) -> None:
    torch.manual_seed(0)
    mask = scaled_mask((500, 401), rate)
    assert float((mask == 0).float().mean()) == pytest.approx(rate, abs=0.005)
    assert float(mask.mean()) == pytest.approx(1.0, abs=0.02)
    assert len(mask.unique()) == (1 if rate == 0 else 2)


@pytest.mark.parametrize("shape", [(1,), (3,), (5, 1), (2, 3, 7)])
def test_any_shape_can_be_asked_for(shape: tuple[int, ...]) -> None:
    assert scaled_mask(shape, 0.5).shape == shape


def test_what_is_dropped_is_no_pattern() -> None:
    torch.manual_seed(0)
    dropped = scaled_mask((1_000, 64), 0.5) == 0
    by_place = dropped.float().mean(0)
    assert float((by_place - 0.5).abs().max()) < 0.08
    together = (dropped[:, 1:] & dropped[:, :-1]).float().mean()
    assert float(together) == pytest.approx(0.25, abs=0.01)


def test_the_seed_decides_it() -> None:
    masks = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        masks.append(scaled_mask((40, 40), 0.3))
    assert torch.equal(masks[0], masks[1])
    assert not torch.equal(masks[0], masks[2])


def test_a_module_that_is_evaluated_drops_nothing() -> None:
    values = torch.ones(3, 4)
    dropout = nn.Dropout(0.5).eval()
    assert not is_on(dropout)
    assert drop(values, dropout) is values
    assert torch.equal(drop_and_add(values, dropout, values), 2 * values)


def test_a_rate_of_nothing_drops_nothing() -> None:
    values = torch.ones(3, 4)
    assert drop(values, nn.Dropout(0.0)) is values


def test_the_gradient_passes_what_was_kept() -> None:
    torch.manual_seed(0)
    values, other = torch.ones(50, 8, requires_grad=True), torch.ones(50, 8, requires_grad=True)
    found = drop_and_add(values, nn.Dropout(0.25), other)
    found.sum().backward()
    assert values.grad is not None
    assert other.grad is not None
    torch.testing.assert_close(values.grad, found.detach() - 1)
    assert torch.equal(other.grad, torch.ones(50, 8))


def test_values_in_bfloat16_are_added_to_wider_ones() -> None:
    narrow = torch.ones(4, 4, dtype=torch.bfloat16)
    assert drop_and_add(narrow, nn.Dropout(0.5), torch.ones(4, 4)).dtype == torch.float32
