"""Recipe `fewshot`: an encoder tuned contrastively on a few labels, and a linear head that knows their names.

The upper layers are trained so that texts of one label draw together (`contrastive.py`), as SetFit does
(Tunstall et al. 2022) but with whole batches instead of pairs and for a few steps only; the weights published
lie between the pretrained and the tuned ones (Wortsman et al. 2022). What the labels are called, or a
description of each, counts as further examples (`label_prior.py`). Held-out rows decide about both: what does
not help them is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from headway.models.transformer import require_torch
from headway.training.fewshot_settings import FewShotSettings, FittedFewShot
from headway.training.recipe import Context, HeldOut, Needs


class FewShot:
    """Tunes an encoder on a few labels and fits a head. Its settings are those of `FewShotSettings`."""

    Settings: ClassVar[type[Any]] = FewShotSettings
    needs: ClassVar[Needs] = "base"
    refits: ClassVar[bool] = True
    tasks: ClassVar[tuple[str, ...]] = ("text-classification",)

    def __init__(self, settings: FewShotSettings, context: Context) -> None:
        self.settings = settings
        self.context = context

    def fit(
        self,
        texts: Sequence[str],
        labels: NDArray[np.int64],
        n_labels: int,
        held_out: HeldOut | None = None,
    ) -> FittedFewShot:
        """Train on raw texts; `held_out` has no say, folds of the rows themselves decide.

        Nothing is kept on the way: a training that was interrupted starts anew, and on the same machine ends
        with the same weights. Raises `MissingExtraError` without torch, `UsageError` and `DataError` for
        descriptions that cannot be used, `MachineError` where memory or disk do not suffice.
        """
        require_torch()
        from headway.training.fewshot_fit import FewShotFit  # noqa: PLC0415 - loads torch

        return FewShotFit(self.settings, self.context).run(texts, labels, n_labels)
