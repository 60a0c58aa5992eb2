"""What there is to know of a dataset version before anything is trained on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from headway.records import DatasetRow
from headway.tasks import text_classification
from headway.text import dominant_language

_QUANTILES = {"shortest": 0.0, "median": 0.5, "95%": 0.95, "longest": 1.0}


def describe(rows: Sequence[DatasetRow]) -> dict[str, Any]:
    """Counts, labels, lengths, language, duplicates and what is odd about the labels.

    Lengths are in characters of the raw text. `problems` are sentences, meant to be read.
    """
    labels = Counter(row.label for row in rows)
    by_cluster: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        by_cluster[row.cluster].add(row.label)
    contradicting = sum(len(found) > 1 for found in by_cluster.values())
    lengths = np.array([len(row.text) for row in rows])
    problems = list(text_classification.label_problems(labels))
    if contradicting:
        problems.append(f"{contradicting:,} texts have more than one label.")
    return {
        "rows": len(rows),
        "texts": len(by_cluster),
        "duplicate_rows": len(rows) - len(by_cluster),
        "contradicting_texts": contradicting,
        "labels": dict(labels.most_common()),
        "characters": {name: int(np.quantile(lengths, share)) for name, share in _QUANTILES.items()},
        "language": dominant_language(row.text for row in rows),
        "problems": problems,
    }
