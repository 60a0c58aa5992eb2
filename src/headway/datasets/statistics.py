"""What there is to know of a dataset version before anything is trained on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.records import DatasetRow, Split
from headway.tasks import text_classification
from headway.text import dominant_language
from headway.text.lengths import LENGTHS, length_counts, length_quantiles

# From this share on a group of texts makes its label lopsided; smaller labels are lopsided anyway.
_LARGE_SHARE, _LARGE_LABEL = 0.5, 10
_SHOWN = 10


def describe(rows: Sequence[DatasetRow], names: Sequence[str]) -> dict[str, Any]:
    """Counts, labels, lengths, language, duplicates and what is odd about the labels.

    `names` tells which rows are of one text. Lengths are in characters of the raw text. Augmented rows are
    not among them. `problems` are sentences, meant to be read.
    """
    labels = Counter(row.label for row in rows)
    first: dict[str, str] = {}
    contradicting = len(
        {
            name
            for row, name in zip(rows, names, strict=True)
            if first.setdefault(name, row.label) != row.label
        }
    )
    lengths = np.array([len(row.text) for row in rows])
    problems = list(text_classification.label_problems(labels))
    if contradicting:
        problems.append(f"{contradicting:,} texts have more than one label.")
    label_splits = _label_splits(rows, labels)
    return {
        "rows": len(rows),
        "texts": len(first),
        "duplicate_rows": len(rows) - len(first),
        "contradicting_texts": contradicting,
        "labels": dict(labels.most_common()),
        "label_splits": label_splits,
        "characters": length_quantiles(lengths),
        "lengths": _lengths(rows, lengths),
        "language": dominant_language(row.text for row in rows),
        "problems": problems + _split_problems(rows, labels, label_splits),
    }


def _lengths(rows: Sequence[DatasetRow], lengths: NDArray[np.int64]) -> dict[str, Any]:
    """How many rows have a length from each bound on, of all and of each split."""
    split = np.array([row.split for row in rows])
    by_split = {str(one): length_counts(lengths[split == one]) for one in Split}
    return {"from": list(LENGTHS), "texts": length_counts(lengths), "splits": by_split}


def _label_splits(rows: Sequence[DatasetRow], labels: Counter[str]) -> dict[str, dict[str, int]]:
    counts = Counter((row.label, row.split) for row in rows)
    return {label: {str(split): counts[label, split] for split in Split} for label, _ in labels.most_common()}


def _split_problems(
    rows: Sequence[DatasetRow], labels: Counter[str], label_splits: dict[str, dict[str, int]]
) -> list[str]:
    """Sentences about labels that a model cannot learn, and about groups too large to be divided."""
    problems = []
    unlearned = [label for label, splits in label_splits.items() if not splits["train"]]
    if unlearned:
        problems.append(f"Labels without a text for training: {_listed(unlearned)}.")
    # Most groups are single rows, of which a million would be many to count.
    seen: set[str] = set()
    shared: set[str] = set()
    for row in rows:
        (shared if row.cluster in seen else seen).add(row.cluster)
    sizes = Counter((row.label, row.cluster) for row in rows if row.cluster in shared)
    largest: dict[str, int] = {}
    for (label, _), size in sizes.items():
        largest[label] = max(size, largest.get(label, 0))
    problems += [
        f"{size:,} of the {labels[label]:,} rows of {label!r} belong together (equal, near-duplicates, or of "
        "one value of the group column), so that they cannot be divided among the splits."
        for label, size in largest.items()
        if labels[label] >= _LARGE_LABEL and size >= _LARGE_SHARE * labels[label]
    ]
    return problems


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - _SHOWN} more" if len(labels) > _SHOWN else ""
    return ", ".join(map(repr, labels[:_SHOWN])) + more
