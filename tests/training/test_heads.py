from __future__ import annotations

import numpy as np
import pytest
import torch

from headway.errors import HookError
from headway.training.heads import OwnHead, as_linear, linear, mlp, start_from
from headway.training.linear import LinearModel

MODEL = LinearModel(np.arange(6, dtype=np.float32).reshape(2, 3), np.array([1, -1], dtype=np.float32))


def test_a_linear_head_starts_from_a_fitted_model_and_is_read_back() -> None:
    head = linear(3, 2)
    start_from(head, MODEL)
    found = as_linear(head)
    assert found is not None
    np.testing.assert_array_equal(found.weights, MODEL.weights)
    np.testing.assert_array_equal(found.bias, MODEL.bias)
    vector = np.array([[1, 0, 0]], dtype=np.float32)
    logits = head(torch.from_numpy(vector)).detach().numpy()
    np.testing.assert_allclose(logits, vector @ MODEL.weights.T + MODEL.bias)


def test_what_is_read_back_does_not_change_with_the_head() -> None:
    head = linear(3, 2)
    start_from(head, MODEL)
    found = as_linear(head)
    with torch.no_grad():
        head.weight.zero_()
    assert found is not None
    assert found.weights.any()


def test_another_head_is_not_linear() -> None:
    head = mlp(8, 3)
    assert as_linear(head) is None
    assert head(torch.zeros(5, 8)).shape == (5, 3)


def test_what_a_head_of_the_users_raises_is_told_as_theirs() -> None:
    class Broken(torch.nn.Module):  # type: ignore[misc]
        def forward(self, vectors: torch.Tensor) -> torch.Tensor:
            raise ValueError("形状不对")

    with pytest.raises(HookError, match=r"mine:Head raised ValueError: 形状不对 \(test_heads.py, line"):
        OwnHead("mine:Head", Broken())(torch.zeros(1, 2))
    whole = OwnHead("mine:Head", torch.nn.Linear(3, 2))
    assert whole(torch.zeros(4, 3)).shape == (4, 2)
