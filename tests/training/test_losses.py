from __future__ import annotations

import pytest
import torch

from headway.training.losses import cross_entropy, focal

LOGITS = torch.tensor([[2.0, 0.0, -1.0], [0.0, 0.0, 0.0]])
TARGETS = torch.tensor([0, 2])


def test_cross_entropy_is_minus_the_log_of_the_targets_share() -> None:
    shares = torch.softmax(LOGITS, dim=1)
    expected = -torch.log(torch.tensor([shares[0, 0], shares[1, 2]]))
    torch.testing.assert_close(cross_entropy(LOGITS, TARGETS), expected)


def test_a_weight_counts_a_label_more() -> None:
    weighted = cross_entropy(LOGITS, TARGETS, torch.tensor([1.0, 1.0, 3.0]))
    torch.testing.assert_close(weighted / cross_entropy(LOGITS, TARGETS), torch.tensor([1.0, 3.0]))


def test_smoothing_spreads_the_target() -> None:
    shares = torch.log_softmax(LOGITS[0], dim=0)
    expected = -(0.9 * shares[0] + 0.1 * shares.mean())
    assert float(cross_entropy(LOGITS, TARGETS, smoothing=0.1)[0]) == pytest.approx(float(expected))


def test_focal_counts_what_is_right_already_less() -> None:
    plain, less = cross_entropy(LOGITS, TARGETS), focal(LOGITS, TARGETS)
    certainty = torch.softmax(LOGITS, dim=1)[torch.arange(2), TARGETS]
    torch.testing.assert_close(less, (1 - certainty) ** 2 * plain)
    torch.testing.assert_close(focal(LOGITS, TARGETS, gamma=0.0), plain)
