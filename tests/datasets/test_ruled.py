from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from headway.datasets import create_version, load_rows
from headway.datasets.ruled import decided, rule_votes
from headway.errors import DataError
from headway.ids import new_id
from headway.records import DatasetRow, DatasetVersion, Split
from headway.store import Store, schema
from headway.store.rules import change_labels, said_by
from tests.annotated import TASK, annotate, import_texts
from tests.projects import unlike

VOTES = st.dictionaries(
    st.sampled_from("一二三45678"),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["退款", "delivery", "other"]), min_size=1),
)


def test_what_rules_agree_on_is_decided_and_a_tie_is_not() -> None:
    agreed = {str(item): {"a": "退款", "b": "退款"} for item in range(10)}
    agreed |= {str(item): {"c": "other", "d": "other"} for item in range(10, 20)}
    tie = {"tie": {"a": "退款", "c": "other"}}
    found = decided({**agreed, **tie})
    assert "tie" not in found
    assert found == {record: next(iter(votes.values())) for record, votes in agreed.items()}


def test_a_rule_that_the_others_contradict_decides_nothing_alone() -> None:
    """Alone it has most votes, but where others speak they say that it is wrong."""
    votes: dict[str, dict[str, str]] = {
        str(item): {"bad": "退款", "b": "other", "c": "other"} for item in range(40)
    }
    votes |= {f"right {item}": {"d": "退款", "e": "退款"} for item in range(40)}
    found = decided({**votes, "alone": {"bad": "退款"}})
    assert "alone" not in found
    assert {found[one] for one in votes} == {"other", "退款"}


@given(VOTES)
def test_only_what_most_rules_say_is_decided(votes: dict[str, dict[str, str]]) -> None:
    for record, label in decided(votes).items():
        said = list(votes[record].values())
        assert all(said.count(label) > said.count(other) for other in set(said) - {label})


def test_votes_are_what_rules_say_now_or_said_then(store: Store) -> None:
    import_texts(store, ["我要退款", "where is it"])
    annotate(store, "我要退款", [("Ann", "投诉"), ("rule:钱", "退款"), ("rule:b", "Refund")])
    before = store.now()
    annotate(store, "where is it", [("rule:where", "delivery")])
    votes, records = rule_votes(store, TASK, before, rename=str.lower)
    assert list(votes.values()) == [{"钱": "退款", "b": "refund"}]
    assert [record.text for record in records.values()] == ["我要退款"]
    assert len(rule_votes(store, TASK, "9999")[0]) == 2


FORMS = {"zh": ("请把钱退给我", "快递到哪里了"), "en": ("give me my money back", "where is my parcel")}
LABELS = ("refund", "delivery")
_TEXT = schema.records.c.text, schema.records.c.id


def message(language: str, number: int) -> str:
    return f"{FORMS[language][number % 2]} {unlike(number)} {unlike(number + 5_000)}"


def say(store: Store, said: dict[str, list[tuple[str, str]]]) -> None:
    """Text → (author, label), as rows of one transaction."""
    with store.writing() as connection:
        of_text = dict(map(tuple, connection.execute(select(*_TEXT))))
        rows = [
            {"task": TASK, "record": of_text[text], "label": label, "author": author, "import": None}
            for text, answers in said.items()
            for author, label in answers
        ]
        made = [{**row, "id": new_id(), "created_at": store.now()} for row in rows]
        connection.execute(insert(schema.annotations), made)


@pytest.fixture(params=["zh", "en"])
def ruled(store: Store, request: pytest.FixtureRequest) -> tuple[Store, str]:
    """Sixty texts that Ann has labelled, and a hundred and twenty that only two rules have."""
    language = request.param
    import_texts(store, [message(language, number) for number in range(180)])
    said = {}
    for number in range(180):
        right = LABELS[number % 2]
        said[message(language, number)] = [("rule:a", right), ("rule:b", right)]
        if number < 60:
            # What rules say first or last is nothing to what a person says.
            said[message(language, number)].insert(number % 3, ("Ann", LABELS[(number // 2) % 2]))
    say(store, said)
    return store, language


def rows_of(store: Store, version: DatasetVersion) -> list[DatasetRow]:
    return load_rows(store, version, Split)


def values(rows: list[DatasetRow]) -> list[tuple[str, str, Split]]:
    return sorted((row.text, row.label, row.split) for row in rows)


def test_without_being_asked_for_labels_of_rules_are_in_no_version(ruled: tuple[Store, str]) -> None:
    store, language = ruled
    version = create_version(store, TASK)
    rows = rows_of(store, version)
    assert {row.text: row.label for row in rows} == {
        message(language, number): LABELS[(number // 2) % 2] for number in range(60)
    }
    assert not any(row.labelled_by for row in rows)
    assert "rules" not in version.options
    with store.writing() as connection:
        given = [one for author in "ab" for _, one, _ in said_by(connection, TASK, f"rule:{author}")]
        change_labels(connection, given, [], store.now())
    # The very same version as in a project that never had rules.
    assert create_version(store, TASK) == version


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_what_rules_label_is_trained_on_and_never_held_out(ruled: tuple[Store, str], seed: int) -> None:
    store, language = ruled
    plain = create_version(store, TASK, seed=seed)
    version = create_version(store, TASK, seed=seed, rules=True)
    by_rules = [row for row in rows_of(store, version) if row.labelled_by]
    by_people = [row for row in rows_of(store, version) if not row.labelled_by]
    assert {row.labelled_by for row in by_rules} == {"rules"}
    assert {row.split for row in by_rules} == {Split.TRAIN}
    assert values(by_people) == values(rows_of(store, plain))
    numbers = {message(language, number): number for number in range(60, 180)}
    assert all(row.label == LABELS[numbers[row.text] % 2] for row in by_rules)
    assert version.statistics["rules"] == {"rows": len(by_rules)}
    assert version.statistics["left_out"] == {"rules-not-training": 120 - len(by_rules)}
    assert len(by_rules) == 96
    assert (version.options["rules"], version.hash == plain.hash) == (True, False)
    # As before, and the same once more.
    assert values(rows_of(store, create_version(store, TASK, seed=seed))) == values(rows_of(store, plain))
    again = create_version(store, TASK, seed=seed, rules=True)
    assert values(rows_of(store, again)) == values(rows_of(store, version))


def test_who_labels_a_text_later_is_believed_and_its_split_stays(ruled: tuple[Store, str]) -> None:
    store, language = ruled
    version = create_version(store, TASK, rules=True)
    trained = {row.text for row in rows_of(store, version) if row.labelled_by}
    everything = [message(language, number) for number in range(60, 180)]
    say(store, {text: [("李", "other")] for text in everything})
    later = rows_of(store, create_version(store, TASK, rules=True))
    assert not any(row.labelled_by for row in later)
    assert {row.label for row in later if row.text in set(everything)} == {"other"}
    assert {row.text for row in later if row.split is Split.TRAIN} >= trained
    assert {row.text for row in later if row.split is not Split.TRAIN}.isdisjoint(trained)


def test_what_stays_out_is_counted(ruled: tuple[Store, str]) -> None:
    store, language = ruled
    before = create_version(store, TASK, rules=True).statistics["left_out"]
    copy = f"{message(language, 0)}  "
    records = [copy, "天知道 who knows"]
    with store.reading() as connection:
        importing = connection.execute(schema.imports.select()).mappings().one()["id"]
    with store.writing() as connection:
        rows = [{"id": new_id(), "key": text, "revision": 1, "text": text, "fields": {}} for text in records]
        connection.execute(insert(schema.records), [{**row, "import": importing} for row in rows])
    say(store, {copy: [("rule:a", "refund")], records[1]: [("rule:a", "refund"), ("rule:c", "delivery")]})
    after = create_version(store, TASK, rules=True).statistics["left_out"]
    assert after == before | {"rules-repeated": 1, "rules-undecided": 1}


def test_rules_alone_make_no_version(store: Store) -> None:
    import_texts(store, ["我要退款", "where is it"])
    say(store, {"我要退款": [("rule:a", "refund")], "where is it": [("rule:b", "delivery")]})
    with pytest.raises(DataError, match="has no labelled text") as refused:
        create_version(store, TASK, rules=True)
    assert "for training only" in str(refused.value)
