"""One fit of a recipe that trains an encoder: head, encoder, optimizer and loop, put together."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from headway.models.encoder import Encoder
from headway.training.fine_tuned import FineTuned, embed
from headway.training.frozen import FrozenLayers
from headway.training.gradients import GradientComputer, RowLoss
from headway.training.heads import OwnHead, as_linear, start_from
from headway.training.hooks import HEADS, LOSSES, calling, is_own, load_hook
from headway.training.linear import fit_linear
from headway.training.loop import Loop, Measured
from headway.training.memory import tokens_that_fit
from headway.training.narrow import use_bf16
from headway.training.neural_settings import NeuralSettings
from headway.training.optimizer import Optimizer, Rates
from headway.training.processes import World, join_world, our_threads
from headway.training.recipe import Context, HeldOut
from headway.training.token_batches import tokenise

# The logistic regression that a linear head starts from.
# Fitted to the end, it would leave the encoder little to learn from: the loss would be near 0 at once.
_C, _ITERATIONS = 1.0, 50


@dataclass(frozen=True)
class Network:
    """An encoder with a head, and the rows it is trained on."""

    encoder: Encoder
    head: nn.Module
    #: token ids of each row
    ids: list[list[int]]
    labels: NDArray[np.int64]
    n_labels: int
    #: whether the rows of the word table are learned as they are touched
    learns_words: bool
    #: lowest layers that stay as they are
    n_frozen: int

    def learned(self) -> dict[str, nn.Parameter]:
        """All that training changes, by name."""
        named = [(f"encoder.{name}", one) for name, one in self.encoder.named_parameters()]
        named += [(f"head.{name}", one) for name, one in self.head.named_parameters()]
        table = self.encoder.word_table if self.learns_words else None
        return {name: one for name, one in named if one.requires_grad or one is table}


class NeuralFit:
    """One fit of a recipe: `adapt` says what of the encoder is trained, `finish` gives what is published."""

    def __init__(
        self,
        name: str,
        settings: NeuralSettings,
        context: Context,
        adapt: Callable[[Encoder], int],
        finish: Callable[[Encoder], Encoder],
    ) -> None:
        self.name = name
        self.settings = settings
        self.context = context
        self._adapt = adapt
        self._finish = finish

    def run(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> FineTuned:
        """Train on raw texts and the positions of their labels; see `NeuralRecipe.fit`."""
        with our_threads():
            network = self._network(texts, labels, n_labels)
            outcome = self._loop(network, held_out).run()
            encoder = self._finish(network.encoder)
            base = encoder.save(self.context.scratch / f"tuned-{self.name}")
            head = as_linear(network.head) or network.head
            return FineTuned(
                base,
                encoder,
                head,
                self.context.preparation,
                outcome.history,
                outcome.warnings,
                outcome.cut_short,
            )

    def _network(self, texts: Sequence[str], labels: NDArray[np.int64], n_labels: int) -> Network:
        settings, base = self.settings, self.context.require_base()
        ids = tokenise(base, self.context.preparation, texts, settings.max_length)
        torch.manual_seed(self.context.seed)
        encoder = Encoder.load(base, settings.dropout)
        encoder.recompute = settings.gradient_checkpointing
        with calling(settings.head):
            head = load_hook("head", HEADS, settings.head)(encoder.width, n_labels)
        if is_own(settings.head) and not isinstance(head, nn.Linear):
            head = OwnHead(settings.head, head)
        if isinstance(head, nn.Linear):
            self._start(head, encoder, ids, texts, labels, n_labels)
        n_frozen = self._adapt(encoder)
        learns_words = encoder.is_packed and encoder.word_table.requires_grad
        encoder.word_table.requires_grad_(encoder.word_table.requires_grad and not learns_words)
        return Network(encoder, head, ids, labels, n_labels, learns_words, n_frozen)

    def _start(
        self,
        head: nn.Linear,
        encoder: Encoder,
        ids: Sequence[Sequence[int]],
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
    ) -> None:
        """Fit the head on the frozen encoder first, by the cached embeddings where there are any.

        The first gradients then do not tear at good features (Kumar et al. 2022, "Fine-Tuning can Distort
        Pretrained Features and Underperform Out-of-Distribution").
        """
        if self.context.open_embedder is not None:
            vectors = self.context.embedder().embed(texts)
        else:
            vectors = embed(encoder, ids)
        start_from(head, fit_linear(vectors, labels, n_labels, c=_C, max_iterations=_ITERATIONS))

    def _loop(self, network: Network, held_out: HeldOut | None) -> Loop:
        settings, encoder, world = self.settings, network.encoder, join_world()
        learned = network.learned()
        rates = Rates(
            settings.learning_rate,
            settings.weight_decay,
            settings.head_factor,
            settings.layer_decay,
            settings.l2_pretrained,
        )
        optimizer = Optimizer(
            {name: one for name, one in learned.items() if one.requires_grad},
            rates,
            encoder.depth_of,
            encoder.n_layers,
            encoder.word_table if network.learns_words else None,
        )
        return Loop(
            self._computer(network, world),
            learned,
            optimizer,
            len(network.ids),
            self._measured(held_out, network.n_labels),
            settings,
            self.context,
            self._identity(network, world),
            world,
        )

    def _computer(self, network: Network, world: World) -> GradientComputer:
        encoder, settings = network.encoder, self.settings
        # Before the rest is predicted: what they take is free no more.
        frozen = FrozenLayers.kept(encoder, network.ids, network.n_frozen)
        return GradientComputer(
            encoder,
            network.head,
            network.ids,
            torch.from_numpy(network.labels),
            self._loss(network.labels, network.n_labels),
            max_tokens=tokens_that_fit(
                encoder,
                network.learned(),
                network.ids,
                settings.max_tokens,
                recompute=settings.gradient_checkpointing,
            ),
            bf16=use_bf16(settings.bf16),
            learn_words=network.learns_words,
            frozen=frozen,
            world=world,
        )

    def _loss(self, labels: NDArray[np.int64], n_labels: int) -> RowLoss:
        settings = self.settings
        compute = load_hook("loss", LOSSES, settings.loss)
        weights = balanced_weights(labels, n_labels) if settings.class_weights == "balanced" else None

        def loss(logits: Tensor, targets: Tensor) -> Tensor:
            with calling(settings.loss):
                losses: Tensor = compute(logits, targets, weights, settings.label_smoothing)
            return losses

        return loss

    def _measured(self, held_out: HeldOut | None, n_labels: int) -> Measured | None:
        if held_out is None or not len(held_out.texts):
            return None
        names = self.context.names or tuple(map(str, range(n_labels)))
        base, preparation = self.context.require_base(), self.context.preparation
        ids = tokenise(base, preparation, held_out.texts, self.settings.max_length)
        return Measured(ids, held_out.labels, names)

    def _identity(self, network: Network, world: World) -> dict[str, Any]:
        """What a checkpoint has to be of, to go on from it."""
        rows = json.dumps([network.ids, network.labels.tolist()]).encode()
        # How often checkpoints are written changes nothing about what is trained.
        settings = {**dataclasses.asdict(self.settings), "checkpoint_steps": None}
        return {
            "recipe": self.name,
            "settings": settings,
            "seed": self.context.seed,
            "base": self.context.require_base().sha256,
            "rows": hashlib.sha256(rows).hexdigest(),
            "processes": world.size,
        }


def balanced_weights(labels: NDArray[np.int64], n_labels: int) -> Tensor:
    """Weights [labels] in inverse proportion to the labels' rows, 1 on average over the rows.

    A label without a row weighs nothing. As scikit-learn's `class_weight="balanced"`.
    """
    counts = np.bincount(labels, minlength=n_labels)
    present = int((counts > 0).sum())
    weights = np.divide(len(labels), present * counts, out=np.zeros(n_labels), where=counts > 0)
    return torch.from_numpy(weights.astype(np.float32))
