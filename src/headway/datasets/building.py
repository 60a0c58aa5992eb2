"""From labelled records to the rows of a version: groups, splits, sampling and augmentation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headway.datasets.augment import augment_rows
from headway.datasets.division import Divider, Labelled
from headway.datasets.options import Options
from headway.datasets.sampling import sample_rows
from headway.datasets.splits import LeftOut, Member, Placed
from headway.datasets.statistics import describe
from headway.records import DatasetRow, Split

_BELONG = "a text that belongs with theirs is in a stricter split (test before validation before train)"
_WORDS = {
    LeftOut.KNOWN_ELSEWHERE: f"{{:,}} rows stay out: they were in one split before, and {_BELONG}.",
    LeftOut.GIVEN_ELSEWHERE: f"{{:,}} rows stay out: you gave them to one split, and {_BELONG}.",
    LeftOut.NOT_GIVEN: "{:,} rows stay out: they belong with texts of a split that you gave, "
    "and are not among what you gave it.",
}


@dataclass(frozen=True)
class Built:
    """The rows of a version, what is known of them, and the splits of texts that had none."""

    rows: list[DatasetRow]
    statistics: dict[str, Any]
    new_splits: dict[str, Split]


def build_rows(
    labelled: Labelled,
    names: Mapping[str, str],
    known: Mapping[str, Split],
    options: Options,
    *,
    preparation: Sequence[str],
    shares: Mapping[str, float],
    seed: int = 0,
    earlier: Iterable[DatasetRow] = (),
    ruled: Labelled = (),
) -> Built:
    """Divide labelled records among the splits, and thin and augment the training side as asked for.

    `names` tells for each record the text it counts as, `known` the splits of such texts before, `shares`
    how much becomes `validation` and `test`, and `earlier` the training rows of the version before. What is
    `ruled` has the label of rules and a text that is not among the others: it comes into train or stays out,
    and changes nothing for them. Raises `DataError` where the records lack the column or the times that are
    asked for.
    """
    divider = Divider(names, known, options, preparation, shares, seed)
    division = divider.divide(labelled)
    if ruled:
        division = divider.with_ruled(division, labelled, ruled)
    left_out = division.left_out
    divided = [row for row in division.rows if row.split is Split.TRAIN]
    train = sample_rows(divided, cap=options.cap, balance=options.balance, seed=seed)
    if len(train) < len(divided):
        left_out[LeftOut.CAPPED] = len(divided) - len(train)
    held_out = [row for row in division.rows if row.split is not Split.TRAIN]
    rows = held_out + train
    augmented, too_close = augment_rows(
        train, held_out, options.plan, preparation=preparation, earlier=earlier, seed=seed
    )
    statistics = describe(rows, [names[row.record] for row in rows]) if rows else {"problems": []}
    statistics |= {
        "near_duplicates": division.near_duplicates,
        "groups": len({row.cluster for row in rows}),
        "left_out": dict(left_out),
        "augmented": {"rows": len(augmented), "too_close": too_close} if options.plan.counts else {},
        "rules": {"rows": sum(bool(row.labelled_by) for row in rows)} if options.rules else {},
    }
    statistics["problems"] += _problems(division.members, division.placed, options) + _unmeasured(rows)
    return Built(rows + augmented, statistics, division.new_splits)


def _unmeasured(rows: Iterable[DatasetRow]) -> list[str]:
    """A sentence about labels that nobody but rules has given."""
    labels: dict[bool, set[str]] = {True: set(), False: set()}
    for row in rows:
        labels[row.labelled_by is None].add(row.label)
    alone = sorted(labels[False] - labels[True])
    if not alone:
        return []
    return [f"Only rules have given {', '.join(map(repr, alone))}: nothing tells how well that is learned."]


def _problems(members: Sequence[Member], placed: Sequence[Placed], options: Options) -> list[str]:
    """Sentences about rows that stay out, and about what the user gave that cannot count as given."""
    reasons = Counter(placed)
    sentences = [words.format(reasons[reason]) for reason, words in _WORDS.items() if reasons[reason]]
    given = Counter(name for name, _ in {(one.name, one.given) for one in members if one.given})
    both = sum(count > 1 for count in given.values())
    if both:
        sentences.append(f"{both:,} texts were given to more than one split; the strictest one has them.")
    late = {
        member.name
        for member, split in zip(members, placed, strict=True)
        if member.given is Split.TEST and split in (Split.TRAIN, Split.VALIDATION)
    }
    if late:
        sentences.append(
            f"{len(late):,} texts given as test were in training before; they do not count as test."
        )
    timeless = sum(not member.time for member in members)
    if options.by_time and timeless:
        sentences.append(f"{timeless:,} of {len(members):,} rows have no time; new ones of them go to train.")
    return sentences
