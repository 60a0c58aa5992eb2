from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.datasets.labelled import RULES, agreed_labels, by_dawid_skene, by_majority
from headway.store import Store
from tests.annotated import annotate, import_texts


@pytest.fixture
def several(store: Store) -> Store:
    """Texts in both languages, of which three people judge each; 李 last."""
    import_texts(store, ["我要退款", "where is my order", "谢谢"])
    annotate(store, "我要退款", [("Ann", "退款"), ("Bob", "退款"), ("李", "投诉")])
    annotate(store, "where is my order", [("Ann", "物流"), ("Bob", "其他"), ("李", "物流")])
    annotate(store, "谢谢", [("Ann", "其他")])
    return store


def labels_by(store: Store, rule: str, **options: object) -> dict[str, str]:
    found = agreed_labels(store, "intents", "9999", rule=rule, **options)  # type: ignore[arg-type]
    return {record.text: label for record, label in found}


def test_the_newest_label_counts_unless_another_rule_is_named(several: Store) -> None:
    assert labels_by(several, "latest") == {"我要退款": "投诉", "where is my order": "物流", "谢谢": "其他"}
    assert labels_by(several, "majority") == {"我要退款": "退款", "where is my order": "物流", "谢谢": "其他"}
    assert labels_by(several, "dawid-skene") == labels_by(several, "majority")


@pytest.mark.parametrize("rule", RULES)
def test_what_labelling_rules_say_never_counts(several: Store, rule: str) -> None:
    before = labels_by(several, rule)
    import_texts(several, ["only a rule has seen this"])
    annotate(several, "only a rule has seen this", [("rule:a", "退款")])
    annotate(several, "谢谢", [(f"rule:{number}", "退款") for number in range(5)])
    assert labels_by(several, rule) == before


def test_of_what_one_author_said_twice_the_newest_counts(several: Store) -> None:
    annotate(several, "我要退款", [("Bob", "投诉")])
    assert labels_by(several, "majority")["我要退款"] == "投诉"


def test_spellings_are_made_alike_before_they_are_counted(store: Store) -> None:
    import_texts(store, ["refund please"])
    said = [("Ann", "Refund"), ("Bob", "refund"), ("李", "complaint"), ("王", "complaint"), ("赵", "REFUND")]
    annotate(store, "refund please", said)
    assert labels_by(store, "majority") == {"refund please": "complaint"}
    assert labels_by(store, "majority", rename=str.lower) == {"refund please": "refund"}


def test_of_equally_many_the_one_given_last_counts() -> None:
    assert by_majority({"1": {"a": "x", "b": "y"}}) == {"1": "y"}
    assert by_majority({"1": {"a": "y", "b": "x", "c": "x", "d": "y"}}) == {"1": "y"}


def test_one_who_is_always_right_outweighs_three_who_are_half_of_the_time() -> None:
    generator = np.random.default_rng(0)
    given: dict[str, dict[str, str]] = {}
    for item in range(300):
        truth = "xyz"[item % 3]
        said = {who: truth if generator.random() < 0.3 else "xyz"[generator.integers(3)] for who in "bcd"}
        given[str(item)] = {"a": truth, **said}
    agreed = [by_dawid_skene(given), by_majority(given)]
    right, by_votes = (sum(one[str(item)] == "xyz"[item % 3] for item in range(300)) for one in agreed)
    assert right > 280
    assert by_votes < 270


@given(
    st.dictionaries(
        st.sampled_from("12345"),
        st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"), min_size=1),
    )
)
def test_what_all_agree_on_is_agreed_on(given: dict[str, dict[str, str]]) -> None:
    for agreed in (by_majority(given), by_dawid_skene(given)):
        assert agreed.keys() == given.keys()
        assert set(agreed.values()) <= set("xyz")
        if all(len(set(authors.values())) == 1 for authors in given.values()):
            assert agreed == {record: next(iter(authors.values())) for record, authors in given.items()}


def test_rules_are_those_of_the_documentation() -> None:
    assert RULES == ("latest", "majority", "dawid-skene")
