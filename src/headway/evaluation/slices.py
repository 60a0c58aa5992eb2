"""Slices: how good the model is on parts of the data – short texts, one language, one source, one customer.

Each slice is compared with all other rows. With many slices some look special by chance alone, so the
intervals of the differences are widened by Holm's step-down method (Holm 1979) over all slices together:
the chance that any slice is flagged without cause stays below 5 %.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from headway.evaluation.bootstrap import FloatArray, wilson
from headway.text.language import language_of

__all__ = ["FEWEST_ROWS", "difference_interval", "measure_slices"]

BoolArray = npt.NDArray[np.bool_]

LEVEL = 0.95
#: smaller slices are left out: their intervals would cover nearly everything
FEWEST_ROWS = 10
#: a column with more values than this is no category but a name or a number
MOST_VALUES = 20
#: nor is one with values longer than this
LONGEST_VALUE = 60
MOST_COLUMNS = 12
LENGTH_BINS = 4
#: a column counts where at least this share of the rows has a value in it
COVERED = 0.5

# Where the inversion of the interval looks for its end, in standard deviations.
_MOST_Z = 40.0
_NORMAL = NormalDist()


def measure_slices(
    texts: Sequence[str],
    correct: BoolArray,
    *,
    sources: Sequence[str] = (),
    columns: Mapping[str, Sequence[str]] | None = None,
) -> list[dict[str, Any]]:
    """Measure accuracy by length, language, source and column: one entry for each that divides the rows.

    `correct` is bool [n]; `sources` and each of `columns` (name → values, "" where there is none) have one
    string a row. An entry has `kind` ("length", "language", "source" or "column"), `name` (of a column, else
    "") and `slices`, each with `value`, `n`, `accuracy`, `interval` (95 %, Wilson 1927), `difference` to all
    other rows, `difference_interval` (widened by Holm's method) and `flagged`, where that excludes 0.
    """
    found: list[dict[str, Any]] = [
        {"kind": kind, "name": name, "slices": _measured(values, correct)}
        for kind, name, values in _divisions(texts, sources, columns or {})
    ]
    found = [entry for entry in found if entry["slices"]]
    _compare([one for entry in found for one in entry["slices"]], correct)
    return found


def difference_interval(
    hits: npt.ArrayLike,
    n: npt.ArrayLike,
    other_hits: npt.ArrayLike,
    other_n: npt.ArrayLike,
    z: float | FloatArray,
) -> FloatArray:
    """Give the interval of a difference of two independent proportions: low and high, shape (2, …).

    The hybrid score interval, method 10 of Newcombe, Statistics in Medicine 17 (1998), 873–890, `z` standard
    deviations wide.
    """
    first, second = wilson(hits, n, z=z), wilson(other_hits, other_n, z=z)
    share = np.asarray(hits) / np.asarray(n)
    other = np.asarray(other_hits) / np.asarray(other_n)
    down = np.sqrt((share - first[0]) ** 2 + (second[1] - other) ** 2)
    up = np.sqrt((first[1] - share) ** 2 + (other - second[0]) ** 2)
    return np.asarray([share - other - down, share - other + up])


def _divisions(
    texts: Sequence[str], sources: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, list[str]]]:
    """Kind, name and each row's value, for all that divides the rows into at least two parts."""
    yield "length", "", _length_ranges(texts)
    yield "language", "", [language_of(text) for text in texts]
    if sources:
        yield "source", "", list(sources)
    usable = [(name, values) for name, values in columns.items() if _is_category(values)]
    yield from (("column", name, list(values)) for name, values in usable[:MOST_COLUMNS])


def _length_ranges(texts: Sequence[str]) -> list[str]:
    """Each text's range of characters, the ranges with about as many texts: it suits any script."""
    lengths = np.array([len(text) for text in texts])
    quantiles = np.quantile(lengths, np.arange(1, LENGTH_BINS) / LENGTH_BINS, method="inverted_cdf")
    ends = np.unique([*quantiles, lengths.max()]).astype(np.int64)
    starts = [int(lengths.min()), *(int(end) + 1 for end in ends[:-1])]
    names = [
        f"{start:,}–{end:,}" if start < end else f"{end:,}" for start, end in zip(starts, ends, strict=True)
    ]
    return [names[place] for place in np.searchsorted(ends, lengths)]


def _is_category(values: Sequence[str]) -> bool:
    filled = [value for value in values if value.strip()]
    distinct = set(filled)
    return (
        2 <= len(distinct) <= MOST_VALUES
        and len(filled) >= COVERED * len(values)
        and max(map(len, distinct)) <= LONGEST_VALUE
    )


def _measured(values: Sequence[str], correct: BoolArray) -> list[dict[str, Any]]:
    """The slices that are large enough, in their natural order; none where there are not two."""
    names, place = np.unique(np.asarray(values, dtype=object).astype(str), return_inverse=True)
    n = np.bincount(place, minlength=len(names))
    hits = np.bincount(place[correct], minlength=len(names))
    limits = wilson(hits, n)
    slices: list[dict[str, Any]] = [
        {
            "value": str(name),
            "n": int(n[i]),
            "accuracy": round(float(hits[i] / n[i]), 6),
            "interval": [round(float(limits[0, i]), 6), round(float(limits[1, i]), 6)],
            "hits": int(hits[i]),
        }
        for i, name in enumerate(names)
        if n[i] >= FEWEST_ROWS and name.strip()
    ]
    slices.sort(key=lambda one: (_leading_number(one["value"]), one["value"]))
    return slices if len(slices) > 1 else []


def _leading_number(value: str) -> float:
    digits = value.partition("–")[0].replace(",", "")
    return float(digits) if digits.isdecimal() else 0.0


def _compare(slices: list[dict[str, Any]], correct: BoolArray) -> None:
    """Add to each slice its difference to all other rows, judged by Holm's method over all slices."""
    if not slices:
        return
    n, hits = np.array([one["n"] for one in slices]), np.array([one.pop("hits") for one in slices])
    rest, rest_hits = len(correct) - n, int(correct.sum()) - hits
    z = _largest_excluding(hits, n, rest_hits, rest)
    # Step by step from the clearest difference: the level is that of all slices not yet judged. The first
    # that cannot be told from chance ends it, and the others share its level.
    holds = True
    for judged, i in enumerate(np.argsort(-z, kind="stable").tolist()):
        if holds:
            level_z = _NORMAL.inv_cdf(1 - (1 - LEVEL) / 2 / (len(slices) - judged))
            holds = bool(z[i] > level_z)
        low, high = difference_interval(hits[i], n[i], rest_hits[i], rest[i], level_z)
        slices[i] |= {
            "difference": round(float(hits[i] / n[i] - rest_hits[i] / rest[i]), 6),
            "difference_interval": [round(float(low), 6), round(float(high), 6)],
            "flagged": holds,
        }


def _largest_excluding(
    hits: npt.NDArray[Any], n: npt.NDArray[Any], other_hits: npt.NDArray[Any], other_n: npt.NDArray[Any]
) -> FloatArray:
    """How many standard deviations wide each interval may be and still exclude 0: the test it inverts."""
    inside, outside = np.zeros(len(n)), np.full(len(n), _MOST_Z)
    for _ in range(50):
        middle = (inside + outside) / 2
        low, high = difference_interval(hits, n, other_hits, other_n, middle)
        excludes = (low > 0) | (high < 0)
        inside, outside = np.where(excludes, middle, inside), np.where(excludes, outside, middle)
    return inside
