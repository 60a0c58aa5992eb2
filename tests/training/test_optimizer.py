from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from headway.training.optimizer import Optimizer, Rates, rate_factor


def test_the_rate_rises_then_falls() -> None:
    factors = [rate_factor(step, 10, 0.2, "linear") for step in range(10)]
    assert factors[:3] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert factors[2:] == pytest.approx([1 - done / 8 for done in range(8)])
    assert [rate_factor(step, 10, 0.2, "constant") for step in (2, 9)] == [1.0, 1.0]
    cosine = [rate_factor(step, 10, 0.0, "cosine") for step in range(10)]
    assert cosine[0] == 1.0
    assert cosine[5] == pytest.approx(0.5)
    assert cosine == sorted(cosine, reverse=True)
    assert all(factor > 0 for factor in factors + cosine)


def parameters() -> dict[str, nn.Parameter]:
    torch.manual_seed(0)
    shapes = {"encoder.layer.0.weight": (3, 2), "encoder.layer.1.bias": (3,), "head.weight": (2, 3)}
    return {name: nn.Parameter(torch.randn(shape)) for name, shape in shapes.items()}


def depth_of(name: str) -> int:
    return int(name.split(".")[2]) + 1


def give_gradients(named: dict[str, nn.Parameter], seed: int) -> None:
    torch.manual_seed(seed)
    for parameter in named.values():
        parameter.grad = torch.randn(parameter.shape)


def test_dense_weights_move_as_adamw_moves_them() -> None:
    ours, theirs = parameters(), parameters()
    optimizer = Optimizer(ours, Rates(0.1, 0.01), depth_of, 2)
    matrices = [one for one in theirs.values() if one.ndim > 1]
    rival = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": 0.01},
            {"params": [one for one in theirs.values() if one.ndim == 1], "weight_decay": 0.0},
        ],
        lr=0.1,
    )
    for step in range(4):
        give_gradients(ours, step)
        give_gradients(theirs, step)
        optimizer.step(0.5)
        for group in rival.param_groups:
            group["lr"] = 0.05
        rival.step()
    for name in ours:
        torch.testing.assert_close(ours[name], theirs[name])


def test_lower_layers_and_the_head_have_rates_of_their_own() -> None:
    named = parameters()
    before = {name: one.detach().clone() for name, one in named.items()}
    optimizer = Optimizer(named, Rates(0.1, 0.0, head_factor=3.0, layer_decay=0.5), depth_of, 2)
    give_gradients(named, 0)
    optimizer.step(1.0)
    # AdamW's first step moves every weight by the rate itself.
    moved = {name: float((one.detach() - before[name]).abs().mean()) for name, one in named.items()}
    assert moved["head.weight"] == pytest.approx(0.3, rel=1e-4)
    assert moved["encoder.layer.1.bias"] == pytest.approx(0.05, rel=1e-4)
    assert moved["encoder.layer.0.weight"] == pytest.approx(0.025, rel=1e-4)


def test_touched_rows_move_as_in_sparse_adam_and_others_stay() -> None:
    torch.manual_seed(0)
    table = nn.Parameter(torch.randn(6, 3), requires_grad=False)
    theirs = nn.Parameter(table.detach().clone())
    named = {"head.weight": nn.Parameter(torch.zeros(1))}
    optimizer = Optimizer(named, Rates(0.1, 0.01), depth_of, 0, table)
    rival = torch.optim.SparseAdam([theirs], lr=0.1)
    before = table.detach().clone()
    # SparseAdam counts steps as we do: by the table, not by the row.
    for touched in ([1, 4], [4], [1, 4]):
        rows = torch.randn(len(touched), 3)
        named["head.weight"].grad = torch.zeros(1)
        optimizer.step(1.0, torch.tensor(touched), rows)
        theirs.grad = torch.sparse_coo_tensor([touched], rows, table.shape, check_invariants=True)
        rival.step()
    torch.testing.assert_close(table.detach(), theirs.detach(), atol=1e-6, rtol=1e-5)
    untouched = [0, 2, 3, 5]
    assert torch.equal(table.detach()[untouched], before[untouched])


def test_long_gradients_are_shortened_together_with_the_rows() -> None:
    named = parameters()
    optimizer = Optimizer(named, Rates(0.1, 0.0), depth_of, 2)
    give_gradients(named, 1)
    rows = torch.full((2, 2), 3.0)
    everything = [one.grad for one in named.values() if one.grad is not None] + [rows]
    length = float(torch.cat([one.reshape(-1) for one in everything]).norm())
    assert optimizer.clip(rows, 1.0) == pytest.approx(length)
    assert float(torch.cat([one.reshape(-1) for one in everything]).norm()) == pytest.approx(1.0, rel=1e-4)
    assert optimizer.clip(rows, 5.0) == pytest.approx(1.0, rel=1e-4)
    assert optimizer.clip(rows, 0.0) == pytest.approx(1.0, rel=1e-4)


def test_the_pull_towards_the_start_holds_weights_back_but_not_the_head() -> None:
    far, held = parameters(), parameters()
    start = parameters()
    for named, pull in ((far, 0.0), (held, 5.0)):
        optimizer = Optimizer(named, Rates(0.1, 0.0, l2_pretrained=pull), depth_of, 2)
        for step in range(5):
            give_gradients(named, step)
            optimizer.step(1.0)
    name = "encoder.layer.0.weight"
    assert (held[name] - start[name]).norm() < 0.7 * (far[name] - start[name]).norm()
    torch.testing.assert_close(held["head.weight"], far["head.weight"])


@pytest.mark.parametrize("pull", [0.0, 1.0])
def test_what_was_kept_goes_on_as_if_nothing_had_happened(pull: float) -> None:
    def trained(
        steps: range, named: dict[str, nn.Parameter], table: nn.Parameter, optimizer: Optimizer
    ) -> None:
        for step in steps:
            give_gradients(named, step)
            optimizer.step(0.9, torch.tensor([step % 3]), torch.ones(1, 2))

    def made() -> tuple[dict[str, nn.Parameter], nn.Parameter, Optimizer]:
        named, table = parameters(), nn.Parameter(torch.zeros(3, 2), requires_grad=False)
        return named, table, Optimizer(named, Rates(0.1, 0.01, l2_pretrained=pull), depth_of, 2, table)

    whole, first, second = made(), made(), made()
    trained(range(6), *whole)
    trained(range(3), *first)
    state: dict[str, Any] = {name: tensor.clone() for name, tensor in first[2].state().items()}
    with torch.no_grad():
        for name, one in second[0].items():
            one.copy_(first[0][name])
        second[1].copy_(first[1])
    second[2].load(state)
    trained(range(3, 6), *second)
    for name, one in whole[0].items():
        assert torch.equal(one, second[0][name])
    assert torch.equal(whole[1], second[1])
