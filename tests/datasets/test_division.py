from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.cleaning.near_duplicates import near_duplicate_components
from headway.datasets.building import Built, build_rows
from headway.datasets.options import Options
from headway.datasets.versions import cluster_name
from headway.records import DatasetRow, Record, Split
from headway.text import DEFAULT_STEPS, prepare
from tests.datasets.test_building import ROW, SENTENCES
from tests.projects import unlike

SHARES = {"validation": 0.2, "test": 0.2}
Labelled = list[tuple[Record, str]]
Drawn = tuple[str, Callable[[str], str], str, Split | None, str]


def build(
    labelled: Labelled,
    ruled: Labelled,
    known: dict[str, Split] | None = None,
    *,
    seed: int = 0,
    **options: object,
) -> Built:
    return build_rows(
        labelled,
        {record.id: cluster_name(record.text) for record, _ in [*labelled, *ruled]},
        known or {},
        Options.read(rules=True, **options),  # type: ignore[arg-type]
        preparation=DEFAULT_STEPS,
        shares=SHARES,
        seed=seed,
        ruled=ruled,
    )


def messages(start: int, count: int, time: Callable[[int], str | None] = lambda _n: None) -> Labelled:
    """Texts in both languages that are unlike each other."""
    kinds = [("我要退款", "refund"), ("where is it", "delivery")]
    found = []
    for n in range(start, start + count):
        words, label = kinds[n % 2]
        text = f"{words} {unlike(n)} {unlike(n + 10_000)}"
        found.append((Record(f"m{n}", f"m{n}", 1, text, time=time(n)), label))
    return found


def parts(built: Built) -> tuple[list[DatasetRow], list[DatasetRow]]:
    """The rows that people labelled, and those that rules did."""
    ruled = [row for row in built.rows if row.labelled_by]
    return [row for row in built.rows if not row.labelled_by], ruled


def values(rows: list[DatasetRow]) -> list[tuple[str, str, str, Split]]:
    return [(row.record, row.text, row.label, row.split) for row in rows]


@settings(max_examples=25)
@given(st.lists(st.tuples(ROW, st.booleans()), min_size=1, max_size=20), st.integers(0, 20))
def test_no_row_of_rules_is_ever_held_out_and_no_row_of_people_is_changed(
    drawn: list[tuple[Drawn, bool]], seed: int
) -> None:
    sides: dict[bool, Labelled] = {False: [], True: []}
    for number, ((text, spoil, label, given_as, _), by_rule) in enumerate(drawn):
        record = Record(f"{number:03}", f"{number:03}", 1, spoil(text), {}, given_as)
        sides[by_rule].append((record, label))
    labelled = sides[False]
    known = {cluster_name(record.text) for record, _ in labelled}
    ruled = [row for row in sides[True] if cluster_name(row[0].text) not in known]
    built = build(labelled, ruled, seed=seed)
    by_people, by_rules = parts(built)
    assert {row.split for row in by_rules} <= {Split.TRAIN}
    assert {row.record for row in by_rules} <= {record.id for record, _ in ruled}
    assert values(by_people) == values(build(labelled, [], seed=seed).rows)
    assert len(built.rows) + sum(built.statistics["left_out"].values()) == len(labelled) + len(ruled)
    assert built.statistics["rules"] == {"rows": len(by_rules)}
    near = near_duplicate_components([prepare(row.text) for row in built.rows]).tolist()
    splits: defaultdict[object, set[Split]] = defaultdict(set)
    with_rules = {part for row, part in zip(built.rows, near, strict=True) if row.labelled_by}
    for row, part in zip(built.rows, near, strict=True):
        splits[row.cluster].add(row.split)
        if part in with_rules:
            splits[part].add(row.split)
    assert all(len(found) == 1 for found in splits.values())
    again = build(labelled, ruled, built.new_splits, seed=seed)
    assert (values(again.rows), again.new_splits) == (values(built.rows), {})


@pytest.mark.parametrize("seed", range(5))
def test_texts_of_rules_are_divided_as_all_are_and_those_held_out_keep_their_split(seed: int) -> None:
    labelled, ruled = messages(0, 50), messages(100, 200)
    built = build(labelled, ruled, seed=seed)
    by_people, by_rules = parts(built)
    assert [row.split for row in by_people].count(Split.TEST) == 10
    assert len(by_rules) == 200 * 3 // 5
    assert built.statistics["left_out"] == {"rules-not-training": 80}
    stuck = {name for name, split in built.new_splits.items() if split is not Split.TRAIN}
    assert len(stuck) == 100
    # Once people have labelled them all, what was kept free of rules is what measures.
    later = build([*labelled, *ruled], [], built.new_splits, seed=seed)
    held_out = {row.text for row in later.rows if row.split is not Split.TRAIN}
    assert {cluster_name(text) for text in held_out} == stuck
    assert not held_out & {row.text for row in by_rules}


def test_what_belongs_with_a_row_of_rules_is_in_its_fold() -> None:
    labelled = [(Record("a", "a", 1, SENTENCES[0]), "x"), *messages(0, 20)]
    ruled = [(Record("b", "b", 1, SENTENCES[0] + " thanks"), "x")]
    known = {cluster_name(SENTENCES[0]): Split.TRAIN}
    clusters = {row.record: row.cluster for row in build(labelled, ruled, known).rows}
    assert clusters["a"] == clusters["b"]


@pytest.mark.parametrize("split", [Split.TEST, Split.VALIDATION])
def test_a_text_near_to_a_held_out_one_stays_out(split: Split) -> None:
    labelled = [(Record("a", "a", 1, SENTENCES[4]), "x"), *messages(0, 20)]
    ruled = [(Record("b", "b", 1, SENTENCES[4] + "！"), "y")]
    built = build(labelled, ruled, {cluster_name(SENTENCES[4]): split})
    assert parts(built)[1] == []
    assert built.statistics["left_out"] == {"rules-not-training": 1}


def test_by_time_nothing_as_new_as_the_held_out_is_trained_on() -> None:
    def day(number: int) -> str:
        return f"2026-01-{1 + number % 28:02}"

    labelled, ruled = messages(0, 28, day), messages(100, 84, day)
    built = build(labelled, ruled, by_time=True)
    by_people, by_rules = parts(built)
    times = {record.id: record.time or "" for record, _ in [*labelled, *ruled]}
    oldest = min(times[row.record] for row in by_people if row.split is not Split.TRAIN)
    assert by_rules
    assert all(times[row.record] < oldest for row in by_rules)


def test_where_rows_are_capped_those_of_rules_go_first() -> None:
    built = build(messages(0, 40), messages(100, 100), cap=14)
    by_people, by_rules = parts(built)
    kept = [row for row in by_people if row.split is Split.TRAIN]
    assert len(kept) == 24
    assert len(by_rules) == 2 * 14 - 24


def test_a_label_that_only_rules_have_given_is_told() -> None:
    ruled = [(record, "投诉") for record, _ in messages(100, 20)]
    built = build(messages(0, 40), ruled)
    (said,) = (problem for problem in built.statistics["problems"] if "投诉" in problem)
    assert said == "Only rules have given '投诉': nothing tells how well that is learned."
    assert not any("rules" in problem for problem in build(messages(0, 40), []).statistics["problems"])
