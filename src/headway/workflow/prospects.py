"""What the dearer recipes may be expected to bring, and what they will cost, before they are tried."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headway.evaluation.bootstrap import PairedDifference, Z
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
_N_SETS = 5
# A training step costs about as much as so many embeddings of the same text by the int8 encoder: a forward
# pass in float32 takes two, and the way back two more such passes.
_EMBEDDINGS_A_STEP = {"fewshot": 6.0, "lora": 5.0, "full": 7.0}
# Loading, measuring after each epoch, exporting.
_OVERHEAD_SECONDS = 8.0
# A busy moment only slows: the quickest of so many rounds says most about the machine.
_ROUNDS = 3


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


def expected_loss(gain: float, deviation: float) -> float:
    """What is lost on average by keeping a recipe untried, as it may be worse: E[max(0, -gain)].

    The gain on data that nobody has measured follows, with what `_N_SETS` sets said of it, Student's t
    distribution (Gelman et al., Bayesian Data Analysis, 3rd edition, section 3.2), whose partial expectation
    has a closed form.
    """
    from scipy.stats import t  # noqa: PLC0415 - slow to load

    df, scale = _N_SETS - 1, deviation * (1 + 1 / _N_SETS) ** 0.5
    distance = gain / scale
    inside = (df + distance**2) / (df - 1) * t.pdf(distance, df)
    return float(scale * (inside - distance * t.sf(distance, df)))


def expected_gain(gain: float, deviation: float, found: PairedDifference) -> float:
    """The gain to expect once a trial has found a difference: the mean of the posterior distribution.

    What was expected before, and what the trial found, are normal distributions, each weighted by its
    precision (Gelman et al., Bayesian Data Analysis, 3rd edition, section 2.5).
    """
    by_chance = (found.high - found.low) / (2 * Z)
    if by_chance <= 0:
        return found.difference
    weight = deviation**2 / (deviation**2 + by_chance**2)
    return weight * found.difference + (1 - weight) * gain


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
    embedder.embed(texts[:16])
    rate = len(texts) / max(min(_seconds_of(embedder, texts) for _ in range(_ROUNDS)), 1e-6)
    passes = {name: _passes(bench.settings_of(name), bench) for name in NAMES if name in bench.asked}
    return prospects(bench.data.train, len(bench.data.names), rate, passes)


def _seconds_of(embedder: Embedder, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    embedder.embed(texts)
    return time.perf_counter() - start


def _passes(settings: dict[str, Any], bench: Bench) -> float:
    """How often a recipe goes through the training rows: its epochs, or its steps for each part held out."""
    if "steps" not in settings:
        return float(settings["epochs"])
    rows = len(bench.data.train)
    return float(settings["steps"] * (settings["folds"] + 1) * min(settings["batch_size"], rows) / rows)
