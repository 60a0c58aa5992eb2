"""What a cleaning policy does to labelled rows when a version is made of them; the raw text stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from headway.cleaning.label_leaks import label_leaks
from headway.cleaning.outliers import outlier_kinds
from headway.cleaning.rules import LEAST_CHARACTERS, contradictions, duplicates, near_duplicates, too_short
from headway.cleaning.table import Mask, Table, numbered
from headway.errors import UsageError
from headway.records import CleaningPolicy, Record, Split
from headway.text.prepare import DEFAULT_STEPS, in_order, prepare

#: option of `headway clean --apply` → the preparation step it adds
STEPS = {
    "mojibake": "mojibake@1",
    "html": "html@1",
    "full-width": "full-width@1",
    "traditional": "simplified@1",
}
#: findings whose rows can stay out, in the order in which the rules are asked: the first that holds counts
DROPS = ("short", "outliers", "label-leaks", "contradictions", "duplicates", "near-duplicates")
OPTIONS = (*STEPS, *DROPS, "label-variants", "personal-data")
MASKING_STEP = "personal-data@1"

# A copy in training must not drive a row out of the test that the user gave.
_KEPT_FIRST = {Split.TEST: 0, Split.VALIDATION: 1, Split.TRAIN: 2, None: 2}


def preparation_of(policy: CleaningPolicy) -> tuple[str, ...]:
    """The preparation steps that models trained under this policy apply, in their fixed order."""
    return in_order(policy.steps)


def apply_policy(
    policy: CleaningPolicy, labelled: Sequence[tuple[Record, str]], *, pseudonym_key: bytes
) -> tuple[list[tuple[Record, str]], dict[str, int]]:
    """The (record, label) rows that stay, and how many were left out for which finding.

    Labels are written as the policy says, and personal data are replaced by pseudonyms; all else in a
    text stays, for the steps of `preparation_of` are applied later. Of equal rows the one that the user
    gave as test is kept, then as validation, then the one with the least record id, whatever the order
    given. Each row is counted for the first rule, in the order of `DROPS`, that it falls under.
    """
    rows = [(_masked(policy, record, pseudonym_key), renamed(policy, label)) for record, label in labelled]
    if not policy.drop:
        return rows, {}
    order = sorted(range(len(rows)), key=lambda n: (_KEPT_FIRST[rows[n][0].split], rows[n][0].id))
    steps = preparation_of(policy)
    text, texts = numbered(prepare(rows[n][0].text, steps) for n in order)
    label, labels = numbered(rows[n][1] for n in order)
    reasons = left_out(policy, Table(texts, text, labels, label))
    counts = {rule: int(rows_out.sum()) for rule, rows_out in reasons.items() if rows_out.any()}
    out = np.zeros(len(rows), dtype=bool)
    for rows_out in reasons.values():
        out[order] |= rows_out
    return [row for row, dropped in zip(rows, out.tolist(), strict=True) if not dropped], counts


def left_out(policy: CleaningPolicy, table: Table) -> dict[str, Mask]:
    """Rule → the rows that stay out by it, bool [rows]; no row is under two rules.

    What is short, an outlier, a leak or a contradiction is judged among all rows, duplicates among the rows
    that are left.
    """
    asked = {rule.partition(":")[0]: rule.partition(":")[2] for rule in policy.drop}
    rules: dict[str, Callable[[], Mask]] = {
        "short": lambda: too_short(table, int(asked["short"])),
        "outliers": lambda: table.rows_of(outlier_kinds(table.texts) > 0),
        "label-leaks": lambda: label_leaks(table).rows,
        "contradictions": lambda: contradictions(table),
    }
    reasons: dict[str, Mask] = {}
    left = np.ones(len(table.text), dtype=bool)
    for rule in DROPS:
        if rule in rules and rule in asked:
            reasons[rule] = rules[rule]() & left
            left &= ~reasons[rule]
    if "duplicates" in asked:
        reasons["duplicates"] = _spread(duplicates(table.part(left)), left)
        left &= ~reasons["duplicates"]
    if "near-duplicates" in asked:
        reasons["near-duplicates"] = _spread(near_duplicates(table.part(left))[0], left)
    return reasons


def with_options(
    policy: CleaningPolicy,
    options: Sequence[str],
    *,
    least_characters: int = LEAST_CHARACTERS,
    labels: Mapping[str, str] | None = None,
) -> CleaningPolicy:
    """The policy with what some options of `headway clean --apply` stand for.

    `labels`, spelling → the one to agree on, are taken where "label-variants" is among them.
    Raises `UsageError` naming every option that is unknown.
    """
    unknown = [option for option in options if option not in OPTIONS]
    if unknown:
        raise UsageError(
            f"There is nothing to apply of the name {', '.join(map(repr, unknown))}.",
            next_step=f"Use some of: {', '.join(OPTIONS)}.",
        )
    mask_too = policy.mask or "personal-data" in options
    steps = {*policy.steps, *(STEPS[option] for option in options if option in STEPS)}
    if mask_too:
        steps.add(MASKING_STEP)
    drops = {rule.partition(":")[0]: rule for rule in policy.drop}
    drops |= {option: option for option in options if option in DROPS}
    if "short" in options:
        drops["short"] = f"short:{least_characters}"
    new = labels if labels and "label-variants" in options else {}
    renamed_before = {label: new.get(written, written) for label, written in policy.labels.items()}
    return CleaningPolicy(
        steps=tuple(step for step in in_order(steps) if step not in DEFAULT_STEPS),
        drop=tuple(drops[rule] for rule in DROPS if rule in drops),
        labels={**new, **renamed_before},
        mask=mask_too,
    )


def policy_before(history: Sequence[CleaningPolicy]) -> CleaningPolicy | None:
    """The policy that an undo goes back to, from all a task had, the oldest first; None where there is none.

    Undoing writes a row, too: a row equal to the policy before the present one takes the present one back,
    so that a second undo goes one step further.
    """
    stack = [CleaningPolicy()]
    for policy in history:
        if len(stack) > 1 and policy == stack[-2]:
            stack.pop()
        elif policy != stack[-1]:
            stack.append(policy)
    return stack[-2] if len(stack) > 1 else None


def content_of(policy: CleaningPolicy) -> dict[str, Any]:
    """The policy as plain data, as JSON has it."""
    return {
        "steps": list(policy.steps),
        "drop": list(policy.drop),
        "labels": dict(policy.labels),
        "mask": policy.mask,
    }


def renamed(policy: CleaningPolicy, label: str) -> str:
    """The spelling of a label that the policy asks for."""
    return policy.labels.get(label, label)


def _masked(policy: CleaningPolicy, record: Record, pseudonym_key: bytes) -> Record:
    if not policy.mask:
        return record
    from headway.text.personal_data import mask  # noqa: PLC0415 - its many patterns cost start-up time

    text = mask(record.text, pseudonym_key)
    return record if text == record.text else dataclasses.replace(record, text=text)


def _spread(part: Mask, where: Mask) -> Mask:
    """The mask over all rows that has a part's values where the part was taken."""
    whole = np.zeros(len(where), dtype=bool)
    whole[where] = part
    return whole
