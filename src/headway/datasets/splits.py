"""Sticky splits: a group is put into one split; rows that may not follow it stay out of the version."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from headway.records import Split

# Where two splits are equally short of texts: training first, for nothing works without it. For the same
# reason the first group of a label that is free goes to training, however small its share.
_ORDER = (Split.TRAIN, Split.TEST, Split.VALIDATION)
#: the splits, the one that nothing may leak into first
STRICTEST = (Split.TEST, Split.VALIDATION, Split.TRAIN)


class LeftOut(StrEnum):
    """Why a row is not in the version, although it has a label."""

    #: its text was in another split before
    KNOWN_ELSEWHERE = "known-elsewhere"
    #: the user gave it to another split than that of its group
    GIVEN_ELSEWHERE = "given-elsewhere"
    #: its group is in a split that the user gave, and this row is not among what was given
    NOT_GIVEN = "not-given"
    #: there are enough training rows of its label
    CAPPED = "capped"
    #: only rules have labelled it, and they do not agree
    UNDECIDED = "rules-undecided"
    #: only rules have labelled it, and somebody labelled the same text
    REPEATED = "rules-repeated"
    #: only rules have labelled it, and it may not be trained on
    NOT_TRAINING = "rules-not-training"


Placed = Split | LeftOut


@dataclass(frozen=True, slots=True)
class Member:
    """One row, as far as its split depends on it."""

    #: name of its text
    name: str
    group: str
    label: str
    #: the split the user gave, or None
    given: Split | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    label: str
    #: the split that known texts and the user's rows ask for; None where it is free
    split: Split | None
    #: how many texts it brings to its split
    texts: int
    #: whether the user gave some of it for training, so that it may not become test
    for_training: bool
    time: str | None


def assign_splits(
    members: Sequence[Member],
    known: Mapping[str, Split],
    *,
    seed: int = 0,
    validation: float = 0.1,
    test: float = 0.1,
    by_time: bool = False,
) -> list[Placed]:
    """The split of each row, or why it stays out; `known` tells the splits of texts in earlier versions.

    A group takes the strictest split that its texts ask for: test before validation before train, each
    text asking for the split it was in before, else for what the user gave. A free group is placed by a
    seeded hash within its label, or by the newest time of its rows. `validation` and `test` are shares of
    the texts, of each label's or with `by_time` of all; where the user gave rows of a split, no free group
    becomes that. Rows given for training are the training side, from which validation is taken.
    """
    gave = {member.given for member in members if member.given}
    given_texts = {(member.name, member.given) for member in members if member.given}
    shares = {
        Split.TEST: 0.0 if Split.TEST in gave else test,
        Split.VALIDATION: 0.0 if Split.VALIDATION in gave else validation,
    }
    shares[Split.TRAIN] = 1.0 - shares[Split.VALIDATION] - shares[Split.TEST]
    groups = list(_groups(members, known))
    placed = _by_time(groups, shares, seed) if by_time else _by_label(groups, shares, seed)
    splits = {group.name: group.split for group in groups if group.split} | dict(placed)
    return [
        _admit(member, splits[member.group], known.get(member.name), gave, given_texts) for member in members
    ]


def _groups(members: Iterable[Member], known: Mapping[str, Split]) -> Iterator[_Group]:
    by_group = attrgetter("group")
    for name, rows in groupby(sorted(members, key=by_group), key=by_group):
        group = list(rows)
        asked: dict[str, set[Split]] = {}
        for row in group:
            wish = known.get(row.name) or (None if row.given is Split.TRAIN else row.given)
            asked.setdefault(row.name, set()).update([wish] if wish else [])
        wishes = set().union(*asked.values())
        split = next((one for one in STRICTEST if one in wishes), None)
        texts = sum(not one or split in one for one in asked.values())
        for_training = any(row.given is Split.TRAIN for row in group)
        newest = max((row.time for row in group if row.time), default=None)
        yield _Group(name, _label(group), split, texts, for_training, newest)


def _label(group: Sequence[Member]) -> str:
    """The label most rows have; of equally frequent ones the first by name."""
    if len(group) == 1:
        return group[0].label
    labels = Counter(row.label for row in group)
    return min(labels, key=lambda one: (-labels[one], one))


def _by_label(
    groups: Iterable[_Group], shares: Mapping[Split, float], seed: int
) -> Iterator[tuple[str, Split]]:
    """Put the free groups of each label, in the order of their hash, where most texts are missing."""
    of_label: defaultdict[str, list[_Group]] = defaultdict(list)
    for group in groups:
        of_label[group.label].append(group)
    for members in of_label.values():
        wanted, missing = _wanted(members, shares)
        has_training = any(group.split is Split.TRAIN for group in members)
        for group in sorted((group for group in members if not group.split), key=_seeded(seed)):
            room = missing.copy()
            if group.for_training:
                # What may not become test is training's, the share of test with it.
                room[Split.TRAIN] += wanted[Split.TEST]
            allowed = [one for one in _ORDER if one is Split.TRAIN or _fits(group, one, missing, shares)]
            split = max(allowed, key=room.__getitem__) if has_training else Split.TRAIN
            has_training = True
            missing[split] -= group.texts
            yield group.name, split


def _by_time(
    groups: Sequence[_Group], shares: Mapping[Split, float], seed: int
) -> Iterator[tuple[str, Split]]:
    """The newest free groups become test, the next validation, the others and those without a time train."""
    _, missing = _wanted(groups, shares)
    still_open = [one for one in (Split.TEST, Split.VALIDATION) if shares[one] > 0]
    free = sorted((group for group in groups if not group.split), key=_seeded(seed))
    for group in sorted(free, key=lambda group: group.time or "", reverse=True):
        if not group.time or (group.for_training and Split.TEST in still_open):
            yield group.name, Split.TRAIN
            continue
        # Once a group does not fit, no older one follows: training texts would be newer than test texts.
        while still_open and missing[still_open[0]] < group.texts / 2:
            del still_open[0]
        split = still_open[0] if still_open else Split.TRAIN
        missing[split] -= group.texts
        yield group.name, split


def _wanted(
    groups: Sequence[_Group], shares: Mapping[Split, float]
) -> tuple[dict[Split, float], dict[Split, float]]:
    """How many texts each split should have, and how many of them are missing."""
    # A split the user gave as a whole takes no part: else a large test file would starve validation.
    total = sum(group.texts for group in groups if shares[group.split or Split.TRAIN] > 0)
    wanted = {split: shares[split] * total for split in _ORDER}
    placed = Counter[Split]()
    for group in groups:
        if group.split:
            placed[group.split] += group.texts
    return wanted, {split: wanted[split] - placed[split] for split in _ORDER}


def _fits(group: _Group, split: Split, missing: Mapping[Split, float], shares: Mapping[Split, float]) -> bool:
    """Whether the group may come into the split and brings it nearer to its share."""
    if shares[split] == 0 or (split is Split.TEST and group.for_training):
        return False
    return missing[split] >= min(group.texts - 1, group.texts / 2)


def _seeded(seed: int) -> Callable[[_Group], bytes]:
    return lambda group: hashlib.sha256(f"{seed}:{group.name}".encode()).digest()


def _admit(
    member: Member,
    split: Split,
    before: Split | None,
    gave: set[Split],
    given_texts: set[tuple[str, Split]],
) -> Placed:
    """Whether a row may follow its group into a split."""
    if before not in (None, split):
        return LeftOut.KNOWN_ELSEWHERE
    if split is Split.TRAIN or member.given is split:
        return split
    # Where the user gave a split, it holds what was given, and of a text that was given no further copy.
    yours = (member.name, split) in given_texts if before else split in gave
    if yours or (member.given and split is Split.TEST):
        return LeftOut.GIVEN_ELSEWHERE if member.given else LeftOut.NOT_GIVEN
    return split
