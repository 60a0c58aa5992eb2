"""What is wrong with the labels of a corpus: spellings, coverage, and labels that stand in their texts."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np

from headway.cleaning.corpus import Corpus
from headway.cleaning.findings import Finding, labels_in_texts
from headway.cleaning.label_leaks import label_leaks
from headway.cleaning.label_variants import label_variants, renaming
from headway.records import Split

#: a label with fewer texts than this is hard to learn
FEW_TEXTS = 10
#: the largest label may have so many times the texts of the one in the middle
IMBALANCE = 10

_SHOWN = 20


def spellings(corpus: Corpus) -> Finding:
    """Rows whose label is the rarer spelling of another, and the spelling to agree on."""
    variants = label_variants(corpus.table.label_counts())
    rare = set(renaming(variants))
    rows = sum(n for group in variants for label, n in group.counts.items() if label in rare)
    examples = [{"suggested": group.suggested, "spellings": group.counts} for group in variants[:_SHOWN]]
    return _of_labels("label-variants", corpus, rows, examples, groups=len(variants))


def leaks(corpus: Corpus) -> Finding:
    """Rows whose text holds their label in a fixed place."""
    found = label_leaks(corpus.table)
    return labels_in_texts(corpus, found.rows, found.forms)


def coverage(corpus: Corpus) -> Finding:
    """Labels with few texts or given for test only, and the one label that outweighs the others.

    `count` is of labels, and so is `share`.
    """
    counts = corpus.table.label_counts()
    few = {label: n for label, n in counts.items() if n < FEW_TEXTS}
    test_only = _test_only(corpus)
    middle = statistics.median_low(counts.values()) if counts else 0
    largest = next(iter(counts.items()), None)
    heavy = largest is not None and largest[1] > IMBALANCE * middle
    examples = [
        {"label": label, "rows": n, "test_only": label in test_only}
        for label, n in counts.items()
        if label in few or label in test_only
    ]
    worst = len(examples) + (largest is not None and heavy and largest[0] not in {*few, *test_only})
    worst_first = sorted(examples, key=lambda one: (one["rows"], one["label"]))
    return {
        "key": "coverage",
        "count": worst,
        "share": worst / len(counts) if counts else 0.0,
        "few": len(few),
        "test_only": len(test_only),
        "imbalance": {"label": largest[0], "rows": largest[1], "middle": middle}
        if largest and heavy
        else None,
        "examples": worst_first[:_SHOWN],
    }


def _test_only(corpus: Corpus) -> set[str]:
    labelled = corpus.table.label >= 0
    elsewhere = np.array([split != Split.TEST for split in corpus.splits], dtype=bool)
    seen = set(np.unique(corpus.table.label[labelled & elsewhere]).tolist())
    return {label for n, label in enumerate(corpus.table.labels) if n not in seen}


def _of_labels(key: str, corpus: Corpus, rows: int, examples: list[Any], **details: Any) -> Finding:
    labelled = int((corpus.table.label >= 0).sum())
    return {
        "key": key,
        "count": rows,
        "share": rows / labelled if labelled else 0.0,
        **details,
        "examples": examples,
    }
