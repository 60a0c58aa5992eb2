"""Labels of rules, kept beside those of people: what a rule says now replaces what it said before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headway.annotation.rule_votes import SILENT, Votes
from headway.ids import new_id
from headway.records import RULE, Annotation
from headway.store import Store
from headway.store import rules as rows
from headway.terminal import Progress

#: changes in one transaction: annotators who work meanwhile wait for no longer one
BATCH = 1_000


@dataclass
class Changes:
    """How many labels came, stayed and went."""

    added: int = 0
    unchanged: int = 0
    withdrawn: int = 0


def apply_votes(store: Store, task: str, votes: Votes, *, progress: Progress) -> Changes:
    """Keep what rules say; what a rule says no more, and all of rules that are gone, is taken back."""
    changes = Changes()
    gone = _authors(store, task) - {rule.author for rule in votes.rules}
    done = 0
    for place, rule in enumerate(votes.rules):
        said = votes.table[:, place].tolist()
        now = {
            record: votes.labels[label]
            for record, label in zip(votes.records, said, strict=True)
            if label != SILENT
        }
        _replace(store, task, rule.author, now, changes)
        done += 1
        progress("keeping labels", done, len(votes.rules) + len(gone))
    for author in sorted(gone):
        _replace(store, task, author, {}, changes)
        done += 1
        progress("keeping labels", done, len(votes.rules) + len(gone))
    return changes


def remove_labels(store: Store, task: str, *, progress: Progress) -> tuple[list[str], int]:
    """Take back all that rules say of a task's texts; gives the rules' names and how many labels went."""
    changes = Changes()
    authors = sorted(_authors(store, task))
    for done, author in enumerate(authors, start=1):
        _replace(store, task, author, {}, changes)
        progress("taking labels back", done, len(authors))
    return [author.removeprefix(RULE) for author in authors], changes.withdrawn


def _authors(store: Store, task: str) -> set[str]:
    with store.reading() as connection:
        return set(rows.rule_authors(connection, task))


def _replace(store: Store, task: str, author: str, now: Mapping[str, str], changes: Changes) -> None:
    """Make `now`, record → label, what an author says, in short transactions."""
    with store.reading() as connection:
        before = rows.said_by(connection, task, author)
    kept: set[str] = set()
    taken_back = []
    for record, annotation, label in before:
        if now.get(record) == label and record not in kept:
            kept.add(record)
        else:
            taken_back.append(annotation)
    at = store.now()
    given = [
        Annotation(new_id(), task, record, label, author, at)
        for record, label in now.items()
        if record not in kept
    ]
    for start in range(0, max(len(taken_back), len(given)), BATCH):
        part = slice(start, start + BATCH)
        with store.writing() as connection:
            rows.change_labels(connection, taken_back[part], given[part], at)
    changes.added += len(given)
    changes.unchanged += len(kept)
    changes.withdrawn += len(taken_back)
