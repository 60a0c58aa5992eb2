"""Sticky splits: a cluster of equal texts is put into one split, once, and stays there."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from headway.records import Split

# Where two splits are equally short of rows: training first, for nothing works without it. For the same
# reason the first text of a label that is free goes to training, however small its share.
_ORDER = (Split.TRAIN, Split.TEST, Split.VALIDATION)


@dataclass(frozen=True)
class Cluster:
    """All rows with one prepared text: the label most of them have, and the splits the user gave them."""

    name: str
    label: str
    given: frozenset[Split]


def assign_splits(
    clusters: Sequence[Cluster],
    known: Mapping[str, Split],
    *,
    seed: int = 0,
    validation: float = 0.1,
    test: float = 0.1,
) -> dict[str, Split]:
    """Give every cluster a split: the known one, else the user's, else one by seeded hash within its label.

    `validation` and `test` are shares of each label's clusters. Where the user gave test rows, no other
    cluster becomes test, and the shares are those of the clusters that remain; rows given as train are the
    training side, from which validation is taken unless the user gave that too. A cluster given as both
    train and test goes to test, so that no test text is ever trained on.
    """
    user_gave = {split for cluster in clusters for split in cluster.given}
    shares = {
        Split.TRAIN: 1.0 - validation - (0.0 if Split.TEST in user_gave else test),
        Split.TEST: 0.0 if Split.TEST in user_gave else test,
        Split.VALIDATION: 0.0 if Split.VALIDATION in user_gave else validation,
    }
    assigned: dict[str, Split] = {}
    by_label: defaultdict[str, list[Cluster]] = defaultdict(list)
    for cluster in clusters:
        split = known.get(cluster.name) or _given(cluster)
        if split is not None:
            assigned[cluster.name] = split
        by_label[cluster.label].append(cluster)
    for members in by_label.values():
        assigned.update(_fill(members, assigned, shares, seed))
    return assigned


def _given(cluster: Cluster) -> Split | None:
    for split in (Split.TEST, Split.VALIDATION):
        if split in cluster.given:
            return split
    return None


def _fill(
    members: Sequence[Cluster], assigned: Mapping[str, Split], shares: Mapping[Split, float], seed: int
) -> Iterable[tuple[str, Split]]:
    """Put the open clusters of one label, in the order of their hash, where most is missing."""
    placed = Counter(assigned[cluster.name] for cluster in members if cluster.name in assigned)
    open_clusters = sorted(
        (cluster for cluster in members if cluster.name not in assigned),
        key=lambda cluster: hashlib.sha256(f"{seed}:{cluster.name}".encode()).digest(),
    )
    # A split the user gave as a whole takes no part: else a large test file would starve validation.
    total = sum(shares[assigned.get(cluster.name, Split.TRAIN)] > 0 for cluster in members)
    for cluster in open_clusters:
        # Rows given as train may be set aside for validation, never for test.
        allowed = [s for s in _ORDER if not (s is Split.TEST and Split.TRAIN in cluster.given)]
        missing = {split: shares[split] * total - placed[split] for split in allowed}
        if Split.TEST not in allowed:
            missing[Split.TRAIN] += shares[Split.TEST] * total
        split = max(allowed, key=lambda choice: missing[choice]) if placed[Split.TRAIN] else Split.TRAIN
        placed[split] += 1
        yield cluster.name, split
