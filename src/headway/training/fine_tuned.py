"""What a recipe that changes the encoder gives: the new encoder as a folder, and a head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headway.inference.linear import softmax
from headway.models import BaseModel
from headway.training.linear import LinearModel
from headway.training.token_batches import alike_in_length, tokenise

if TYPE_CHECKING:
    from headway.models.encoder import Encoder


@dataclass(frozen=True)
class FineTuned:
    """A trained encoder in a folder of its own, and the head on its vectors."""

    #: describes the folder: weights, pooling, prefix
    base: BaseModel
    #: the trained encoder in memory, in evaluation mode
    encoder: Encoder
    #: the head: a linear model, or a torch module [n, dimension] -> logits [n, labels]
    head: LinearModel | Any
    preparation: tuple[str, ...]
    #: what happened, epoch by epoch
    history: tuple[dict[str, Any], ...] = ()
    #: what the user should know of this training
    warnings: tuple[str, ...] = ()
    #: the budget ended it, or kept it from beginning
    cut_short: bool = False

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities for raw texts by the model in memory, float32 [n, labels]."""
        vectors = embed(self.encoder, tokenise(self.base, self.preparation, texts))
        if isinstance(self.head, LinearModel):
            return self.head.scores(vectors)
        import torch  # noqa: PLC0415 - the linear head does without

        with torch.no_grad():
            logits: NDArray[np.float32] = self.head(torch.from_numpy(vectors)).numpy()
        return softmax(logits)


def embed(encoder: Encoder, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
    """Unit vectors of token ids by an encoder in memory: float32 [n, dimension], in the given order."""
    import torch  # noqa: PLC0415 - importing this module must not load it

    vectors = np.zeros((len(ids), encoder.width), dtype=np.float32)
    was_training = encoder.training
    encoder.eval()
    with torch.no_grad():
        for rows in alike_in_length(ids):
            vectors[rows] = encoder([ids[row] for row in rows]).numpy()
    encoder.train(was_training)
    return vectors
