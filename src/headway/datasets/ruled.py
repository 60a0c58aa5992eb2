"""The label of texts that only rules have labelled, where their votes and an estimate agree on one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from headway.datasets.answers import Answers
from headway.datasets.consensus import Consensus, dawid_skene
from headway.datasets.labelled import Given, keeping, triples
from headway.records import RULE, Record
from headway.store import Store
from headway.store import records as record_rows

#: what `DatasetRow.labelled_by` says of such a text
BY_RULES = "rules"

_LEAST = 0.5


def rule_votes(
    store: Store, task: str, cut_off: str, *, column: str | None = None, rename: Callable[[str], str] = str
) -> tuple[dict[str, dict[str, str]], dict[str, Record]]:
    """Record → rule → label, as the rules' labels were kept at a moment; and the records, by their ids."""
    slim = keeping(column)
    votes: dict[str, dict[str, str]] = {}
    records: dict[str, Record] = {}
    for record, annotation in record_rows.labelled_records(store, task, cut_off, by_rules=True):
        if record.id not in records:
            records[record.id] = slim(record)
        rule = annotation.author.removeprefix(RULE)
        votes.setdefault(record.id, {})[rule] = rename(annotation.label)
    return votes, records


def judged(votes: Given) -> tuple[Answers, Consensus]:
    """The votes of rules, and what is probably true by them (Dawid and Skene, silence being an answer)."""
    answers = Answers.of(triples(votes))
    return answers, dawid_skene(answers, silence=True)


def decided(votes: Given) -> dict[str, str]:
    """Record → the label that most of its rules give, if it is probably true, too (more than a half).

    A tie decides nothing, however sure the estimate: of two rules that differ it often takes the wrong one.
    """
    answers, found = judged(votes)
    counts = answers.counts()
    most = counts.argmax(axis=1) if counts.size else np.empty(0, dtype=np.int64)
    rows = np.arange(len(counts))
    alone = (counts == counts[rows, most][:, None]).sum(axis=1) == 1
    kept = alone & (found.posterior[rows, most] > _LEAST)
    return {answers.item_names[row]: answers.label_names[most[row]] for row in np.flatnonzero(kept).tolist()}
