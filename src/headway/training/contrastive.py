"""Contrastive training of an encoder's upper layers: texts of one label draw together, others apart.

Every text of a batch is compared with every other in one matrix (Khosla et al. 2020, "Supervised Contrastive
Learning"); no list of pairs is ever made, and what is drawn for a batch takes linear time.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from headway.errors import DivergedError
from headway.models.encoder import Encoder
from headway.models.packed import pack
from headway.training.frozen import FrozenLayers
from headway.training.optimizer import Optimizer, Rates, rate_factor
from headway.training.token_batches import alike_in_length

_WARMUP = 0.1
_MAX_NORM = 1.0
_FAR = -1e4


@dataclass(frozen=True)
class Plan:
    """How the upper layers are trained."""

    steps: int
    #: texts compared with one another in a step
    batch_size: int
    learning_rate: float
    temperature: float
    #: tokens of a batch, which then holds fewer texts
    max_tokens: int
    bf16: bool = False


class UpperLayers:
    """An encoder of which the upper layers learn; what the layers below say of some texts is kept."""

    def __init__(self, encoder: Encoder, ids: Sequence[Sequence[int]], n_learned: int) -> None:
        self.encoder = encoder
        self.ids = ids
        n_frozen = max(encoder.n_layers - n_learned, 0)
        self.n_learned = encoder.n_layers - n_frozen
        for name, parameter in encoder.named_parameters():
            parameter.requires_grad_(encoder.depth_of(name) > n_frozen)
        self._frozen = FrozenLayers.kept(encoder, ids, n_frozen)
        self._start = {name: one.detach().clone() for name, one in self.learned().items()}

    def learned(self) -> dict[str, torch.nn.Parameter]:
        """The parameters that learn, by name."""
        return {name: one for name, one in self.encoder.named_parameters() if one.requires_grad}

    def mix(self, share: float) -> None:
        """Put the weights at `share` of the way from the pretrained ones to the present ones.

        Wortsman et al. 2022, "Robust fine-tuning of zero-shot models" (WiSE-FT); 0 restores the former.
        """
        with torch.no_grad():
            for name, parameter in self.learned().items():
                parameter.copy_(torch.lerp(self._start[name], parameter, share))

    def forward(self, rows: Sequence[int]) -> Tensor:
        """Unit vectors [rows, width] of some of the texts."""
        texts = [self.ids[row] for row in rows]
        if self._frozen is None:
            vectors: Tensor = self.encoder(texts)
            return vectors
        batch = pack(texts)
        return self.encoder.above(self._frozen.hidden(rows, batch), batch, self._frozen.n_layers)

    def vectors(self, rows: Sequence[int] | None = None) -> NDArray[np.float32]:
        """Unit vectors by the present weights, float32 [texts, width]; only those of `rows` where given."""
        found = np.zeros((len(self.ids), self.encoder.width), dtype=np.float32)
        self.encoder.eval()
        with torch.no_grad():
            for batch in alike_in_length(self.ids, rows):
                found[batch] = self.forward(batch).numpy()
        return found


def tune(
    layers: UpperLayers,
    rows: NDArray[np.int64],
    labels: NDArray[np.int64],
    plan: Plan,
    seed: int,
    told: Callable[[int, float], None] = lambda step, loss: None,
) -> None:
    """Train on some texts, `labels` being those of `rows`; `told` is given each step and its loss.

    Raises `ValueError` where no label has two rows, `DivergedError` where the loss is no number.
    """
    if not has_pairs(labels):
        raise ValueError("Contrastive training needs a label with two texts.")
    optimizer = Optimizer(
        {f"encoder.{name}": one for name, one in layers.learned().items()},
        Rates(plan.learning_rate, weight_decay=0.0),
        layers.encoder.depth_of,
        layers.encoder.n_layers,
    )
    layers.encoder.train()
    label_of = dict(zip(rows.tolist(), labels.tolist(), strict=True))
    narrow = torch.autocast("cpu", torch.bfloat16) if plan.bf16 else contextlib.nullcontext()
    step, epoch = 0, 0
    while step < plan.steps:
        for batch in _batches(layers.ids, label_of, plan, seed, epoch)[: plan.steps - step]:
            with narrow:
                vectors = layers.forward(batch)
            targets = torch.tensor([label_of[row] for row in batch])
            loss = contrastive_loss(vectors.float(), targets, plan.temperature)
            loss.backward()
            norm = optimizer.clip(None, _MAX_NORM)
            if not math.isfinite(norm):
                raise DivergedError(
                    f"The contrastive loss became {float(loss.detach())} in step {step + 1}.",
                    next_step="Lower learning_rate with --set.",
                )
            optimizer.step(rate_factor(step, plan.steps, _WARMUP, "linear"))
            step += 1
            told(step, float(loss.detach()))
        epoch += 1
    layers.encoder.eval()


def contrastive_loss(vectors: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """Mean over the texts of how far those of its label are from being the only ones near; labels int64 [n].

    For each text the log shares, among the similarities to all other texts, of those of its own label are
    averaged (Khosla et al. 2020, the loss L_out). Texts whose label has no other in the batch are only what
    the others are to keep away from.
    """
    itself = torch.eye(len(labels), dtype=torch.bool)
    similar = (vectors @ vectors.T / temperature).masked_fill(itself, _FAR)
    shares = similar - torch.logsumexp(similar, dim=1, keepdim=True)
    alike = (labels[:, None] == labels[None]) & ~itself
    counts = alike.sum(1)
    learned = counts > 0
    return -((shares * alike).sum(1)[learned] / counts[learned]).mean()


def has_pairs(labels: NDArray[np.int64]) -> bool:
    """Whether any label has two texts to draw together."""
    return bool(labels.size) and bool(np.bincount(labels).max() > 1)


def _batches(
    ids: Sequence[Sequence[int]], label_of: Mapping[int, int], plan: Plan, seed: int, epoch: int
) -> list[list[int]]:
    """The batches of an epoch, in linear time: the rows of each label, shuffled and cut into pairs.

    The pairs are shuffled and fill batch after batch, so that nearly every text meets one of its label.
    """
    generator = np.random.default_rng([seed, epoch])
    by_label: dict[int, list[int]] = {}
    for row in generator.permutation(list(label_of)).tolist():
        by_label.setdefault(label_of[row], []).append(row)
    pairs = [rows[at : at + 2] for rows in by_label.values() for at in range(0, len(rows), 2)]
    batches: list[list[int]] = []
    texts = tokens = 0
    for number in generator.permutation(len(pairs)).tolist():
        size = sum(len(ids[row]) for row in pairs[number])
        if not batches or texts >= plan.batch_size or tokens + size > plan.max_tokens:
            batches.append([])
            texts = tokens = 0
        batches[-1] += pairs[number]
        texts += len(pairs[number])
        tokens += size
    # A batch without two texts of a label, a small rest for one, has nothing to teach.
    return [batch for batch in batches if len({label_of[row] for row in batch}) < len(batch)]
