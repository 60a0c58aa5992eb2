"""The gradient of one batch: real tokens only, in parts that fit into memory, over several processes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from headway.errors import MachineError
from headway.models.encoder import Encoder
from headway.models.packed import pack
from headway.training.frozen import FrozenLayers
from headway.training.processes import World
from headway.training.token_batches import micro_batches

#: (logits [n, labels], targets [n]) -> one loss for each row
RowLoss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class BatchGradient:
    """What computing a batch's gradient found; the gradients lie in the parameters."""

    #: mean over the rows
    loss: float
    #: rows of the word table that the batch holds, and their gradients
    touched: Tensor | None = None
    rows: Tensor | None = None


class GradientComputer:
    """Computes gradients of the mean loss of a batch for an encoder with a head."""

    def __init__(
        self,
        encoder: Encoder,
        head: nn.Module,
        ids: Sequence[Sequence[int]],
        targets: Tensor,
        loss: RowLoss,
        *,
        max_tokens: int,
        bf16: bool = False,
        learn_words: bool = False,
        frozen: FrozenLayers | None = None,
        world: World | None = None,
    ) -> None:
        self.encoder = encoder
        self.head = head
        #: how much is computed at once
        self.max_tokens = max_tokens
        self._bf16 = bf16
        self._ids = ids
        self._lengths = [len(text) for text in ids]
        self._targets = targets
        self._loss = loss
        self._learn_words = learn_words
        self._frozen = frozen
        self._world = world or World()

    @property
    def mean_tokens(self) -> float:
        """Tokens of a row on average."""
        return sum(self._lengths) / len(self._lengths)

    def compute(self, rows: Sequence[int]) -> BatchGradient:
        """Add the batch's gradient to the parameters' and give the loss.

        Where memory does not suffice, the parts are halved and the batch is computed again: the same
        gradient. Raises `MachineError` where a single text is too much.
        """
        while True:
            before = torch.get_rng_state()
            try:
                return self._compute(rows)
            except (MemoryError, RuntimeError) as error:
                if not _is_out_of_memory(error):
                    raise
                if self.max_tokens <= min(self._lengths[row] for row in rows):
                    raise MachineError(
                        f"There is not enough memory for {self.max_tokens} tokens at once.",
                        next_step="Set max_length lower, gradient_checkpointing=yes, or take a smaller base.",
                    ) from error
            # Outside of the handler, since the error holds on to the tensors of the failed attempt.
            self.max_tokens = max(1, self.max_tokens // 2)
            for parameter in (*self.encoder.parameters(), *self.head.parameters()):
                parameter.grad = None
            torch.set_rng_state(before)

    def _compute(self, rows: Sequence[int]) -> BatchGradient:
        own = self._world.share(rows)
        parts = micro_batches(own, self._lengths, self.max_tokens)
        touched, table, places = self._words(rows)
        total = torch.zeros(())
        for part in parts:
            logits = self._logits(part, table, places)
            loss = self._loss(logits, self._targets[part]).sum() / len(rows)
            loss.backward()
            total += loss.detach()
        row_gradients = None if table is None else _gradient_of(table)
        if self._world.size > 1:
            self._sum(total, row_gradients)
        return BatchGradient(float(total), touched, row_gradients)

    def _logits(self, part: Sequence[int], table: Tensor | None, places: Tensor | None) -> Tensor:
        texts = [self._ids[row] for row in part]
        narrow = torch.autocast("cpu", torch.bfloat16) if self._bf16 else contextlib.nullcontext()
        with narrow:
            if not self.encoder.is_packed:
                vectors = self.encoder(texts)
            else:
                batch = pack(texts)
                if self._frozen is not None:
                    vectors = self.encoder.above(
                        self._frozen.hidden(part, batch), batch, self._frozen.n_layers
                    )
                elif table is None or places is None:
                    vectors = self.encoder(batch)
                else:
                    vectors = self.encoder(batch, table.index_select(0, places[batch.ids]))
        logits: Tensor = self.head(vectors.float())
        return logits

    def _words(self, rows: Sequence[int]) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        """The word vectors of a batch as a small table of their own, and each piece's place in it."""
        if not self._learn_words:
            return None, None, None
        words = self.encoder.word_table
        touched = torch.unique(torch.tensor([token for row in rows for token in self._ids[row]]))
        places = torch.empty(words.shape[0], dtype=torch.int64)
        places[touched] = torch.arange(len(touched))
        return touched, words.detach()[touched].requires_grad_(), places

    def _sum(self, total: Tensor, rows: Tensor | None) -> None:
        gradients = []
        for parameter in (*self.encoder.parameters(), *self.head.parameters()):
            if parameter.requires_grad:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                gradients.append(parameter.grad)
        self._world.sum([*gradients, total, *([] if rows is None else [rows])])


def _gradient_of(table: Tensor) -> Tensor:
    return torch.zeros_like(table) if table.grad is None else table.grad


def _is_out_of_memory(error: Exception) -> bool:
    words = ("not enough memory", "out of memory", "can't allocate memory")
    return isinstance(error, MemoryError) or any(each in str(error) for each in words)
