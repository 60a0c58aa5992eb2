from __future__ import annotations

from headway.ids import new_id
from headway.records import Annotation
from headway.store import Store
from headway.store import queue as item_rows
from headway.store.records import iter_labels, labelled_records
from headway.store.rules import change_labels, rule_authors, said_by
from tests.annotated import TASK, annotate, import_texts


def by(store: Store, *, rules: bool) -> list[tuple[str, str]]:
    found = labelled_records(store, TASK, "9999", by_rules=rules)
    return [(annotation.author, annotation.label) for _, annotation in found]


def test_what_rules_say_is_no_label_of_anybody(store: Store) -> None:
    import_texts(store, ["我要退款", "where is it"])
    annotate(store, "我要退款", [("Ann", "退款"), ("rule:钱", "投诉"), ("Rule: Bob", "退款")])
    annotate(store, "where is it", [("rule:where", "物流")])
    assert by(store, rules=False) == [("Ann", "退款"), ("Rule: Bob", "退款")]
    assert by(store, rules=True) == [("rule:钱", "投诉"), ("rule:where", "物流")]
    assert [label for _, label in iter_labels(store, TASK)] == ["退款", "退款"]


def test_a_text_that_only_a_rule_has_labelled_is_still_to_be_labelled(store: Store) -> None:
    import_texts(store, ["我要退款", "where is it"])
    annotate(store, "我要退款", [("Ann", "退款")])
    annotate(store, "where is it", [("rule:where", "物流")])
    with store.writing() as connection:
        assert item_rows.add_items(connection, TASK, 1) == 1


def test_labels_are_given_and_taken_back_in_one(store: Store) -> None:
    first, second = import_texts(store, ["一", "two"])
    given = [Annotation(new_id(), TASK, one, "x", "rule:a", store.now()) for one in (first, second)]
    with store.writing() as connection:
        change_labels(connection, [], given, store.now())
    annotate(store, "一", [("rule:b", "x"), ("Ann", "x")])
    instead = Annotation(new_id(), TASK, first, "y", "rule:a", store.now())
    with store.writing() as connection:
        assert rule_authors(connection, TASK) == ["rule:a", "rule:b"]
        change_labels(connection, [one.id for one in given], [instead], store.now())
    with store.reading() as connection:
        assert said_by(connection, TASK, "rule:a") == [(first, instead.id, "y")]
        assert rule_authors(connection, "another") == []
    with store.writing() as connection:
        change_labels(connection, [instead.id], [], store.now())
        assert rule_authors(connection, TASK) == ["rule:b"]
