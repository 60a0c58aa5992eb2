"""Recipe `probe`: a pretrained encoder, left as it is, and logistic regression on its embeddings.

Alain and Bengio 2016, "Understanding intermediate layers using linear classifier probes". The head is
fitted on the embeddings of the very encoder artefact that will serve, int8 or fp32, so that there is no
difference between training and serving to lose accuracy by. No torch is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from headway.inference import Embedder
from headway.training.linear import LinearModel, fit_linear
from headway.training.recipe import Context, HeldOut, Needs
from headway.training.search_space import log_range


@dataclass(frozen=True)
class ProbeSettings:
    """What can be set with --set."""

    #: inverse strength of the L2 penalty
    c: float = field(default=30.0, metadata=log_range(0.1, 1000.0))
    max_iterations: int = 100

    def __post_init__(self) -> None:
        if self.max_iterations < 1 or not self.c > 0:
            raise ValueError("max_iterations and c have to be positive")


@dataclass(frozen=True)
class FittedProbe:
    """A linear model on the embeddings of one encoder."""

    embedder: Embedder
    model: LinearModel

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Probabilities for raw texts, float32 [n, labels]."""
        return self.model.scores(self.embedder.embed(texts))


class Probe:
    """Fits a probe on an encoder. Its settings are those of `ProbeSettings`."""

    Settings: ClassVar[type[Any]] = ProbeSettings
    needs: ClassVar[Needs] = "embedder"
    refits: ClassVar[bool] = True
    tasks: ClassVar[tuple[str, ...]] = ("text-classification",)

    def __init__(self, settings: ProbeSettings, context: Context) -> None:
        self.settings = settings
        self.context = context

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> FittedProbe:
        """Embed the texts, which the embedder's cache does once, and fit the linear model.

        `held_out` has no say.
        """
        embedder = self.context.embedder()
        model = fit_linear(
            embedder.embed(texts),
            labels,
            n_labels,
            c=self.settings.c,
            max_iterations=self.settings.max_iterations,
        )
        return FittedProbe(embedder, model)
