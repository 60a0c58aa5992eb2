"""Changing the cleaning policy of a task, taking a change back, and what it means for the next version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from headway.cleaning.corpus import Corpus, read_corpus
from headway.cleaning.label_variants import label_variants, renaming
from headway.cleaning.policy import content_of, left_out, policy_before, preparation_of, with_options
from headway.cleaning.rules import LEAST_CHARACTERS
from headway.errors import CheckFailedError
from headway.records import CleaningPolicy
from headway.store import Store
from headway.store.cleanings import get_policy, list_policies, set_policy
from headway.text.prepare import prepare


def apply_options(
    store: Store, task: str, options: Sequence[str], *, least_characters: int = LEAST_CHARACTERS
) -> dict[str, Any]:
    """Add what some options stand for to the policy of a task; new versions follow it, the raw texts stay.

    Returns `applied`, `changed`, `policy` and `next_version`. Raises `UsageError` naming options that are
    unknown, and `CheckFailedError`, without a change, where no labelled row would be left.
    """
    with_options(CleaningPolicy(), options)
    with store.exclusive("clean"):
        old = get_policy(store, task)
        corpus = read_corpus(store, task, old)
        spellings = renaming(label_variants(corpus.table.label_counts()))
        new = with_options(old, options, least_characters=least_characters, labels=spellings)
        if new != old:
            corpus = read_corpus(store, task, new)
        effect = _next_version(corpus, new)
        if effect["labelled"] and not effect["rows"]:
            reasons = ", ".join(f"{rule} {count:,}" for rule, count in effect["left_out"].items())
            raise CheckFailedError(
                f"With {', '.join(options)} none of the {effect['labelled']:,} labelled rows would be left: "
                f"{reasons}.",
                next_step="Nothing was changed. Look at the rows first: headway clean --html FILE.",
            )
        if new != old:
            set_policy(store, task, new)
    return {
        "applied": list(options),
        "changed": new != old,
        "policy": content_of(new),
        "next_version": effect,
    }


def undo(store: Store, task: str) -> dict[str, Any]:
    """Go back to the policy before the present one; a second undo goes one step further.

    Returns `undone`, `policy` and `next_version`. Raises `CheckFailedError` where no change is left to undo.
    """
    with store.exclusive("clean"):
        before = policy_before(list_policies(store, task))
        if before is None:
            raise CheckFailedError(
                f"Nothing was ever applied to the data of {task!r}, or all of it was undone.",
                next_step="`headway clean` shows what can be applied.",
            )
        set_policy(store, task, before)
        effect = _next_version(read_corpus(store, task, before), before)
    return {"undone": True, "policy": content_of(before), "next_version": effect}


def _next_version(corpus: Corpus, policy: CleaningPolicy) -> dict[str, Any]:
    """What the policy makes of the labelled rows, before they are divided among the splits."""
    labelled = corpus.table.label >= 0
    reasons = left_out(policy, corpus.table.part(labelled))
    counts = {rule: int(rows.sum()) for rule, rows in reasons.items()}
    changed = np.zeros(len(corpus.raws), dtype=bool)
    if policy.steps:
        steps = preparation_of(policy)
        changed[:] = [prepare(raw, steps) != prepare(raw) for raw in corpus.raws]
    return {
        "labelled": int(labelled.sum()),
        "rows": int(labelled.sum()) - sum(counts.values()),
        "left_out": {rule: count for rule, count in counts.items() if count},
        "texts_changed": int(corpus.rows_of(changed)[labelled].sum()),
        "labels_renamed": sum(corpus.given_labels.get(label, 0) for label in policy.labels),
    }
