"""How far the labelling of a task has come, how far its annotators agree, and on what they do not."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from headway.annotation.agreement import Agreement, agreement
from headway.datasets.answers import Answers
from headway.datasets.consensus import Consensus, dawid_skene
from headway.datasets.labelled import Given, given_by_people, split_reviews, triples
from headway.store import Store
from headway.store.records import count_records

# Of each annotator the mistakes that are told.
_MISTAKES = 3
_LEAST_SHARE = 0.05
# An annotator has probably met a label where so many of their texts are estimated to have it.
_MET = 0.5


def status(store: Store, task: str, *, disputed: int = 10, confusion: bool = False) -> dict[str, Any]:
    """The figures as plain data; `disputed` texts are listed, the most doubtful first.

    With `confusion` each annotator has a table of it, [probable label, label given], and `labels` names its
    rows and columns. Only what people and files say counts; what rules and models say does not. A text on
    which a reviewer has decided is disputed no more.
    """
    told, texts = given_by_people(store, task, store.now())
    given, decided = split_reviews(told)
    answers = Answers.of(triples(given))
    found = dawid_skene(answers)
    agreed = agreement(answers)
    several = sum(len(said) > 1 for said in given.values())
    # With one answer to each text there is nothing to judge anybody by.
    annotators = _annotators(answers, found) if several else []
    if not confusion:
        for row in annotators:
            del row["confusion"]
    return {
        "task": task,
        "records": count_records(store),
        "labelled": len(told),
        "decided": len(decided),
        "answered_by_several": several,
        "answers": len(answers),
        "agreement": _plain(agreed),
        "annotators": annotators,
        **({"labels": answers.label_names} if confusion else {}),
        "disputed": _disputed(answers, found, given, decided, texts)[:disputed],
    }


def disputed_texts(store: Store, task: str) -> list[dict[str, Any]]:
    """The texts on which answers differ and no reviewer has decided, the most doubtful first."""
    told, texts = given_by_people(store, task, store.now())
    given, decided = split_reviews(told)
    answers = Answers.of(triples(given))
    return _disputed(answers, dawid_skene(answers), given, decided, texts)


def _plain(agreed: Agreement) -> dict[str, Any]:
    content = dataclasses.asdict(agreed)
    content["labels"] = list(content["labels"])
    content["pairs"] = list(content["pairs"])
    return content


def _annotators(answers: Answers, found: Consensus) -> list[dict[str, Any]]:
    """Each annotator: answers, the share of them that is probably right, and what they mix up.

    A label that they have probably never met has None for its row of the confusion.
    Only answers to texts that have another one are judged; the share is None where there are none.
    """
    right = found.posterior[answers.items, answers.labels]
    compared = answers.compared()[answers.items]
    rows = []
    for position, name in enumerate(answers.annotator_names):
        own = answers.annotators == position
        judged = own & compared
        seen = found.posterior[answers.items[judged]].sum(axis=0)
        rows.append(
            {
                "name": name,
                "answers": int(own.sum()),
                "accuracy": float(right[judged].mean()) if judged.any() else None,
                "mistakes": _mistakes(answers.label_names, found.confusion[position], seen),
                "confusion": [
                    shares.tolist() if n >= _MET else None
                    for shares, n in zip(found.confusion[position], seen, strict=True)
                ],
            }
        )
    return sorted(rows, key=lambda row: math.inf if row["accuracy"] is None else row["accuracy"])


def _mistakes(labels: tuple[str, ...], confusion: Any, seen: Any) -> list[dict[str, Any]]:
    """What is most often mistaken for what; `seen` is how many texts of each label there probably were."""
    wrong = confusion * (1 - np.eye(len(labels)))
    expected = wrong * seen[:, None]
    order = np.argsort(-expected, axis=None)[:_MISTAKES]
    return [
        {"true": labels[row], "given": labels[column], "share": float(wrong[row, column])}
        for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True)
        if wrong[row, column] >= _LEAST_SHARE and expected[row, column] >= _MET
    ]


def _disputed(
    answers: Answers,
    found: Consensus,
    given: Given,
    decided: Mapping[str, str],
    texts: Mapping[str, str],
) -> list[dict[str, Any]]:
    rows = [
        {
            "record": record,
            "text": texts[record],
            "answers": dict(given[record]),
            "label": answers.label_names[int(shares.argmax())],
            "probability": float(shares.max()),
        }
        for record, shares in zip(answers.item_names, found.posterior, strict=True)
        if len(set(given[record].values())) > 1 and record not in decided
    ]
    return sorted(rows, key=lambda row: row["probability"])
