"""Dividing labelled records among the splits: people's first, then what only rules have labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from headway.datasets.groups import Groups, column_values, group_rows
from headway.datasets.options import Options
from headway.datasets.ruled import BY_RULES
from headway.datasets.splits import LeftOut, Member, Placed, assign_splits
from headway.errors import DataError
from headway.records import DatasetRow, Record, Split
from headway.text import prepare

Labelled = Sequence[tuple[Record, str]]

_HELD_OUT = (Split.VALIDATION, Split.TEST)


@dataclass(frozen=True)
class Division:
    """Rows with their splits, and how they came to them."""

    rows: list[DatasetRow]
    #: of each record that people labelled, in their order
    members: list[Member]
    placed: list[Placed]
    #: the splits of texts that had none before
    new_splits: dict[str, Split]
    left_out: Counter[str]
    near_duplicates: int


@dataclass(frozen=True)
class Divider:
    """Divides as a version's options say; `names` tells for each record the text it counts as."""

    names: Mapping[str, str]
    known: Mapping[str, Split]
    options: Options
    preparation: Sequence[str]
    shares: Mapping[str, float]
    seed: int

    def divide(self, labelled: Labelled) -> Division:
        """Put records into their groups, and these into splits.

        Raises `DataError` where the records lack the column or the times that are asked for.
        """
        members, groups = self._members(labelled)
        placed = self._place(members, self.known)
        rows = [
            DatasetRow(record.id, record.text, label, split, member.group)
            for (record, label), member, split in zip(labelled, members, placed, strict=True)
            if isinstance(split, Split)
        ]
        left_out = Counter(str(split) for split in placed if isinstance(split, LeftOut))
        new = self._new(zip(members, placed, strict=True), self.known)
        return Division(rows, members, placed, new, left_out, groups.near_duplicates)

    def with_ruled(self, division: Division, labelled: Labelled, ruled: Labelled) -> Division:
        """Add what only rules have labelled: it comes into train or stays out.

        It is placed after the others, whose splits stay what they are without it.
        """
        both, groups = self._members([*labelled, *ruled])
        known = {**self.known, **division.new_splits}
        placed = self._place(both, known)[len(labelled) :]
        members = both[len(labelled) :]
        kept = self._trainable(members, placed, division)
        added = [
            DatasetRow(record.id, record.text, label, Split.TRAIN, member.group, labelled_by=BY_RULES)
            for (record, label), member, one in zip(ruled, members, kept, strict=True)
            if one
        ]
        # A text that is too new to be trained on now stays free.
        remembered = zip(members, placed, kept, strict=True)
        new = self._new(((one, at) for one, at, now in remembered if now or at is not Split.TRAIN), known)
        return replace(
            division,
            rows=_regrouped(division.rows, added, dict(zip(_ids(labelled), both, strict=False))) + added,
            new_splits={**division.new_splits, **new},
            left_out=division.left_out + Counter({str(LeftOut.NOT_TRAINING): len(ruled) - len(added)}),
            near_duplicates=groups.near_duplicates,
        )

    def _trainable(
        self, members: Sequence[Member], placed: Sequence[Placed], division: Division
    ) -> list[bool]:
        """Which rows may be trained on: their split is train, and by time none is as new as the held-out."""
        times = [
            member.time
            for member, split in zip(division.members, division.placed, strict=True)
            if self.options.by_time and member.time and split in _HELD_OUT
        ]
        oldest = min(times, default=None)
        return [
            split is Split.TRAIN and not (oldest and member.time and member.time >= oldest)
            for member, split in zip(members, placed, strict=True)
        ]

    def _members(self, labelled: Labelled) -> tuple[list[Member], Groups]:
        texts = [prepare(record.text, self.preparation) for record, _ in labelled]
        values = column_values([record for record, _ in labelled], self.options.group)
        if self.options.by_time and not any(record.time for record, _ in labelled):
            raise DataError(
                f"None of the {len(labelled):,} labelled texts has a time.",
                next_step="Import them with their times: `headway import FILE … --time COL`.",
            )
        groups = group_rows([self.names[record.id] for record, _ in labelled], texts, values)
        members = [
            Member(self.names[record.id], group, label, record.split, record.time)
            for (record, label), group in zip(labelled, groups.names, strict=True)
        ]
        return members, groups

    def _place(self, members: Sequence[Member], known: Mapping[str, Split]) -> list[Placed]:
        return assign_splits(
            members,
            known,
            seed=self.seed,
            validation=self.shares["validation"],
            test=self.shares["test"],
            by_time=self.options.by_time,
        )

    @staticmethod
    def _new(placed: Iterable[tuple[Member, Placed]], known: Mapping[str, Split]) -> dict[str, Split]:
        return {
            member.name: split
            for member, split in placed
            if isinstance(split, Split) and member.name not in known
        }


def _ids(labelled: Labelled) -> list[str]:
    return [record.id for record, _ in labelled]


def _regrouped(
    rows: Sequence[DatasetRow], added: Sequence[DatasetRow], members: Mapping[str, Member]
) -> list[DatasetRow]:
    """The rows, those that belong with an added one in its group: a fold must not know texts of another."""
    joined = {row.cluster for row in added}
    return [
        replace(row, cluster=members[row.record].group) if members[row.record].group in joined else row
        for row in rows
    ]
