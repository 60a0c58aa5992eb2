"""How far annotators agree: observed, and beyond what chance would bring about.

- Percent agreement: how often two answers to the same item are equal.
- Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20), for two annotators.
- Fleiss's kappa (Fleiss 1971, Psychological Bulletin 76), for any number; items need not have equally many
  answers: each item counts by its own.
- Krippendorff's alpha for nominal data (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability), which
  allows for missing answers and for small samples.

Intervals are those of the percentile bootstrap over items (Efron and Tibshirani 1993, chapter 13; for these
coefficients Zapf et al. 2016, BMC Medical Research Methodology 16). Items with fewer than two answers say
nothing of agreement and are left out. A coefficient is None where it is not defined: where there is no item
left, or all answers are the same label, so that nothing can be told apart from chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from headway.datasets.answers import Answers

RESAMPLES = 1_000
_TAILS = (0.025, 0.975)
# Items drawn at once: bounds the memory of the bootstrap to some 80 MB.
_CHUNK_CELLS = 10_000_000

Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class LabelAgreement:
    """How far annotators agree that an item has one label, or not."""

    label: str
    #: answers that gave it
    n_answers: int
    alpha: Estimate | None


@dataclass(frozen=True)
class PairAgreement:
    """How far two annotators agree on the items that both answered."""

    first: str
    second: str
    n_items: int
    percent: float
    kappa: float | None


@dataclass(frozen=True)
class Agreement:
    """How far all annotators agree."""

    #: items with at least two answers
    n_items: int
    n_answers: int
    percent: Estimate | None
    fleiss: Estimate | None
    alpha: Estimate | None
    labels: tuple[LabelAgreement, ...]
    pairs: tuple[PairAgreement, ...]


def agreement(answers: Answers, *, resamples: int = RESAMPLES, seed: int = 0) -> Agreement:
    """All figures of agreement; the same seed gives the same intervals."""
    counts = _compared(answers.counts())
    given = [label for label in range(len(answers.label_names)) if counts[:, label].any()]
    sums = [_sums(counts), *(_sums(_one_against_rest(counts, label)) for label in given)]
    overall, *of_labels = _resampled(sums, resamples, seed)
    return Agreement(
        n_items=len(counts),
        n_answers=int(counts.sum()),
        percent=_estimate(_percent, overall),
        fleiss=_estimate(_fleiss, overall),
        alpha=_estimate(_alpha, overall),
        labels=tuple(
            LabelAgreement(answers.label_names[label], int(counts[:, label].sum()), _estimate(_alpha, drawn))
            for label, drawn in zip(given, of_labels, strict=True)
        ),
        pairs=_pairs(answers),
    )


def cohen_kappa(table: NDArray[np.int64]) -> float | None:
    """Cohen's kappa from how often the first said this and the second that, [labels, labels]."""
    shares = table / max(table.sum(), 1)
    by_chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    if not table.sum() or by_chance >= 1:
        return None
    return (float(np.trace(shares)) - by_chance) / (1 - by_chance)


def _compared(counts: NDArray[np.int64]) -> Counts:
    """The items with at least two answers."""
    compared: Counts = counts[counts.sum(axis=1) > 1].astype(np.float64)
    return compared


def _one_against_rest(counts: Counts, label: int) -> Counts:
    return np.stack([counts[:, label], counts.sum(axis=1) - counts[:, label]], axis=1)


def _estimate(coefficient: Callable[[Counts], Counts], sums: Counts) -> Estimate | None:
    """A coefficient with its interval; draws in which it is not defined are left out."""
    value, *drawn = coefficient(sums).tolist()
    known = [each for each in drawn if not math.isnan(each)]
    if math.isnan(value) or not known:
        return None
    low, high = np.quantile(known, _TAILS)
    return Estimate(value, float(low), float(high))


def _sums(counts: Counts) -> Counts:
    """What each item adds to the figures, [items, 4 + 2 labels]; all figures are made of sums of these.

    Items; answers; share of its pairs that agree; agreeing pairs by the answers each was compared with; then
    for each label its share of the answers, and its answers.
    """
    answers = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1)
    head = [np.ones(len(counts)), answers, agreeing / (answers * (answers - 1)), agreeing / (answers - 1)]
    return np.column_stack([*head, counts / answers[:, None], counts])


def _resampled(tables: Sequence[Counts], resamples: int, seed: int) -> list[Counts]:
    """The columns of each table summed: over all items first, then over as many drawn with replacement."""
    joined = np.hstack(tables)
    n_items = len(joined)
    generator = np.random.default_rng(seed)
    size = max(1, _CHUNK_CELLS // max(n_items, 1))
    parts = [joined.sum(axis=0, keepdims=True)]
    for start in range(0, resamples if n_items else 0, size):
        rows = min(size, resamples - start)
        parts.append(generator.multinomial(n_items, np.full(n_items, 1 / n_items), size=rows) @ joined)
    widths = np.cumsum([table.shape[1] for table in tables])
    return np.split(np.vstack(parts), widths[:-1], axis=1)


def _percent(sums: Counts) -> Counts:
    return _ratio(sums[:, 2], sums[:, 0])


def _fleiss(sums: Counts) -> Counts:
    n_labels = (sums.shape[1] - 4) // 2
    shares = _ratio(sums[:, 4 : 4 + n_labels], sums[:, :1])
    return _beyond(_percent(sums), (shares**2).sum(axis=1))


def _alpha(sums: Counts) -> Counts:
    n_labels = (sums.shape[1] - 4) // 2
    answers, of_label = sums[:, 1], sums[:, 4 + n_labels :]
    by_chance = _ratio((of_label * (of_label - 1)).sum(axis=1), answers * (answers - 1))
    return _beyond(_ratio(sums[:, 3], answers), by_chance)


def _beyond(observed: Counts, by_chance: Counts) -> Counts:
    """(observed - expected) / (1 - expected); NaN where all is expected."""
    return _ratio(observed - by_chance, np.where(by_chance > 1 - 1e-12, 0, 1 - by_chance))


def _ratio(part: Counts, whole: Counts) -> Counts:
    """NaN where there is no whole."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    ratio: Counts = np.divide(part, whole, out=np.full(shape, np.nan), where=whole != 0)
    return ratio


def _pairs(answers: Answers) -> tuple[PairAgreement, ...]:
    """Each two annotators that have answered the same items; of several answers of one the last counts."""
    n_labels = len(answers.label_names)
    said = np.full((len(answers.annotator_names), len(answers.item_names)), -1, dtype=np.int64)
    said[answers.annotators, answers.items] = answers.labels
    found = []
    for first, second in combinations(range(len(said)), 2):
        both = (said[first] >= 0) & (said[second] >= 0)
        if not both.any():
            continue
        cells = said[first, both] * n_labels + said[second, both]
        table = np.bincount(cells, minlength=n_labels**2).reshape(n_labels, n_labels)
        n_items = int(table.sum())
        names = answers.annotator_names[first], answers.annotator_names[second]
        found.append(PairAgreement(*names, n_items, float(np.trace(table)) / n_items, cohen_kappa(table)))
    return tuple(found)
