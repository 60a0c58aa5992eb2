"""The recipe of a training with other settings, another seed or other rows; nothing of it is published."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from headway.training.events import Sink, ignore
from headway.training.hooks import calling
from headway.training.recipe import Fits, Fitted, HeldOut

if TYPE_CHECKING:
    from headway.workflow.bench import Bench
    from headway.workflow.clock import Stopwatch


class OwnHeldOut:
    """A recipe that is always given the same held-out rows, whatever it is fitted on."""

    def __init__(self, name: str, recipe: Fits, held_out: HeldOut | None) -> None:
        self._name = name
        self._recipe = recipe
        self._held_out = held_out

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> Fitted:
        """Fit the recipe on raw texts and the positions of their labels, int64 [n]."""
        with calling(self._name):
            return self._recipe.fit(texts, labels, n_labels, self._held_out)


@contextmanager
def variant(
    bench: Bench,
    name: str,
    *,
    settings: Mapping[str, Any] | None = None,
    seed: int | None = None,
    held_out: HeldOut | None = None,
    on_event: Sink = ignore,
) -> Iterator[Fits]:
    """A recipe beside the one that is published: no checkpoints, no progress, a folder of its own.

    `settings` are those that differ from the training's, whose seed it has, too, unless another is given.
    The folder is gone at the end, so what was fitted has to be measured before. Raises `ValueError` for
    settings that do not go together.
    """
    kind = bench.traits(name)
    chosen = kind.Settings(**{**bench.settings_of(name), **(settings or {})})
    scratch = Path(tempfile.mkdtemp(dir=bench.scratch, prefix="variant-"))
    context = dataclasses.replace(
        bench.context(scratch), seed=bench.request.seed if seed is None else seed, on_event=on_event
    )
    try:
        with calling(name):
            made = kind(chosen, context)
        yield OwnHeldOut(name, made, held_out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


class Allowance:
    """Says whether the budget reaches for one more of several equal pieces of work.

    What the training itself still needs stays untouched: as long as two of its own fits took, or two of
    the pieces, for there may be a refit, an export and a check to come.
    """

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self._longest = watch.stages.get("fit", 0.0)

    def took(self, seconds: float) -> None:
        """Remember how long a piece took."""
        self._longest = max(self._longest, seconds)

    @property
    def reaches(self) -> bool:
        """Whether one more piece fits into what is left."""
        return self._watch.left >= 3 * self._longest and self._watch.left > 0
