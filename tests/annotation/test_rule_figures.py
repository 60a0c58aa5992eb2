from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headway.annotation.rule_figures import labels_of_people, rule_figures
from headway.annotation.rule_matching import Keywords
from headway.annotation.rule_votes import Trouble, Votes
from headway.annotation.rules import Rule
from headway.datasets import create_version, load_rows
from headway.evaluation.bootstrap import wilson
from headway.ids import new_id
from headway.records import Record, Split
from headway.store import Store
from tests.annotated import TASK, annotate, import_texts
from tests.annotation.ruling import ask, write_rules
from tests.projects import unlike
from tests.store.rows import insert_records


def votes_of(table: list[list[int]], labels: tuple[str, ...] = ("退款", "other")) -> Votes:
    """Votes as they would be of rules a, b, c … on texts t0, t1, …"""
    rules = tuple(Rule("abcdef"[n], labels[0], Keywords.of(["x"])) for n in range(len(table[0])))
    cells = np.array(table, dtype=np.int32)
    records = [f"t{n}" for n in range(len(table))]
    return Votes(rules, labels, records, cells, tuple(Trouble() for _ in rules))


def test_reach_overlaps_and_conflicts_are_counted() -> None:
    found = rule_figures(
        votes_of([[0, 0, -1], [0, 1, -1], [0, -1, -1], [-1, -1, -1], [0, 0, -1], [-1, 1, -1]]), {}
    )
    assert (found["texts"], found["covered"], found["uncovered"], found["conflicting"]) == (6, 5, 1, 1)
    a, b, c = found["rules"]
    assert (a["texts"], a["share"], a["overlaps"], a["conflicts"]) == (4, 4 / 6, 3 / 4, 1 / 4)
    assert (b["texts"], b["overlaps"], b["conflicts"]) == (4, 3 / 4, 1 / 4)
    assert (c["texts"], c["share"], c["overlaps"], c["conflicts"]) == (0, 0, 0, 0)
    assert (c["people"], c["estimate"]) == (None, None)
    assert 0 < a["estimate"] <= 1


def test_a_rule_alone_has_no_estimate_for_nothing_speaks_of_it() -> None:
    (found,) = rule_figures(votes_of([[0], [0], [-1]]), {})["rules"]
    assert (found["texts"], found["estimate"], found["people"]) == (2, None, None)


def test_people_say_how_often_a_rule_is_right() -> None:
    table = [[0, 1]] * 8 + [[-1, 0]] * 2
    people = {**{f"t{n}": "退款" for n in range(6)}, "t6": "other", "t7": "a label that is retired"}
    found = rule_figures(votes_of(table), people)
    assert found["labelled_by_people"] == 8
    a, b = (rule["people"] for rule in found["rules"])
    assert (a["right"], a["n"], a["accuracy"]) == (6, 8, 0.75)
    assert (a["low"], a["high"]) == tuple(wilson(6, 8))
    assert (b["right"], b["n"]) == (1, 8)


def test_the_rule_that_the_others_contradict_is_estimated_least() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(2, size=400)
    right = [np.where(generator.random(400) < skill, truth, 1 - truth) for skill in (0.9, 0.9, 0.6)]
    table = np.stack(right, axis=1)
    table[generator.random(table.shape) < 0.3] = -1
    estimates = [rule["estimate"] for rule in rule_figures(votes_of(table.tolist()), {})["rules"]]
    assert estimates[:2] == pytest.approx([0.9, 0.9], abs=0.06)
    assert estimates[2] == pytest.approx(0.6, abs=0.08)


def test_what_people_say_is_by_majority_and_review_without_rules_and_models(store: Store) -> None:
    first, second, third, _ = import_texts(store, ["一", "two", "三", "four"])
    annotate(store, "一", [("Ann", "退款"), ("Bob", "退款"), ("李", "other"), ("rule:a", "other")])
    annotate(store, "two", [("Ann", "退款"), ("review:Lead", "other")])
    annotate(store, "三", [("import:a.csv", "other")])
    annotate(store, "four", [("rule:a", "退款"), ("model:m@1", "退款")])
    assert labels_of_people(store, TASK) == {first: "退款", second: "other", third: "other"}


def test_texts_of_the_test_tell_nothing_of_rules(store: Store) -> None:
    texts = [f"{'我要退款' if n % 2 else 'where is it'} {unlike(n)} {unlike(n + 900)}" for n in range(40)]
    import_texts(store, texts)
    given = Record(new_id(), "given", 1, "you gave this as test 测试", split=Split.TEST)
    insert_records(store, [given], task=TASK)
    for number, text in enumerate(texts):
        annotate(store, text, [("Ann", "退款" if number % 2 else "delivery")])
    known = labels_of_people(store, TASK)
    assert len(known) == 40
    # Were some of it free to become test, it would be sealed as soon as it is.
    version = create_version(store, TASK, validation=0.2)
    sealed = {row.record for row in load_rows(store, version, [Split.TEST])}
    assert sealed == {given.id}
    assert given.id not in labels_of_people(store, TASK)


def test_what_became_test_in_a_version_is_sealed_from_then_on(store: Store, tmp_path: Path) -> None:
    texts = [f"{'我要退款' if n % 2 else 'where is it'} {unlike(n)} {unlike(n + 900)}" for n in range(40)]
    import_texts(store, texts)
    for number, text in enumerate(texts):
        annotate(store, text, [("Ann", "退款" if number % 2 else "delivery")])
    sealed = {row.record for row in load_rows(store, create_version(store, TASK), [Split.TEST])}
    known = labels_of_people(store, TASK)
    assert len(sealed) == 4
    assert len(known) == 36
    assert sealed.isdisjoint(known)
    path = write_rules(tmp_path, a=("退款", "keywords = ['退款']"))
    found = rule_figures(ask(store, path), known)
    (judged,) = (rule["people"] for rule in found["rules"])
    assert (judged["right"], judged["n"]) == (18, 18)
