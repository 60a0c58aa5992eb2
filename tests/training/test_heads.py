from __future__ import annotations

import numpy as np
import torch

from headway.training.heads import as_linear, linear, mlp, start_from
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
