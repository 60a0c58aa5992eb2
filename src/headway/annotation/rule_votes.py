"""What rules say of all texts of a project, and where they could not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from headway.annotation.rule_functions import what_was_raised
from headway.annotation.rule_matching import OutOfTimeError, Text
from headway.annotation.rules import Rule
from headway.cleaning.policy import preparation_of
from headway.store import Store
from headway.store.cleanings import get_policy
from headway.store.records import count_records, iter_texts
from headway.terminal import Progress
from headway.text import prepare

SILENT = -1
#: a rule that was out of time so often is asked no more, so that no file of rules takes hours
MOST_TIMEOUTS = 100

_TEXTS_A_STEP = 1_000


@dataclass
class Trouble:
    """Texts of which a rule said nothing because it could not."""

    timeouts: int = 0
    errors: int = 0
    #: the first of the errors, in words with its record
    first_error: str | None = None
    #: texts that it was asked nothing about after too many timeouts
    unasked: int = 0


@dataclass(frozen=True)
class Votes:
    """What each rule says of each text."""

    rules: tuple[Rule, ...]
    labels: tuple[str, ...]
    records: list[str]
    #: positions of labels, [texts, rules]; -1 where a rule says nothing
    table: NDArray[np.int32]
    #: of each rule, in their order
    troubles: tuple[Trouble, ...]


@dataclass
class _Asked:
    """A rule that is asked about text after text."""

    rule: Rule
    labels: dict[str, int]
    trouble: Trouble = field(default_factory=Trouble)

    def say(self, record: str, text: Text) -> int:
        """The position of the label it gives, or -1."""
        trouble = self.trouble
        if trouble.timeouts >= MOST_TIMEOUTS:
            trouble.unasked += 1
            return SILENT
        try:
            found = self.rule.matcher(text)
        except OutOfTimeError:
            trouble.timeouts += 1
            return SILENT
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the user's function raises is told
            return self._failed(record, f"raised {what_was_raised(error)}")
        return self._meant(record, found)

    def _meant(self, record: str, found: object) -> int:
        if found is None or found is False:
            return SILENT
        label = self.rule.label if found is True else found
        if isinstance(label, str) and label in self.labels:
            return self.labels[label]
        return self._failed(record, f"returned {found!r}, which names no label of the task")

    def _failed(self, record: str, what: str) -> int:
        self.trouble.errors += 1
        self.trouble.first_error = self.trouble.first_error or f"on record {record} it {what}"
        return SILENT


def ask_rules(
    store: Store, task: str, rules: Sequence[Rule], labels: Sequence[str], *, progress: Progress
) -> Votes:
    """Ask every rule about every text, prepared as the task's models read it."""
    steps = preparation_of(get_policy(store, task))
    places = {label: place for place, label in enumerate(labels)}
    asked = [_Asked(rule, places) for rule in rules]
    total = count_records(store)
    records: list[str] = []
    said: list[NDArray[np.int32]] = []
    for record, raw, *_ in iter_texts(store):
        text = Text.of(prepare(raw, steps))
        said.append(np.array([one.say(record, text) for one in asked], dtype=np.int32))
        records.append(record)
        if len(records) % _TEXTS_A_STEP == 0:
            progress("asking rules", len(records), total)
    progress("asking rules", len(records), total)
    table = np.array(said, dtype=np.int32).reshape(len(records), len(rules))
    return Votes(tuple(rules), tuple(labels), records, table, tuple(one.trouble for one in asked))
