"""What training makes small: one loss for each row."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def cross_entropy(
    logits: Tensor, targets: Tensor, weights: Tensor | None = None, smoothing: float = 0.0
) -> Tensor:
    """Cross-entropy of logits [n, labels] and positions of labels [n], one value a row.

    `weights` [labels] count some labels more; `smoothing` takes that share of the target's probability and
    spreads it over all labels (Szegedy et al. 2016, "Rethinking the Inception Architecture").
    """
    return functional.cross_entropy(
        logits, targets, weight=weights, label_smoothing=smoothing, reduction="none"
    )


def focal(
    logits: Tensor, targets: Tensor, weights: Tensor | None = None, smoothing: float = 0.0, gamma: float = 2.0
) -> Tensor:
    """Cross-entropy times (1 - p)^gamma: rows that are right already count less (Lin et al. 2017).

    Arguments are those of `cross_entropy`.
    """
    losses = cross_entropy(logits, targets, weights, smoothing)
    certainty = functional.softmax(logits, dim=1).gather(1, targets[:, None])[:, 0]
    weighted: Tensor = (1 - certainty) ** gamma * losses
    return weighted
