"""Layers that do not learn: their output for each text is computed once and kept."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from headway.errors import MachineError
from headway.models.encoder import Encoder
from headway.models.packed import Packed, pack
from headway.training.memory import free_bytes
from headway.training.token_batches import alike_in_length

#: Above this many bytes the outputs are not kept but computed each time.
MOST_BYTES = 4 << 30


class FrozenLayers:
    """The token vectors of all texts after the lowest layers, which stay as they are."""

    def __init__(self, encoder: Encoder, ids: Sequence[Sequence[int]], n_layers: int) -> None:
        self.n_layers = n_layers
        lengths = torch.tensor([len(text) for text in ids])
        self._starts = torch.cumsum(lengths, 0) - lengths
        self._hidden = torch.empty((int(lengths.sum()), encoder.width))
        was_training = encoder.training
        # Without dropout: what is computed once would be dropped once and for all.
        encoder.eval()
        with torch.no_grad():
            for rows in alike_in_length(ids):
                batch = pack([ids[row] for row in rows])
                self._hidden[self._places(rows, batch)] = encoder.below(batch, n_layers)
        encoder.train(was_training)

    @classmethod
    def kept(cls, encoder: Encoder, ids: Sequence[Sequence[int]], n_layers: int) -> FrozenLayers | None:
        """The outputs of the lowest layers for all texts; None where none stays, or they cannot be kept.

        Raises `MachineError` where there is no room for them.
        """
        if not (n_layers and encoder.is_packed and cls.fit(encoder, ids)):
            return None
        needed, free = _bytes(encoder, ids), free_bytes()
        # Where memory is short they are not computed each time instead: a resumed run would end otherwise.
        if free is not None and needed > free:
            raise MachineError(
                f"Keeping the outputs of {n_layers} frozen layers takes {needed / 1e9:.1f} GB of memory and "
                f"{free / 1e9:.1f} GB are free.",
                next_step="Free some memory, or set max_length lower.",
            )
        return cls(encoder, ids, n_layers)

    @staticmethod
    def fit(encoder: Encoder, ids: Sequence[Sequence[int]]) -> bool:
        """Whether the outputs for all texts are few enough to be kept."""
        return _bytes(encoder, ids) <= MOST_BYTES

    def hidden(self, rows: Sequence[int], batch: Packed) -> Tensor:
        """Token vectors [tokens, width] of some texts, in packed order."""
        return self._hidden[self._places(rows, batch)]

    def _places(self, rows: Sequence[int], batch: Packed) -> Tensor:
        first = self._starts[torch.tensor(rows)][batch.order]
        return first[batch.text_of] + batch.positions


def _bytes(encoder: Encoder, ids: Sequence[Sequence[int]]) -> int:
    return 4 * encoder.width * sum(map(len, ids))
