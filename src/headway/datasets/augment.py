"""Augmentation: training texts written slightly otherwise, as rows that are only ever fitted on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np

from headway.cleaning.near_duplicates import near_duplicate_components
from headway.datasets import rewriting
from headway.datasets.rewriting import Rewrite
from headway.errors import UsageError
from headway.records import DatasetRow
from headway.text import prepare
from headway.text.unicode import is_unicode

METHODS = ("typos", "swap", "delete", "homophones", "keyboard", "synonyms")
#: The methods that are functions of the user's are called so in a version's options.
OWN = "own:"
_TRIES = 3

Augmentation = str | Callable[[str], str | None]


@dataclass(frozen=True)
class Plan:
    """What to augment by: name of a method → texts to make of each text; the user's functions by name."""

    counts: dict[str, int] = field(default_factory=dict)
    functions: dict[str, Callable[[str], str | None]] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()


def read_plan(augment: Iterable[Augmentation], synonyms: Sequence[Sequence[str]] = ()) -> Plan:
    """Understand `typos`, `typos=2` and functions of the user's.

    Raises `UsageError` naming everything that is not understood, and for two functions of one name.
    """
    counts: dict[str, int] = {}
    functions: dict[str, Callable[[str], str | None]] = {}
    wrong = []
    for one in augment:
        if callable(one):
            name = OWN + str(getattr(one, "__name__", type(one).__name__))
            if name in functions:
                raise UsageError(
                    f"Two functions for augmentation have the name {name.removeprefix(OWN)!r}.",
                    next_step="Give each a name of its own, with def.",
                )
            counts[name] = 1
            functions[name] = one
            continue
        name, _, number = one.partition("=")
        count = int(number or 1) if number.isdecimal() or not number else 0
        if count and (name in METHODS or name.startswith(OWN)):
            counts[name] = count
        else:
            wrong.append(one)
    if wrong:
        raise UsageError(
            f"Augmentations that are not understood: {', '.join(map(repr, wrong))}.",
            next_step=f"Methods are {', '.join(METHODS)}; `typos=2` makes up to two texts of each.",
        )
    if ("synonyms" in counts) != bool(synonyms):
        raise UsageError(
            "Augmentation by synonyms needs a list of them, and the list needs the augmentation.",
            next_step="Give both: --augment synonyms --synonyms FILE",
        )
    return Plan(counts, functions, tuple(map(tuple, synonyms)))


def augment_rows(
    train: Sequence[DatasetRow],
    held_out: Sequence[DatasetRow],
    plan: Plan,
    *,
    preparation: Sequence[str],
    earlier: Iterable[DatasetRow] = (),
    seed: int = 0,
) -> tuple[list[DatasetRow], int]:
    """New training rows, and how many were dropped because they came too close to validation or test.

    Each different text is rewritten by every method of the plan. A new text is never empty, never equal to
    another of the version, and no near-duplicate of a held-out one. It has the cluster of the text it was
    made from, so that no fold is measured on what resembles its training rows. Of a function that is not
    there any more the `earlier` rows are taken over.
    """
    if not plan.counts:
        return [], 0
    # Sorted, so that neither the order of import nor which of equal rows came first decides anything.
    ordered = sorted(train, key=lambda row: (row.text, row.label))
    parents = list({(prepare(row.text, preparation), row.label): row for row in ordered}.values())
    taken = {prepare(row.text, preparation) for row in [*train, *held_out]}
    made: list[DatasetRow] = []
    for name, rewrite in _rewrites(plan, train).items():
        for parent in parents:
            for row in _rewritten(parent, name, rewrite, plan.counts[name], seed):
                prepared = prepare(row.text, preparation)
                if prepared and prepared not in taken:
                    taken.add(prepared)
                    made.append(row)
    made += _taken_over(earlier, plan, train, taken, preparation)
    far = _far_from(made, held_out, preparation)
    return [row for row, is_far in zip(made, far, strict=True) if is_far], len(far) - sum(far)


def _rewrites(plan: Plan, train: Sequence[DatasetRow]) -> dict[str, Rewrite]:
    plain: dict[str, Rewrite] = {
        "typos": rewriting.typos,
        "swap": rewriting.swap,
        "delete": rewriting.delete,
        "keyboard": rewriting.keyboard,
    }
    found = {name: plain[name] for name in plan.counts if name in plain}
    if "homophones" in plan.counts:
        found["homophones"] = rewriting.homophones(row.text for row in train)
    if "synonyms" in plan.counts:
        found["synonyms"] = rewriting.synonyms(plan.synonyms)
    return found | {name: _own(name, function) for name, function in plan.functions.items()}


def _own(name: str, function: Callable[[str], str | None]) -> Rewrite:
    def rewrite(text: str, random: Random) -> str:
        written = function(text)
        if written is not None and not (isinstance(written, str) and is_unicode(written)):
            raise UsageError(
                f"The function {name.removeprefix(OWN)} gave {written!r} for {text!r}.",
                next_step="It should give a text, or None where it has nothing to change.",
            )
        return text if written is None else written

    return rewrite


def _rewritten(
    parent: DatasetRow, name: str, rewrite: Rewrite, count: int, seed: int
) -> Iterable[DatasetRow]:
    random = Random(f"{seed}:{name}:{parent.text}")  # noqa: S311 - it draws slips of the hand, no secrets
    found: dict[str, None] = {}
    for _ in range(count if name.startswith(OWN) else count * _TRIES):
        found.setdefault(rewrite(parent.text, random))
        found.pop(parent.text, None)
        if len(found) == count:
            break
    for number, text in enumerate(found, start=1):
        record = f"{parent.record}~{name}~{number}"
        yield DatasetRow(record, text, parent.label, parent.split, parent.cluster, parent.record)


def _taken_over(
    earlier: Iterable[DatasetRow],
    plan: Plan,
    train: Iterable[DatasetRow],
    taken: set[str],
    preparation: Sequence[str],
) -> Iterable[DatasetRow]:
    gone = {name for name in plan.counts if name.startswith(OWN)} - plan.functions.keys()
    if not gone:
        return
    by_record = {row.record: row for row in train}
    for row in earlier:
        parent = by_record.get(row.parent or "")
        prepared = prepare(row.text, preparation)
        same = parent is not None and parent.label == row.label and row.record.split("~")[1] in gone
        if parent and same and prepared not in taken:
            taken.add(prepared)
            yield DatasetRow(row.record, row.text, row.label, parent.split, parent.cluster, row.parent)


def _far_from(
    made: Sequence[DatasetRow], held_out: Sequence[DatasetRow], preparation: Sequence[str]
) -> list[bool]:
    """Which new texts are no near-duplicates of a held-out one."""
    texts = [prepare(row.text, preparation) for row in [*held_out, *made]]
    components = near_duplicate_components(texts)
    close = np.isin(components[len(held_out) :], components[: len(held_out)])
    return [not one for one in close.tolist()]
