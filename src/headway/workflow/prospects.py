"""What the dearer recipes may be expected to bring, and what they will cost, before they are tried."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from headway.inference import Embedder
from headway.workflow.auto_words import NAMES
from headway.workflow.bench import Bench
from headway.workflow.data import Rows
from headway.workflow.speed import spread_sample

# Gain in accuracy over the better of baseline and probe that other data let expect, and how far it lies
# apart from one set to the next. docs/training.md says how they were measured.
_FEW_LABELS, _ENOUGH_ROWS = 24, 400
_GAIN_FEW = {"fewshot": (0.040, 0.030), "lora": (0.003, 0.020), "full": (0.004, 0.020)}
_GAIN_MANY = {"fewshot": (0.0, 0.020), "lora": (0.017, 0.020), "full": (0.033, 0.020)}
# A training step costs about as much as so many embeddings of the same text by the int8 encoder: a forward
# pass in float32 takes two, and the way back two more such passes.
_EMBEDDINGS_A_STEP = {"fewshot": 6.0, "lora": 5.0, "full": 7.0}
# Loading, measuring after each epoch, exporting.
_OVERHEAD_SECONDS = 8.0
_WARM_UP = 16


@dataclass(frozen=True)
class Prospect:
    """A recipe that may be tried."""

    recipe: str
    #: expected gain over the better of baseline and probe, a fraction, before anything is tried
    gain: float
    #: standard deviation of that gain
    deviation: float
    #: expected seconds of one training on all training rows
    seconds: float
    #: how often that goes through the rows
    passes: float

    @property
    def gain_per_second(self) -> float:
        """What decides which is tried first."""
        return self.gain / self.seconds


def prospects(rows: Rows, n_labels: int, texts_per_second: float, passes: dict[str, float]) -> list[Prospect]:
    """The recipes worth a thought, the one with the highest expected gain per second first.

    `texts_per_second` is the speed of embedding these texts; `passes` says how often each recipe goes
    through the rows.
    """
    per_label = len(rows) / max(n_labels, 1)
    gains = _GAIN_FEW if per_label <= _FEW_LABELS or len(rows) < _ENOUGH_ROWS else _GAIN_MANY
    found = [
        Prospect(
            recipe,
            *gains[recipe],
            _OVERHEAD_SECONDS + len(rows) * count * _EMBEDDINGS_A_STEP[recipe] / max(texts_per_second, 1e-3),
            count,
        )
        for recipe, count in passes.items()
        if gains[recipe][0] > 0
    ]
    return sorted(found, key=lambda prospect: -prospect.gain_per_second)


def planned(bench: Bench) -> list[Prospect]:
    """The prospects on the training rows of a bench, by the speed at which it embeds some of them."""
    embedder = Embedder.load(bench.encoder(bench.precision), verify=False, preparation=bench.data.preparation)
    texts = spread_sample(bench.data.train.texts)
    embedder.embed(texts[:_WARM_UP])
    start = time.perf_counter()
    embedder.embed(texts)
    rate = len(texts) / max(time.perf_counter() - start, 1e-6)
    passes = {name: _passes(bench.settings_of(name), bench) for name in NAMES if name in bench.asked}
    return prospects(bench.data.train, len(bench.data.names), rate, passes)


def _passes(settings: dict[str, Any], bench: Bench) -> float:
    """How often a recipe goes through the training rows: its epochs, or its steps for each part held out."""
    if "steps" not in settings:
        return float(settings["epochs"])
    rows = len(bench.data.train)
    return float(settings["steps"] * (settings["folds"] + 1) * min(settings["batch_size"], rows) / rows)
