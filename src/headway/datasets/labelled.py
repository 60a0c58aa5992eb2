"""The one label of a record that was given several: the newest, the most frequent or the most probable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Literal, get_args

from headway.datasets.answers import Answers
from headway.datasets.consensus import dawid_skene
from headway.records import Annotation, Record
from headway.store import Store
from headway.store import records as record_rows

#: `latest`: the newest label; `majority`: that of most authors; `dawid-skene`: the most probable one
Rule = Literal["latest", "majority", "dawid-skene"]
RULES: tuple[Rule, ...] = get_args(Rule)

# Probabilities that differ by less are equal but for rounding.
_EQUAL = 1e-9
# How an author begins that is a model. What rules say is not even read.
_MODEL = "model:"
#: how the author of a decision begins: it counts, whoever else says what
REVIEW = "review:"

#: record id → author → label, each author's newest, in the order in which they were given
Given = Mapping[str, Mapping[str, str]]


def agreed_labels(
    store: Store,
    task: str,
    cut_off: str,
    *,
    rule: Rule = "latest",
    column: str | None = None,
    rename: Callable[[str], str] = str,
) -> list[tuple[Record, str]]:
    """Each labelled record of a task with the label that the rule gives it, from what was known at a moment.

    What labelling rules say does not count. Of the user's columns only the one named is kept, and the names
    of the others. `rename` writes equal labels alike before they are counted.
    """
    newest: dict[str, tuple[Record, str]] = {}
    given: dict[str, dict[str, str]] = {}
    decided: dict[str, str] = {}
    # A million rows have few labels: equal ones are one object.
    labels: dict[str, str] = {}
    slim = keeping(column)
    for record, annotation in record_rows.labelled_records(store, task, cut_off):
        label = labels.setdefault(annotation.label, annotation.label)
        newest[record.id] = (slim(record), label)
        if annotation.author.startswith(REVIEW):
            decided[record.id] = label
            continue
        if rule != "latest":
            _say(given, record.id, replace(annotation, label=rename(label)))
    agreed = {**_CHOOSE[rule](given), **decided}
    return [(record, agreed.get(record.id, label)) for record, label in newest.values()]


def keeping(column: str | None) -> Callable[[Record], Record]:
    """What leaves of a record's columns only the names, and the value of the one named."""
    # A million records have few sets of columns: equal ones are one object.
    sets: dict[tuple[str, ...], dict[str, str]] = {}

    def slim(record: Record) -> Record:
        kept = sets.setdefault(tuple(record.fields), dict.fromkeys(record.fields, ""))
        if column in record.fields:
            kept = {**kept, column: record.fields[column]}
        return replace(record, fields=kept)

    return slim


def given_by_people(
    store: Store, task: str, cut_off: str
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What each author last said of each record at a moment, and the text of each record, by its id.

    What rules and models say is left out; what a reviewer decided is in it.
    """
    given: dict[str, dict[str, str]] = {}
    texts: dict[str, str] = {}
    for record, annotation in record_rows.labelled_records(store, task, cut_off):
        if annotation.author.startswith(_MODEL):
            continue
        texts[record.id] = record.text
        _say(given, record.id, annotation)
    return given, texts


def _say(given: dict[str, dict[str, str]], record: str, annotation: Annotation) -> None:
    authors = given.setdefault(record, {})
    # Taken out first, so that what is said again counts as the newest.
    authors.pop(annotation.author, None)
    authors[annotation.author] = annotation.label


def split_reviews(given: Given) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """What annotators say, and what reviewers decided: record → label, of several decisions the last."""
    said: dict[str, dict[str, str]] = {}
    decided: dict[str, str] = {}
    for record, authors in given.items():
        for author, label in authors.items():
            if author.startswith(REVIEW):
                decided[record] = label
            else:
                said.setdefault(record, {})[author] = label
    return said, decided


def people_agree(store: Store, task: str, cut_off: str) -> tuple[dict[str, str], dict[str, str]]:
    """Record → label by majority and review, and record → text, of all that people have labelled."""
    given, texts = given_by_people(store, task, cut_off)
    said, decided = split_reviews(given)
    return {**by_majority(said), **decided}, texts


def by_majority(given: Given) -> dict[str, str]:
    """The label of most authors; among equals the one that was given last."""
    return {record: _most_frequent(list(authors.values())) for record, authors in given.items()}


def by_dawid_skene(given: Given) -> dict[str, str]:
    """The most probable label by how each author errs (Dawid and Skene 1979); among equals that of most."""
    answers = Answers.of(triples(given))
    found = dawid_skene(answers)
    agreed = by_majority(given)
    for record, shares in zip(answers.item_names, found.posterior, strict=True):
        label = answers.label_names[int(shares.argmax())]
        if shares.max() > shares[answers.label_names.index(agreed[record])] + _EQUAL:
            agreed[record] = label
    return agreed


def triples(given: Given) -> Iterable[tuple[str, str, str]]:
    """(record, author, label) of each answer."""
    return ((record, author, label) for record, said in given.items() for author, label in said.items())


def _most_frequent(labels: list[str]) -> str:
    # Counted from the newest on: of equally frequent ones `most_common` gives the first it met.
    return Counter(reversed(labels)).most_common(1)[0][0]


_CHOOSE: dict[Rule, Callable[[Given], dict[str, str]]] = {
    "latest": lambda given: {},
    "majority": by_majority,
    "dawid-skene": by_dawid_skene,
}
