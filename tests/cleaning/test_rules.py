from __future__ import annotations

import pytest

from headway.cleaning.rules import (
    contradictions,
    duplicates,
    near_contradictions,
    near_duplicates,
    too_short,
)
from tests.cleaning.texts import Row, table_of

LONG = "我上周三在你们店里买的蓝色水壶到现在还没有送到，请帮我查一下快递到哪里了"
ENGLISH = "I bought a blue kettle in your shop last Wednesday and it has not been delivered yet"


def marked(rows: list[Row], mask: object) -> list[int]:
    return [n for n, out in enumerate(mask.tolist()) if out]  # type: ignore[attr-defined]


def test_the_first_of_equal_rows_stays() -> None:
    rows: list[Row] = [("退款", "a"), ("退款", "a"), ("退款", "b"), ("card", "a"), ("退款", "a")]
    assert marked(rows, duplicates(table_of(rows))) == [1, 4]


def test_a_row_without_a_label_repeats_a_labelled_one_wherever_it_stands() -> None:
    rows: list[Row] = [("退款", None), ("card", None), ("card", None), ("退款", "a")]
    assert marked(rows, duplicates(table_of(rows))) == [0, 2]


@pytest.mark.parametrize("text", [LONG, ENGLISH])
def test_of_near_duplicates_one_of_each_label_stays(text: str) -> None:
    rows: list[Row] = [(text, "a"), (text + "!!", "a"), (text + "??", "b"), (text + "...", "b"), (text, "a")]
    mask, clusters = near_duplicates(table_of(rows))
    assert marked(rows, mask) == [1, 3]
    assert len(set(clusters.tolist())) == 1


def test_texts_that_merely_share_words_are_no_near_duplicates() -> None:
    rows: list[Row] = [(LONG, "a"), ("我上周三在你们店里买的水壶坏了，要求退款", "a"), (ENGLISH, "a")]
    assert not near_duplicates(table_of(rows))[0].any()


def test_all_rows_of_a_text_with_two_labels_contradict() -> None:
    rows: list[Row] = [("退款", "a"), ("退款", "b"), ("card", "a"), ("card", "a"), ("退款", None)]
    assert marked(rows, contradictions(table_of(rows))) == [0, 1]


def test_near_contradictions_are_those_that_only_a_near_duplicate_shows() -> None:
    rows: list[Row] = [(LONG, "a"), (LONG + "！", "b"), ("退款", "a"), ("退款", "b"), (ENGLISH, "a")]
    table = table_of(rows)
    assert marked(rows, near_contradictions(table, near_duplicates(table)[1])) == [0, 1]


def test_visible_characters_are_counted() -> None:
    rows: list[Row] = [("退", "a"), ("退款", "a"), ("? ", "a"), ("a b", "a"), ("", "a")]
    assert marked(rows, too_short(table_of(rows))) == [0, 2, 4]
    assert marked(rows, too_short(table_of(rows), 3)) == [0, 1, 2, 3, 4]


def test_rules_can_do_without_rows() -> None:
    table = table_of([])
    for mask in (duplicates(table), near_duplicates(table)[0], contradictions(table), too_short(table)):
        assert mask.tolist() == []
