"""How far rules reach, where they differ, and how often they are right."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headway.annotation.effort import share
from headway.annotation.rule_votes import SILENT, Votes
from headway.datasets.answers import Answers
from headway.datasets.consensus import dawid_skene
from headway.datasets.labelled import people_agree
from headway.datasets.versions import cluster_name
from headway.records import Split
from headway.store import Store
from headway.store.datasets import get_splits
from headway.store.records import iter_texts

# Of a text: nobody labelled it; or with a label that no rule can give.
_UNKNOWN, _OTHER = -1, -2

Table = NDArray[np.int32]
Mask = NDArray[np.bool_]


def rule_figures(votes: Votes, people: Mapping[str, str]) -> dict[str, Any]:
    """The figures of all rules together and of each, as plain data; `people` tells record → right label."""
    table = votes.table
    spoken: Mask = table != SILENT
    said = spoken.sum(axis=1)
    places = {label: place for place, label in enumerate(votes.labels)}
    truth = np.array(
        [places.get(people[one], _OTHER) if one in people else _UNKNOWN for one in votes.records],
        dtype=np.int32,
    )
    estimates = _estimates(votes, spoken)
    differ = np.array([_differ(table, rule) for rule in range(len(votes.rules))], dtype=bool)
    covered = int((said > 0).sum())
    return {
        "texts": len(votes.records),
        "covered": covered,
        "uncovered": len(votes.records) - covered,
        "conflicting": int(differ.any(axis=0).sum()) if len(votes.rules) else 0,
        "labelled_by_people": int((truth != _UNKNOWN).sum()),
        "rules": [
            {
                "name": one.name,
                "label": one.label,
                "texts": int(spoken[:, rule].sum()),
                "share": _share(spoken[:, rule].sum(), len(table)),
                "overlaps": _share((spoken[:, rule] & (said > 1)).sum(), spoken[:, rule].sum()),
                "conflicts": _share(differ[rule].sum(), spoken[:, rule].sum()),
                "people": _judged_by_people(table[:, rule], truth),
                "estimate": estimates[rule] if (spoken[:, rule] & (said > 1)).any() else None,
                **dataclasses.asdict(votes.troubles[rule]),
            }
            for rule, one in enumerate(votes.rules)
        ],
    }


def labels_of_people(store: Store, task: str) -> dict[str, str]:
    """Record → what people say its label is, by majority and review; nothing of what is sealed as test.

    Rules are written until they do well here, and what is tuned on the test is measured by it no more.
    """
    agreed, texts = people_agree(store, task, store.now())
    splits = get_splits(store, task)
    sealed = {record for record, _, split, _ in iter_texts(store) if split == Split.TEST}
    return {
        record: label
        for record, label in agreed.items()
        if record not in sealed and splits.get(cluster_name(texts[record])) is not Split.TEST
    }


def _differ(table: Table, rule: int) -> Mask:
    """The texts of which a rule says one label and another rule another, [texts]."""
    own = table[:, [rule]]
    against: Mask = ((table != own) & (table != SILENT) & (own != SILENT)).any(axis=1)
    return against


def _judged_by_people(said: Table, truth: Table) -> dict[str, Any] | None:
    known = (said != SILENT) & (truth != _UNKNOWN)
    n = int(known.sum())
    if not n:
        return None
    right = int((said[known] == truth[known]).sum())
    return {"right": right, **share(right, n)}


def _estimates(votes: Votes, spoken: Mask) -> list[float | None]:
    """How probable each rule's labels are on average, by agreement among the rules alone."""
    texts, rules = np.nonzero(spoken)
    covered, items = np.unique(texts, return_inverse=True)
    used, labels = np.unique(votes.table[texts, rules], return_inverse=True)
    answers = Answers(
        items.astype(np.int64),
        rules.astype(np.int64),
        labels.astype(np.int64),
        tuple(votes.records[text] for text in covered.tolist()),
        tuple(rule.name for rule in votes.rules),
        tuple(votes.labels[label] for label in used.tolist()),
    )
    right = dawid_skene(answers, silence=True).posterior[answers.items, answers.labels]
    return [
        float(right[rules == rule].mean()) if (rules == rule).any() else None
        for rule in range(len(votes.rules))
    ]


def _share(part: Any, whole: Any) -> float:
    return float(part) / float(whole) if whole else 0.0
